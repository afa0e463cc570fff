// A function that a rule generates: its name, its result and where its code is in the image.

import Program

/// A function of a device.
public final class FunctionDescription: Sendable {
    /// What the rule says to whoever calls it.
    public let signature: FunctionSignature
    /// Arguments, at most six.
    public let parameters: [ParameterDescription]
    /// Line of the rule file, counted from 1.
    public let line: UInt16
    /// Index of the device in its image.
    let deviceIndex: Int
    /// Offset of the code in the image.
    package let codeOffset: Int
    /// Size of its code in the image. Units: bytes.
    public let codeByteCount: Int

    init(
        _ signature: FunctionSignature, parameters: [ParameterDescription], line: UInt16, deviceIndex: Int,
        codeOffset: Int, codeByteCount: Int
    ) {
        self.signature = signature
        self.parameters = parameters
        self.line = line
        self.deviceIndex = deviceIndex
        self.codeOffset = codeOffset
        self.codeByteCount = codeByteCount
    }

    public var name: [UInt8] { signature.name }
    public var resultName: [UInt8] { signature.resultName }
    public var resultBitCount: UInt8 { signature.resultBitCount }
    public var resultType: ValueType { signature.resultType }
    public var ruleFile: [UInt8] { signature.ruleFile }

    /// The narrowest type of at least `bitCount` bits, `void` for 0, `nil` above 64.
    static func type(ofBitCount bitCount: UInt8) -> ValueType? {
        switch bitCount {
        case 0: .void
        case 1: .boolean
        case 2...8: .u8
        case 9...16: .u16
        case 17...32: .u32
        case 33...64: .u64
        default: nil
        }
    }
}
