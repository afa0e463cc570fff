// QEMU's log of the blocks of generated code that it runs, and of all accesses of devices, read while it grows. All is in one
// log, in the order in which it happened: the bytes that go out on the serial line too, so that each access has its place
// among the records. Machine keeps it going.
//
// Source: QEMU 7.2, softmmu/trace-events (memory_region_ops_read, memory_region_ops_write), accel/tcg/cpu-exec.c
// (log_cpu_exec).

import Glibc
import Hardware
import ReportReading

/// The accesses of a machine's devices that its generated code makes.
struct AccessLog {
    /// What has QEMU write the log: the beginnings of blocks in the range of generated code, and accesses of devices.
    static func arguments(path: String) -> [String] {
        let place = PlacementFacts.standard
        let range = "0x\(String(place.code.rawValue, radix: 16))..0x\(String(place.windows.rawValue - 1, radix: 16))"
        return [
            "-d", "exec,trace:memory_region_ops_read,trace:memory_region_ops_write", "-dfilter", range, "-D", path,
        ]
    }

    /// The data register of COM1, to which the kernel writes its report.
    private static let serialPort: UInt64 = 0x3F8

    private(set) var accesses: [DeviceAccess] = []
    private let pipe: ChildProcess.Descriptor
    private var reader = RecordReader()
    /// The block of generated code that began last; `nil` once the kernel has written to the line since, and so runs itself.
    private var code: UInt64?
    /// The beginning of a line.
    private var rest: [UInt8] = []

    /// Makes the pipe, which QEMU is to open after that: a log is a thousand times as long as what is kept of it.
    ///
    /// Throws: `systemCall`.
    init(path: String) throws(MachineError) {
        guard mkfifo(path, 0o600) == 0 else { throw .systemCall(name: "mkfifo", errorNumber: errno) }
        pipe = ChildProcess.Descriptor(open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC))
        guard pipe.isOpen else { throw .systemCall(name: "open", errorNumber: errno) }
    }

    /// What tells that there is more.
    var descriptor: Int32 { pipe.number }

    /// Reads what has come. Returns whether something did.
    @discardableResult
    mutating func relay() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var hasCome = false
        // So much at once at most: the line has to be listened to as well.
        for _ in 0..<64 {
            let count = Glibc.read(pipe.number, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            // 0 stands for a pipe without a writer too: QEMU has not opened it yet, or has ended.
            guard count > 0 else { break }
            hasCome = true
            buffer.withUnsafeBytes { read(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        return hasCome
    }

    /// Takes the next bytes of the log. There are many: lines are told apart by what finds bytes fastest.
    mutating func read(_ bytes: UnsafeRawBufferPointer) {
        var left = bytes
        while let start = left.baseAddress, let end = memchr(start, 0x0A, left.count) {
            let count = UnsafeRawPointer(end) - start
            if rest.isEmpty {
                take(UnsafeRawBufferPointer(start: start, count: count))
            } else {
                rest += UnsafeRawBufferPointer(start: start, count: count)
                let line = rest
                rest.removeAll(keepingCapacity: true)
                line.withUnsafeBytes { take($0) }
            }
            left = UnsafeRawBufferPointer(rebasing: left[(count + 1)...])
        }
        rest += left
    }

    private mutating func take(_ line: UnsafeRawBufferPointer) {
        if Self.begins(line, with: "memory_region_ops_") {
            takeAccess(line)
        } else if Self.begins(line, with: "Trace ") {
            // Trace 0: 0x7f2c1c0130c0 [00000000/0000000040000000/0040c0b0/ff000000]
            guard let start = line.baseAddress, let slash = memchr(start, 0x2F, line.count) else { return }
            code = strtoull(slash.assumingMemoryBound(to: CChar.self) + 1, nil, 16)
        }
    }

    /// Takes `memory_region_ops_write cpu 0 mr 0x55d0 addr 0xfebc0000 value 0x4000000 size 4 name 'e1000-mmio'`.
    private mutating func takeAccess(_ line: UnsafeRawBufferPointer) {
        let isWrite = line[18] == UInt8(ascii: "w")
        // Of what the kernel itself accesses the line alone is of interest; nearly all of a log is its screen.
        guard code != nil || isWrite && Self.ends(line, with: "'serial'"), let address = Self.number(6, of: line)
        else { return }
        if isWrite, address == Self.serialPort {
            code = nil
            if let byte = Self.number(8, of: line) { reader.read([UInt8(truncatingIfNeeded: byte)]) }
            return
        }
        guard let code, let value = Self.number(8, of: line),
            let byteCount = Self.number(10, of: line)
        else { return }
        let access = DeviceAccess(
            address: address, byteCount: Int(byteCount), isWrite: isWrite, value: value, code: code,
            recordCount: reader.records.count)
        if let last = accesses.last, last.isSame(as: access) {
            accesses[accesses.count - 1].count += 1
        } else {
            accesses.append(access)
        }
    }

    private static func begins(_ line: UnsafeRawBufferPointer, with word: StaticString) -> Bool {
        guard let start = line.baseAddress, line.count > word.utf8CodeUnitCount else { return false }
        return memcmp(start, word.utf8Start, word.utf8CodeUnitCount) == 0
    }

    private static func ends(_ line: UnsafeRawBufferPointer, with word: StaticString) -> Bool {
        let rest = line.count - word.utf8CodeUnitCount
        guard let start = line.baseAddress, rest >= 0 else { return false }
        return memcmp(start + rest, word.utf8Start, word.utf8CodeUnitCount) == 0
    }

    /// The word behind so many blanks as a number, decimal or hexadecimal.
    private static func number(_ blankCount: Int, of line: UnsafeRawBufferPointer) -> UInt64? {
        var rest = line
        for _ in 0..<blankCount {
            guard let start = rest.baseAddress, let blank = memchr(start, 0x20, rest.count) else { return nil }
            rest = UnsafeRawBufferPointer(rebasing: rest[(UnsafeRawPointer(blank) - start + 1)...])
        }
        return rest.baseAddress.map { strtoull($0.assumingMemoryBound(to: CChar.self), nil, 0) }
    }
}
