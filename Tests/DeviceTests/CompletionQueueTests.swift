// The manual's example of a cursor, from its text to bytes that run in Unicorn: a queue whose entries carry a bit that the
// device inverts each time that it begins again, over many laps, in bursts by seed. The device is written here, after the
// rule of NVM Express for phase tags: it never fills the entry before the one that the driver has told it of.

import Devices
import Foundation
import Hardware
import Interpretation
import Metabinary
import Pipeline
import RuleCompiler
import Testing

/// A device that completes commands into a queue of sixteen entries.
private final class CompletingDevice: ProcessorBus {
    static let entryCount: UInt64 = 16

    let memory: DirectMemory
    var queue: UInt64 = 0
    var isEnabled = false
    /// The first entry that the driver has not read, as it says.
    var head: UInt64 = 0
    /// The entry that is filled next.
    var tail: UInt64 = 0
    /// What the bit is in this lap.
    var phase: UInt64 = 1
    var forgetsToInvert = false
    var strayWrites: [UInt64] = []

    init(_ memory: DirectMemory) { self.memory = memory }

    func read(window: Int, offset: UInt64, byteCount: Int) -> UInt64 { 0 }

    func write(window: Int, offset: UInt64, byteCount: Int, value: UInt64) {
        switch offset {
        // It believes in whatever queue it has by now.
        case 0x14: isEnabled = queue != 0 && value == 1
        // Unicorn tells of eight bytes in halves.
        case 0x30: queue = queue & ~0xFFFF_FFFF | value & 0xFFFF_FFFF
        case 0x34: queue = queue & 0xFFFF_FFFF | value << 32
        case 0x1004: head = value
        default: strayWrites.append(offset)
        }
    }

    func touch(isWrite: Bool, virtual: UInt64, byteCount: Int) {}

    /// Puts a completion into the queue; false where it has no room.
    func complete(command: UInt16, code: UInt16) -> Bool {
        guard isEnabled, (tail + 1) % Self.entryCount != head,
            let entry = memory.pointer(at: queue + 16 * tail, byteCount: 16, kind: .ring)
        else { return false }
        entry.storeBytes(of: command, toByteOffset: 12, as: UInt16.self)
        entry.storeBytes(of: code << 1 | UInt16(phase), toByteOffset: 14, as: UInt16.self)
        tail = (tail + 1) % Self.entryCount
        if tail == 0, !forgetsToInvert { phase ^= 1 }
        return true
    }
}

@Suite struct CompletionQueueTests {
    /// The driver that the manual's text gives, which the verifier has accepted.
    private static func driver(_ change: (String) -> String = { $0 }) throws -> GeneratedDriver {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Atlas/MANUAL.md")
        let manual = try String(contentsOf: path, encoding: .utf8)
        let start = try #require(manual.range(of: "class work_list 1 {"))
        let end = try #require(manual.range(of: "\n```", range: start.lowerBound..<manual.endIndex))
        let text = change(String(manual[start.lowerBound..<end.lowerBound]))
        return try LoneDriver.generate(RuleCompiler.compile([RuleSource(name: "drive.meta", text: text)])) {
            $0.classCode = 0x010802
            $0.baseAddressRegisters = [
                BaseAddressRegister(
                    index: 0, kind: .memory64, isPrefetchable: false, base: 0xFEB0_0000, byteCount: 0x4000)
            ]
        }
    }

    /// A driver, its device, and the processor that runs the one against the other.
    private struct Bench {
        let driver: GeneratedDriver
        let device: CompletingDevice
        let processor: SimulatedProcessor

        init(_ driver: GeneratedDriver) throws {
            self.driver = driver
            let memory = DirectMemory(driver.memories)
            var random = SeededGenerator(seed: seed)
            memory.scramble(&random)
            driver.forEachInitialByte { memory.write($1, at: $0) }
            device = CompletingDevice(memory)
            processor = try SimulatedProcessor(driver, memory: memory, seed: seed)
            processor.bus = device
        }

        /// What came of a call; `nil` where a function has no outcomes.
        @discardableResult func call(_ name: String) throws -> NamedResult? {
            let function = try #require(driver.functions.first { $0.name.elementsEqual(name.utf8) })
            let result = function.signature.result(in: try processor.call(function, []).value)
            return NamedResult(result, of: function.signature)
        }
    }

    /// Completes that many commands in bursts, and has the driver find each of them, once and in order, and no other.
    private func run(_ bench: Bench, commands count: UInt64) throws {
        let device = bench.device
        var random = SeededGenerator(seed: seed)
        var (given, found) = (UInt64(0), UInt64(0))
        for _ in 0..<count {
            for _ in 0..<random.next() % 20 {
                guard given < count, device.complete(command: UInt16(given), code: UInt16(given * 7 & 0x7FFF)) else {
                    break
                }
                given += 1
            }
            for _ in 0..<random.next() % 20 {
                let answer = try bench.call("finished")
                guard found < given else {
                    try #require(answer == "none", "seed \(seed): after \(found)")
                    break
                }
                let expected = NamedResult("done", ["command": found, "code": found * 7 & 0x7FFF])
                try #require(answer == expected, "seed \(seed): \(found)")
                found += 1
                try #require(device.head == found % CompletingDevice.entryCount)
            }
        }
        #expect(found == count && device.strayWrites.isEmpty)
    }

    @Test func `a driver finds every completion of twenty laps, and none before it is there`() throws {
        let bench = try Bench(try Self.driver())
        _ = try bench.call("start")
        #expect(bench.device.queue % 4096 == 0 && bench.device.queue != 0)
        #expect(try bench.call("finished") == "none")
        try run(bench, commands: 20 * CompletingDevice.entryCount)
    }

    @Test func `laps go on where the count wraps`() throws {
        let bench = try Bench(
            try Self.driver { $0.replacing("cursor next over", with: "cursor next: u8 over") })
        _ = try bench.call("start")
        try run(bench, commands: 3 * 256 + 40)
    }

    @Test func `a driver that is brought up again begins in a first lap`() throws {
        let bench = try Bench(try Self.driver())
        for laps in [1, 2, 3] as [UInt64] {
            _ = try bench.call("start")
            (bench.device.head, bench.device.tail, bench.device.phase) = (0, 0, 1)
            try run(bench, commands: laps * CompletingDevice.entryCount + 5)
        }
    }

    @Test func `a device that forgets to invert its bit is heard for one lap`() throws {
        let bench = try Bench(try Self.driver())
        bench.device.forgetsToInvert = true
        _ = try bench.call("start")
        try run(bench, commands: CompletingDevice.entryCount)
        #expect(bench.device.complete(command: 1, code: 0))
        #expect(try bench.call("finished") == "none")
    }
}
