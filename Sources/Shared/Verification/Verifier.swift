// The last stage before bytes may be mapped. It trusts nothing that the generator says: it takes the bytes of a driver,
// the grants of that driver and evidence that it checks, imports no other module, and has a decoder and a table of
// its own. Called by the pipeline on the host and in the kernel.
//
// What it proves of every path through every function, whatever devices answer and whoever runs beside:
//
// - Each instruction has a row in the table; execution stays on the instructions that were looked at, enters at the
//   function's first byte, leaves by RET with the stack as it found it, and some way leads to every byte.
// - Each memory operand and each port lies in one grant that allows its direction, at a place of the element that is
//   known; what is stored keeps every limit of the grant. So a number that a device gave is never an address, an index
//   or part of a descriptor without a bound.
// - What is changed in place is a cell that nobody but the driver sees. No bit of memory is named by its number. A run of
//   elements by one instruction lies in one grant, and what it stores keeps the limits wherever it ends.
// - A register of configuration space is touched where it is known which one is selected, and lies in a grant like memory.
// - Each jump backward moves a counter one way inside its range, or goes by the clock.
// - The caller's registers, the stack pointer and the direction flag are untouched; no instruction is privileged.
//
// CAVEATS in Sources/README.md says what it does not prove.

/// A function to verify.
public struct CodeFunction: Sendable {
    /// Units: bytes from the start of the driver's code.
    public var offset: Int
    /// Units: bytes.
    public var byteCount: Int
    /// What callers prove of each argument before they call.
    public var parameters: [ValueRange]
    public var evidence: Evidence

    public init(offset: Int, byteCount: Int, parameters: [ValueRange], evidence: Evidence) {
        self.offset = offset
        self.byteCount = byteCount
        self.parameters = parameters
        self.evidence = evidence
    }
}

/// Accepts or refuses the code of drivers.
public struct Verifier: Sendable {
    /// Most bytes of code that a driver may have, so that a generator gone astray is noticed.
    ///
    /// Units: bytes.
    public static let byteCountLimit = 1 << 16

    public init() {}

    /// Verifies all code of a driver: every byte of its pages is a function's or int3.
    ///
    /// - Parameters:
    ///   - code: the bytes, as they will be mapped.
    ///   - address: where the first of them will be mapped.
    ///   - functions: in rising order of their offsets.
    ///   - grants: in rising order of their addresses, memory before ports before configuration space.
    ///
    /// Throws: `VerificationError`, for the first thing that cannot be proven.
    public func verify(
        _ code: [UInt8], at address: UInt64, _ functions: [CodeFunction], _ grants: [Grant]
    ) throws(VerificationError) {
        guard code.count <= Self.byteCountLimit, address <= .max - UInt64(code.count) else {
            throw VerificationError(.tooLong)
        }
        let table = try GrantTable(grants)
        // Nobody may write what is executed.
        for grant in grants where grant.space == .memory {
            guard grant.start >= address + UInt64(code.count) || grant.start + grant.byteCount <= address else {
                throw VerificationError(.malformedGrant, grant: grant.name)
            }
        }
        var end = 0
        for (index, function) in functions.enumerated() {
            guard function.offset >= end, function.byteCount > 0, function.parameters.count <= 6,
                function.byteCount <= code.count - function.offset
            else { throw VerificationError(.functionsOutOfOrder, function: index) }
            try checkPadding(code, end..<function.offset)
            let check = FunctionCheck(function, index, in: code, at: address, table)
            try check.run()
            end = function.offset + function.byteCount
        }
        try checkPadding(code, end..<code.count)
    }

    /// Between functions stands nothing but int3, which stops whoever comes there.
    private func checkPadding(_ code: [UInt8], _ range: Range<Int>) throws(VerificationError) {
        for offset in range where code[offset] != 0xCC {
            throw VerificationError(.paddingNotInt3, offset: offset)
        }
    }
}
