// The same commit makes the same image: it is made here again, elsewhere and at another time, and compared with the one that
// was built. `make reproduce` builds all of it from nothing in two folders.

import Foundation
import Support
import Testing

@Suite struct `The image is reproducible` {
    /// Makes the image of a copy of the kernel, in a folder of its own.
    private func image(date: String, timeZone: String) throws -> Data {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let kernel = folder.appending(path: "kernel-\(timeZone.count)").path
        try FileManager.default.copyItem(atPath: Images.kernel, toPath: kernel)
        let disc = folder.appending(path: "again.iso")
        try Images.makeDisc(disc.path, of: kernel, ["SOURCE_DATE_EPOCH": date, "TZ": timeZone])
        return try Data(contentsOf: disc)
    }

    @Test func `made again it has the same bytes, and only the commit's date changes them`() throws {
        let built = try Data(contentsOf: URL(filePath: Images.disc))
        let epoch = try String(contentsOf: Images.root.appending(path: ".build/epoch"), encoding: .utf8)
        let date = epoch.trimmingCharacters(in: .newlines)
        #expect(try image(date: date, timeZone: "Asia/Tokyo") == built)
        #expect(try image(date: date, timeZone: "America/Lima") == built)
        #expect(try image(date: "1234567890", timeZone: "UTC") != built)
    }
}
