// Unicorn as a processor that carries out one instruction at a time, whatever is put before it.

import CUnicorn

/// A processor with a stretch of code memory, which is written as it goes, and a page of data.
final class SteppingProcessor {
    struct Failure: Error { var what: String }

    static let codeAddress: UInt64 = 0x1000_0000
    static let dataAddress: UInt64 = 0x2000_0000
    static let dataByteCount: UInt64 = 4096
    /// Instructions that a processor can carry out.
    static let stepLimit: UInt64 = 1 << 15
    /// From one instruction to the next.
    private static let stride: UInt64 = 64
    private static let identifiers: [Int32] = [
        UC_X86_REG_RAX, UC_X86_REG_RCX, UC_X86_REG_RDX, UC_X86_REG_RBX, UC_X86_REG_RSP, UC_X86_REG_RBP,
        UC_X86_REG_RSI, UC_X86_REG_RDI, UC_X86_REG_R8, UC_X86_REG_R9, UC_X86_REG_R10, UC_X86_REG_R11, UC_X86_REG_R12,
        UC_X86_REG_R13, UC_X86_REG_R14, UC_X86_REG_R15,
    ].map { Int32($0.rawValue) }

    private var engine: OpaquePointer?
    /// Address of the next instruction, wherever the last one leads.
    private(set) var address = SteppingProcessor.codeAddress

    init() throws {
        try Self.check(uc_open(UC_ARCH_X86, UC_MODE_64, &engine), "open")
        try Self.check(
            uc_mem_map(engine, Self.codeAddress, Int(Self.stepLimit * Self.stride), UC_PROT_ALL.rawValue), "code")
        try Self.check(uc_mem_map(engine, Self.dataAddress, Int(Self.dataByteCount), UC_PROT_ALL.rawValue), "data")
    }

    deinit { uc_close(engine) }

    private static func check(_ error: uc_err, _ what: String) throws {
        guard error == UC_ERR_OK else { throw Failure(what: "\(what): \(String(cString: uc_strerror(error)))") }
    }

    /// The registers, by number.
    var registers: [UInt64] {
        get {
            Self.identifiers.map { identifier in
                var value: UInt64 = 0
                uc_reg_read(engine, identifier, &value)
                return value
            }
        }
        set {
            for (identifier, value) in zip(Self.identifiers, newValue) {
                var value = value
                uc_reg_write(engine, identifier, &value)
            }
        }
    }

    func fillData(_ bytes: [UInt8], from offset: UInt64) throws {
        try Self.check(uc_mem_write(engine, Self.dataAddress + offset, bytes, bytes.count), "data")
    }

    /// Carries out an instruction; true if it was a jump that was taken.
    ///
    /// - Parameter isRun: whether it repeats, so that one step is not all of it.
    func step(_ bytes: [UInt8], isRun: Bool = false) throws -> Bool {
        try Self.check(uc_mem_write(engine, address, bytes, bytes.count), "write")
        try Self.check(
            uc_emu_start(engine, address, isRun ? address + UInt64(bytes.count) : 0, 0, isRun ? 0 : 1), "step")
        var next: UInt64 = 0
        uc_reg_read(engine, Int32(UC_X86_REG_RIP.rawValue), &next)
        // Unicorn keeps what it has translated, which may be more than was carried out: the next instruction stands
        // where none was before.
        defer { address += Self.stride }
        return next != address + UInt64(bytes.count)
    }
}
