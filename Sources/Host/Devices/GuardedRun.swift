// Runs one function's bytes in Unicorn with a guard around every grant, and says what they did that they must not do.
// It is the verifier's oracle and shares nothing with it: it decodes nothing, proves nothing, and believes what happens.
// A run that shows no violation proves nothing; one that shows a violation proves that the code is not safe. The other
// side is hostile: devices, rings and the driver's own cells answer each read by a seed.

import CSimulation
import CUnicorn
import Glibc
import Verification

/// A processor between guards, for any code that fits a place and a list of grants.
public final class GuardedRun {
    /// Instructions that a call may take. Loops by count must fit. Loops by clock end soon, since time flies here: the
    /// greatest bound that a comparison of 32 bits can hold is over after 32,768 instructions.
    public var instructionLimit: UInt64 = 200_000

    private let grants: [Grant]
    private let memory: GuardedMemory
    private let run: UnsafeMutablePointer<`guard`>
    private let code: UnsafeMutableRawPointer
    private let codeStart: UInt64
    private let codeRoom: Int
    private let stack: UnsafeMutableRawPointer
    private let writes: UnsafeMutablePointer<guard_write>
    /// What is known of the instruction at each byte of the code.
    private let kinds: UnsafeMutablePointer<UInt8>
    private var context: OpaquePointer?

    /// Where the stack lies; the pages around it are not mapped.
    private static let stackStart: UInt64 = 0x7000_0000
    private static let stackByteCount = 8192
    /// Bytes of stack that a function may use.
    private static let reserve: UInt64 = 512
    /// Where calls return to; not mapped.
    private static let returnAddress: UInt64 = 0x7F00_0000
    private static let pageByteCount = 4096
    private static let int3: UInt8 = 0xCC
    private static let directionFlag: UInt64 = 1 << 10

    /// A processor without code.
    ///
    /// - Parameters:
    ///   - grants: all that code may touch.
    ///   - codeStart: address of its first byte.
    ///   - codeRoom: most bytes that it may have.
    ///
    /// Throws: `engine`.
    public init(grants: [Grant], codeStart: UInt64, codeRoom: Int) throws(SimulationError) {
        self.grants = grants
        self.codeStart = codeStart
        self.codeRoom = codeRoom
        memory = GuardedMemory(grants)
        let inPage = Int(codeStart % UInt64(Self.pageByteCount))
        let mapped = (inPage + codeRoom + Self.pageByteCount - 1) / Self.pageByteCount * Self.pageByteCount
        let page = UnsafeMutableRawPointer.allocate(byteCount: mapped, alignment: Self.pageByteCount)
        page.initializeMemory(as: UInt8.self, repeating: Self.int3, count: mapped)
        code = page + inPage
        stack = .allocate(byteCount: Self.stackByteCount, alignment: Self.pageByteCount)
        stack.initializeMemory(as: UInt8.self, repeating: 0, count: Self.stackByteCount)
        run = .allocate(capacity: 1)
        run.initialize(to: `guard`())
        run.pointee.code = UnsafePointer(code.assumingMemoryBound(to: UInt8.self))
        kinds = .allocate(capacity: codeRoom)
        run.pointee.kinds = kinds
        run.pointee.code_start = codeStart
        run.pointee.code_end = codeStart
        run.pointee.stack_entry = Self.stackStart + UInt64(Self.stackByteCount / 2 - 8)
        run.pointee.stack_start = run.pointee.stack_entry - Self.reserve
        run.pointee.stack_end = Self.stackStart + UInt64(Self.stackByteCount)
        run.pointee.grants = memory.grants.baseAddress
        run.pointee.grant_count = UInt32(grants.count)
        writes = .allocate(capacity: Int(GUARD_WRITE_LIMIT))
        run.pointee.writes = writes
        try map(page, mapped)
    }

    deinit {
        if let context { uc_context_free(context) }
        if let engine = run.pointee.engine { uc_close(engine) }
        run.deallocate()
        writes.deallocate()
        kinds.deallocate()
        stack.deallocate()
        (code - Int(codeStart % UInt64(Self.pageByteCount))).deallocate()
    }

    private func map(_ page: UnsafeMutableRawPointer, _ byteCount: Int) throws(SimulationError) {
        try check("open", uc_open(UC_ARCH_X86, UC_MODE_64, &run.pointee.engine))
        let engine = run.pointee.engine
        let data = UC_PROT_READ.rawValue | UC_PROT_WRITE.rawValue
        let start = codeStart / UInt64(Self.pageByteCount) * UInt64(Self.pageByteCount)
        let executable = UC_PROT_READ.rawValue | UC_PROT_EXEC.rawValue
        try check("map code", uc_mem_map_ptr(engine, start, byteCount, executable, page))
        try check("map stack", uc_mem_map_ptr(engine, Self.stackStart, Self.stackByteCount, data, stack))
        for area in memory.areas {
            try check("map grants", uc_mem_map_ptr(engine, area.start, area.byteCount, data, area.bytes))
        }
        try check("hook", guard_watch(run))
        try check("context", uc_context_alloc(engine, &context))
        try check("context", uc_context_save(engine, context))
    }

    private func check(_ step: String, _ error: uc_err) throws(SimulationError) {
        guard error == UC_ERR_OK else { throw .engine(step: step, code: error.rawValue) }
    }

    /// Replaces the code; what does not belong to it is INT3.
    ///
    /// Throws: `engine`.
    /// - Precondition: the code fits the room.
    public func load(_ bytes: [UInt8]) throws(SimulationError) {
        precondition(!bytes.isEmpty && bytes.count <= codeRoom, "code without room")
        code.initializeMemory(as: UInt8.self, repeating: Self.int3, count: codeRoom)
        bytes.withUnsafeBytes { if let base = $0.baseAddress { code.copyMemory(from: base, byteCount: $0.count) } }
        run.pointee.code_end = codeStart + UInt64(codeRoom)
        try check("forget code", guard_forget_code(run))
        run.pointee.code_end = codeStart + UInt64(bytes.count)
    }

    /// Calls the code at an offset, once, and returns the first violation. A seed and the code decide all that happens.
    ///
    /// Throws: `engine`.
    public func call(
        at offset: Int = 0, _ arguments: [UInt64] = [], seed: UInt64
    ) throws(SimulationError) -> GuardViolation? {
        var noise = SeededGenerator(seed: seed)
        try check("restore", uc_context_restore(run.pointee.engine, context))
        run.pointee.run &+= 1
        run.pointee.random = noise.next()
        // Every other run is of one mind, so that a device that is stuck, gone or honest comes early.
        let minds = UInt64(GUARD_ANSWER_COUNT - 1)
        run.pointee.answer = UInt32(seed % 2 == 0 ? UInt64(GUARD_ANSWER_MIXED) : 1 + seed / 2 % minds)
        run.pointee.counts_per_instruction = 1 << (16 + noise.next() % 6)
        run.pointee.clock = noise.next() >> (8 + noise.next() % 32)
        run.pointee.instruction_limit = instructionLimit
        enter(arguments, &noise)
        let kept = noise.next()
        for (index, register) in CallingConvention.preserved.enumerated() {
            set(register.register, kept &+ UInt64(index))
        }
        let error = guard_run(run, codeStart + UInt64(offset), Self.returnAddress)
        return violation(error, kept)
    }

    /// What a device makes of the writes that the last call made, up to the first by which it strays.
    public func stray(of reach: some DeviceReach) -> GuardViolation? {
        var reach = reach
        for write in UnsafeBufferPointer(start: writes, count: Int(run.pointee.write_count)) {
            guard let place = reach.map.place(of: write) else { continue }
            guard let stray = reach.take(place, byteCount: Int(write.size), value: write.value) else { continue }
            return GuardViolation(
                kind: .deviceStrays(stray.cause), offset: Int(write.place - codeStart), address: stray.start,
                byteCount: Int(clamping: stray.byteCount), isWrite: stray.isWrite)
        }
        return nil
    }

    /// Sets registers and stack as a caller may: garbage in all that carries nothing.
    private func enter(_ arguments: [UInt64], _ noise: inout SeededGenerator) {
        for register in CallingConvention.scratch { set(register, noise.next()) }
        for (index, register) in CallingConvention.arguments.enumerated() {
            set(register, index < arguments.count ? arguments[index] : noise.next())
        }
        let entry = Int(run.pointee.stack_entry - Self.stackStart)
        for place in stride(from: entry - Int(Self.reserve), to: entry + 64, by: 8) {
            stack.storeBytes(of: noise.next(), toByteOffset: place, as: UInt64.self)
        }
        stack.storeBytes(of: Self.returnAddress, toByteOffset: entry, as: UInt64.self)
        set(UC_X86_REG_RSP, run.pointee.stack_entry)
        // Bit 1 is always set; carry, parity, adjust, zero, sign and overflow may be anything.
        set(UC_X86_REG_EFLAGS, 2 | noise.next() & 0x8D5)
    }

    private func violation(_ error: uc_err, _ kept: UInt64) -> GuardViolation? {
        let result = run.pointee
        let offset = Int(result.current - codeStart)
        guard Int(result.fault) == GUARD_NOTHING else {
            var violation = GuardViolation(
                kind: Self.kind(of: Int(result.fault)), offset: offset, address: result.fault_address,
                byteCount: Int(result.fault_size), isWrite: result.fault_is_write)
            if result.fault_grant >= 0 {
                violation.grant = String(decoding: grants[Int(result.fault_grant)].name, as: UTF8.self)
            }
            return violation
        }
        if error != UC_ERR_OK { return GuardViolation(kind: .exception(code: error.rawValue), offset: offset) }
        if value(of: UC_X86_REG_RSP) != result.stack_entry + 8 {
            return GuardViolation(kind: .stackPointer, offset: offset)
        }
        for (index, register) in CallingConvention.preserved.enumerated()
        where value(of: register.register) != kept &+ UInt64(index) {
            return GuardViolation(kind: .registerNotPreserved(register.name), offset: offset)
        }
        if value(of: UC_X86_REG_EFLAGS) & Self.directionFlag != 0 {
            return GuardViolation(kind: .directionFlag, offset: offset)
        }
        return nil
    }

    private static func kind(of fault: Int) -> GuardViolation.Kind {
        switch fault {
        case GUARD_WRONG_DIRECTION: .wrongDirection
        case GUARD_NOT_WHOLE: .notWhole
        case GUARD_LIMIT_BROKEN: .limitBroken
        case GUARD_CODE_WRITTEN: .codeWritten
        case GUARD_CALLERS_STACK: .callersStack
        case GUARD_OUTSIDE_CODE: .outsideCode
        case GUARD_FORBIDDEN: .forbiddenInstruction
        case GUARD_ENDLESS: .endless
        default: .outsideGrants
        }
    }

    private func set(_ register: uc_x86_reg, _ value: UInt64) {
        var value = value
        uc_reg_write(run.pointee.engine, Int32(bitPattern: register.rawValue), &value)
    }

    private func value(of register: uc_x86_reg) -> UInt64 {
        var value: UInt64 = 0
        uc_reg_read(run.pointee.engine, Int32(bitPattern: register.rawValue), &value)
        return value
    }
}
