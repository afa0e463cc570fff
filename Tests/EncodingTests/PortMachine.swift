// A processor in Unicorn with memory and ports, for generated code that a process on the host may not run: IN and OUT are
// privileged.

import CSimulation
import CUnicorn
import Hardware
import Interpretation
import Program
import Support

/// Three regions of memory and one of ports, and code that runs over them.
final class PortMachine {
    struct Failure: Error { var what: String }

    /// An access of a port or of memory.
    struct Access: Equatable {
        var isWrite: Bool
        /// Number of the port, or address.
        var place: UInt64
        /// Units: bytes.
        var byteCount: UInt64
        var value: UInt64
    }

    static let ports = Region(kind: .ports, address: VirtualAddress(rawValue: 0xC100), byteCount: 256)

    private static let codeStart: UInt64 = 0x4000_0000
    private static let codeRoom: UInt64 = 0x1_0000
    private static let dataStart: UInt64 = 0x5000_0000
    private static let stackStart: UInt64 = 0x6000_0000
    private static let pageByteCount = 4096
    /// Where functions return to.
    private static let returnAddress: UInt64 = 0x7000_0000
    private static let regionByteCount = 256
    private static let regionCount = 3
    /// Accesses that are kept.
    private static let traceRoom = 1 << 16
    private static let arguments = [
        UC_X86_REG_RDI, UC_X86_REG_RSI, UC_X86_REG_RDX, UC_X86_REG_RCX, UC_X86_REG_R8, UC_X86_REG_R9,
    ]
    private static let others = [UC_X86_REG_RAX, UC_X86_REG_R10, UC_X86_REG_R11]

    /// The regions of memory, one right after the other, then the ports.
    let regions: [Region]
    /// Contents of the regions before code runs.
    let contents: [[UInt8]]
    /// Where the next function is to be placed: Unicorn keeps what it has translated.
    private(set) var entry = VirtualAddress(rawValue: PortMachine.codeStart)
    private var engine: OpaquePointer?
    private let bank: UnsafeMutablePointer<port_bank>
    private let trace: UnsafeMutablePointer<port_access>
    private let portBytes: UnsafeMutablePointer<UInt8>
    private var garbage: SeededGenerator

    /// - Parameters:
    ///   - functionCount: most functions that will be run.
    ///   - seed: of the contents and of what registers hold.
    init(functionCount: Int, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        contents = (0...Self.regionCount).map { _ in
            (0..<Self.regionByteCount).map { _ in .random(in: 0...255, using: &generator) }
        }
        garbage = generator
        regions =
            [Region.Kind.window, .ring, .state].enumerated().map { index, kind in
                Region(
                    kind: kind,
                    address: VirtualAddress(rawValue: Self.dataStart + UInt64(index * Self.regionByteCount)),
                    byteCount: UInt64(Self.regionByteCount))
            } + [Self.ports]
        portBytes = .allocate(capacity: Self.regionByteCount)
        trace = .allocate(capacity: Self.traceRoom)
        trace.initialize(repeating: port_access(), count: Self.traceRoom)
        bank = .allocate(capacity: 1)
        bank.initialize(to: port_bank())
        bank.pointee.start = UInt32(Self.ports.address.rawValue)
        bank.pointee.count = UInt32(Self.regionByteCount)
        bank.pointee.bytes = portBytes
        bank.pointee.trace = trace
        bank.pointee.trace_room = UInt32(Self.traceRoom)
        try Self.check(uc_open(UC_ARCH_X86, UC_MODE_64, &engine), "open")
        let code = functionCount * Int(Self.codeRoom)
        try Self.check(uc_mem_map(engine, Self.codeStart, code, UC_PROT_ALL.rawValue), "code")
        for start in [Self.dataStart, Self.stackStart, Self.returnAddress] {
            try Self.check(uc_mem_map(engine, start, Self.pageByteCount, UC_PROT_ALL.rawValue), "data")
        }
        let dataEnd = Self.dataStart + UInt64(Self.regionCount * Self.regionByteCount)
        try Self.check(port_bank_watch(engine, bank, Self.dataStart, dataEnd), "ports")
    }

    deinit {
        uc_close(engine)
        bank.deallocate()
        portBytes.deallocate()
        trace.deallocate()
    }

    private static func check(_ error: uc_err, _ what: String) throws {
        guard error == UC_ERR_OK else { throw Failure(what: "\(what): \(String(cString: uc_strerror(error)))") }
    }

    private func set(_ register: uc_x86_reg, _ value: UInt64) {
        var value = value
        uc_reg_write(engine, Int32(register.rawValue), &value)
    }

    /// Runs a function that was placed at `entry`, over fresh contents of the regions or those given, and returns what it
    /// leaves in RAX.
    func run(_ bytes: [UInt8], arguments: [UInt64], over given: [[UInt8]]? = nil) throws -> UInt64 {
        let contents = given ?? self.contents
        precondition(bytes.count <= Self.codeRoom, "code past its room")
        let memory = contents.prefix(Self.regionCount).flatMap { $0 }
        try Self.check(uc_mem_write(engine, Self.dataStart, memory, memory.count), "data")
        for (index, byte) in contents[Self.regionCount].enumerated() { portBytes[index] = byte }
        bank.pointee.trace_count = 0
        bank.pointee.has_strayed = false
        let start = entry.rawValue
        try Self.check(uc_mem_write(engine, start, bytes, bytes.count), "code")
        entry = VirtualAddress(rawValue: start + Self.codeRoom)
        for (index, register) in Self.arguments.enumerated() {
            set(register, index < arguments.count ? arguments[index] : garbage.next())
        }
        for register in Self.others { set(register, garbage.next()) }
        let stack = Self.stackStart + UInt64(Self.pageByteCount / 2)
        let target = (0..<8).map { UInt8(truncatingIfNeeded: Self.returnAddress >> (8 * UInt64($0))) }
        try Self.check(uc_mem_write(engine, stack, target, target.count), "stack")
        set(UC_X86_REG_RSP, stack)
        try Self.check(uc_emu_start(engine, start, Self.returnAddress, 0, 0), "run")
        if bank.pointee.has_strayed { throw Failure(what: "a stray port") }
        var result: UInt64 = 0
        uc_reg_read(engine, Int32(UC_X86_REG_RAX.rawValue), &result)
        return result
    }

    /// Contents of the regions after code ran.
    func remains() throws -> [[UInt8]] {
        var memory = [UInt8](repeating: 0, count: Self.regionCount * Self.regionByteCount)
        try Self.check(uc_mem_read(engine, Self.dataStart, &memory, memory.count), "data")
        let regions = (0..<Self.regionCount).map { index in
            Array(memory[index * Self.regionByteCount..<(index + 1) * Self.regionByteCount])
        }
        return regions + [Array(UnsafeBufferPointer(start: portBytes, count: Self.regionByteCount))]
    }

    /// The accesses of ports and memory, in their order.
    var accesses: [Access] {
        (0..<Int(bank.pointee.trace_count)).map {
            Access(
                isWrite: trace[$0].is_write, place: trace[$0].place, byteCount: UInt64(trace[$0].size),
                value: trace[$0].value)
        }
    }

    /// The accesses that a run of a program means.
    func accesses(meant meaning: ProgramInterpreter, _ program: Program) -> [Access] {
        meaning.accesses.map {
            Access(
                isWrite: $0.isStore, place: program.regions[Int($0.region)].address.rawValue + $0.offset,
                byteCount: $0.byteCount, value: $0.value)
        }
    }
}
