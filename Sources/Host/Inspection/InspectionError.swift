// What can keep generated code from being shown.

/// Why code could not be shown.
public enum InspectionError: Error, Hashable, Sendable {
    /// The disassembler could not be opened; the code is Capstone's.
    case disassemblerUnavailable(code: Int)
    /// At this offset of the function there is no instruction that the disassembler knows.
    case undecodable(function: String, offset: Int)
    /// An instruction as decoded starts or ends elsewhere than the report says.
    case boundary(function: String, offset: Int)
}

extension InspectionError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .disassemblerUnavailable(let code): "Capstone does not open (error \(code))"
        case .undecodable(let function, let offset): "\(function)+0x\(hexadecimal(offset)): no instruction"
        case .boundary(let function, let offset):
            "\(function)+0x\(hexadecimal(offset)): an instruction starts here by Capstone, but not by the report"
        }
    }
}
