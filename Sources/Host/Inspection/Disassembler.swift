// Turns bytes into the text of instructions with Capstone: a decoder that shares nothing with the encoder of generated
// code. Listing uses it for people, tests and figures use it as an oracle.

import CCapstone
import Hardware
import Pipeline

/// An instruction as Capstone reads it.
public struct DisassembledInstruction: Hashable, Sendable {
    public var address: VirtualAddress
    public var bytes: [UInt8]
    /// Mnemonic and operands in Intel's notation.
    public var text: String
    /// Whether it is a jump that may be taken or not.
    public var isConditionalBranch: Bool
}

/// A disassembler of 64-bit code.
public struct Disassembler {
    public init() {}

    /// The instructions of a stretch of code.
    ///
    /// Throws: `disassemblerUnavailable`; `undecodable` where the bytes are no instruction.
    public func instructions(
        of bytes: [UInt8], at address: VirtualAddress, named name: String
    ) throws(InspectionError) -> [DisassembledInstruction] {
        var handle: csh = 0
        let failure = cs_open(CS_ARCH_X86, CS_MODE_64, &handle)
        guard failure == CS_ERR_OK else { throw .disassemblerUnavailable(code: Int(failure.rawValue)) }
        defer { cs_close(&handle) }
        var decoded: UnsafeMutablePointer<cs_insn>?
        let count = cs_disasm(handle, bytes, bytes.count, address.rawValue, 0, &decoded)
        var list: [DisassembledInstruction] = []
        var offset = 0
        if let decoded {
            defer { cs_free(decoded, count) }
            for index in 0..<count {
                let length = Int(decoded[index].size)
                let mnemonic = Self.text(decoded[index].mnemonic)
                let operands = Self.text(decoded[index].op_str)
                list.append(
                    DisassembledInstruction(
                        address: VirtualAddress(rawValue: decoded[index].address),
                        bytes: Array(bytes[offset..<offset + length]),
                        text: operands.isEmpty ? mnemonic : "\(mnemonic) \(operands)",
                        isConditionalBranch: Self.isConditionalBranch(mnemonic)))
                offset += length
            }
        }
        guard offset == bytes.count else { throw .undecodable(function: name, offset: offset) }
        return list
    }

    /// Every mnemonic with `j` but `jmp` is one (Intel SDM, volume 2A, Jcc and JCXZ), and so are those with `loop`.
    private static func isConditionalBranch(_ mnemonic: String) -> Bool {
        mnemonic.hasPrefix("j") && mnemonic != "jmp" || mnemonic.hasPrefix("loop")
    }

    /// The characters of a fixed C array, up to its NUL.
    private static func text<T>(_ array: T) -> String {
        withUnsafeBytes(of: array) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
