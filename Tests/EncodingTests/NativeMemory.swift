// Memory of the test process in which generated code runs: a page of code, and windows with known contents beside it.

import Foundation
import Hardware
import Program

/// Mapped memory: code first, then windows.
final class NativeMemory {
    private static let pageByteCount = 4096
    private static let windowByteCount = 256

    /// Address that code is placed for.
    let entry: VirtualAddress
    /// Two windows, the second right after the first.
    let regions: [Region]
    /// Contents of the windows.
    let contents: [[UInt8]]
    private let base: UnsafeMutableRawPointer

    /// Maps a page of code and a page of windows, whose contents come from `seed`.
    init(seed: UInt64) {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        guard let base = mmap(nil, 2 * Self.pageByteCount, PROT_READ | PROT_WRITE, flags, -1, 0), base != MAP_FAILED
        else {
            preconditionFailure("no memory to run code in")
        }
        self.base = base
        let address = UInt64(UInt(bitPattern: base))
        entry = VirtualAddress(rawValue: address)
        var generator = SeededGenerator(seed: seed)
        contents = (0..<2).map { _ in (0..<Self.windowByteCount).map { _ in .random(in: 0...255, using: &generator) } }
        let windows = address + UInt64(Self.pageByteCount)
        regions = (0..<2).map { index in
            Region(
                kind: .window, address: VirtualAddress(rawValue: windows + UInt64(index * Self.windowByteCount)),
                byteCount: UInt64(Self.windowByteCount))
        }
        (base + Self.pageByteCount).copyMemory(from: contents[0] + contents[1], byteCount: 2 * Self.windowByteCount)
    }

    deinit { munmap(base, 2 * Self.pageByteCount) }

    /// Runs a function that was placed at `entry`.
    func run(_ bytes: [UInt8]) -> UInt64 {
        precondition(bytes.count <= Self.pageByteCount, "code past its page")
        mprotect(base, Self.pageByteCount, PROT_READ | PROT_WRITE)
        base.copyMemory(from: bytes, byteCount: bytes.count)
        mprotect(base, Self.pageByteCount, PROT_READ | PROT_EXEC)
        let function = unsafeBitCast(base, to: (@convention(c) () -> UInt64).self)
        return function()
    }
}
