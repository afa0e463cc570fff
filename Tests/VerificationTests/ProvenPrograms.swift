// Programs on their way to the verifier: encoded, placed beside the regions that they touch, with the prover's evidence.

import Encoding
import Hardware
import Program
import Proving
import Verification

/// A program as a function of a driver.
struct ProvenProgram {
    static let entry: UInt64 = 0x4000_0000
    static let regions =
        [Region.Kind.window, .ring, .state].enumerated().map { index, kind in
            Region(kind: kind, address: VirtualAddress(rawValue: 0x5000_0000 + UInt64(index) * 256), byteCount: 256)
        } + [Region(kind: .ports, address: VirtualAddress(rawValue: 0xC000), byteCount: 256)]
    /// Every region, in elements of eight bytes.
    static let grants = regions.map { region in
        Grant(
            name: Array("\(region.kind)".utf8), space: region.kind == .ports ? .ports : .memory,
            start: region.address.rawValue, byteCount: region.byteCount,
            rights: [.read, .write], elementByteCount: 8, isWhole: false)
    }

    let function: EncodedFunction
    let parameters: [ValueRange]

    /// Throws: `ProgramError`, `EncodingError`.
    init(_ program: Program, parameters: [ValueRange]) throws {
        try ProgramChecker.check(program)
        function = try Encoder().encode(program).placed(at: VirtualAddress(rawValue: Self.entry), regions: Self.regions)
        self.parameters = parameters
    }

    func evidence() throws(VerificationError) -> Evidence {
        try Prover.evidence(for: function, at: Self.entry, parameters, Self.grants)
    }

    func verify(_ evidence: Evidence) throws(VerificationError) {
        let code = CodeFunction(
            offset: 0, byteCount: function.bytes.count, parameters: parameters, evidence: evidence)
        try Verifier().verify(function.bytes, at: Self.entry, [code], Self.grants)
    }

    /// An instruction a line, with its offset.
    var listing: String {
        function.instructions.map { encoded in
            var text: [UInt8] = []
            AssemblyPrinter().print(encoded.instruction, into: &text)
            return "\(encoded.offset): " + String(decoding: text, as: UTF8.self)
        }.joined(separator: "\n")
    }
}
