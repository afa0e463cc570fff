// Memory of the test process in which generated code runs, below 2 GiB: a page of code, and regions with known contents
// beside it.

import Foundation
import Hardware
import Program
import Support

/// Mapped memory: code first, then regions.
final class NativeMemory {
    private static let pageByteCount = 4096
    private static let codeByteCount = 16 * pageByteCount
    private static let regionByteCount = 256
    private static let regionCount = 3
    /// Asks for an address below 2 GiB; the C library's header hides it from Swift.
    ///
    /// Source: mmap(2), MAP_32BIT.
    private static let lowAddresses: Int32 = 0x40

    /// Address that code is placed for.
    let entry: VirtualAddress
    /// Three regions, one right after the other.
    let regions: [Region]
    /// Contents of the regions before code runs.
    let contents: [[UInt8]]
    private let base: UnsafeMutableRawPointer

    /// Maps code and regions, whose contents come from `seed`.
    init(seed: UInt64) {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | Self.lowAddresses
        let byteCount = Self.codeByteCount + Self.pageByteCount
        guard let base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0), base != MAP_FAILED else {
            preconditionFailure("no memory to run code in")
        }
        self.base = base
        let address = UInt64(UInt(bitPattern: base))
        precondition(address < 0x7000_0000, "no memory below 2 GiB")
        entry = VirtualAddress(rawValue: address)
        var generator = SeededGenerator(seed: seed)
        contents = (0..<Self.regionCount).map { _ in
            (0..<Self.regionByteCount).map { _ in .random(in: 0...255, using: &generator) }
        }
        let first = address + UInt64(Self.codeByteCount)
        regions = [Region.Kind.window, .ring, .state].enumerated().map { index, kind in
            Region(
                kind: kind, address: VirtualAddress(rawValue: first + UInt64(index * Self.regionByteCount)),
                byteCount: UInt64(Self.regionByteCount))
        }
    }

    deinit { munmap(base, Self.codeByteCount + Self.pageByteCount) }

    /// Runs a function that was placed at `entry`, over fresh contents of the regions.
    func run(_ bytes: [UInt8], arguments: [UInt64] = []) -> UInt64 {
        precondition(bytes.count <= Self.codeByteCount, "code past its pages")
        (base + Self.codeByteCount).copyMemory(
            from: contents.flatMap { $0 }, byteCount: Self.regionCount * Self.regionByteCount)
        mprotect(base, Self.codeByteCount, PROT_READ | PROT_WRITE)
        base.copyMemory(from: bytes, byteCount: bytes.count)
        mprotect(base, Self.codeByteCount, PROT_READ | PROT_EXEC)
        typealias Function = @convention(c) (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) -> UInt64
        let function = unsafeBitCast(base, to: Function.self)
        let passed = arguments + [UInt64](repeating: 0xDEAD_BEEF_DEAD_BEEF, count: 6 - arguments.count)
        return function(passed[0], passed[1], passed[2], passed[3], passed[4], passed[5])
    }

    /// Contents of the regions after code ran.
    var remains: [[UInt8]] {
        (0..<Self.regionCount).map { index in
            let start = base + Self.codeByteCount + index * Self.regionByteCount
            return [UInt8](UnsafeRawBufferPointer(start: start, count: Self.regionByteCount))
        }
    }
}
