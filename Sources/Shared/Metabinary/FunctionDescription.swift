// A function that a rule generates: its name, its result and where its code stands in the image.

import Program

/// A function of a device.
public final class FunctionDescription: Sendable {
    /// Name in the rule, ASCII.
    public let name: [UInt8]
    /// Arguments, at most six.
    public let parameters: [ParameterDescription]
    /// Name of the result, ASCII.
    public let resultName: [UInt8]
    /// Number of bits that the result may use; 0 where there is none.
    public let resultBitCount: UInt8
    /// The narrowest type that holds the result; `void` where there is none.
    public let resultType: ValueType
    /// File that the function's rule stands in, without its folder, ASCII: the device's, or that of its class.
    public let ruleFile: [UInt8]
    /// Line of that file, counted from 1.
    public let line: UInt16
    /// Index of the device in its image.
    let deviceIndex: Int
    /// Offset of the code in the image.
    package let codeOffset: Int
    /// Size of its code in the image. Units: bytes.
    public let codeByteCount: Int

    init(
        name: [UInt8], parameters: [ParameterDescription], resultName: [UInt8], resultBitCount: UInt8,
        resultType: ValueType, ruleFile: [UInt8], line: UInt16, deviceIndex: Int, codeOffset: Int, codeByteCount: Int
    ) {
        self.name = name
        self.parameters = parameters
        self.resultName = resultName
        self.resultBitCount = resultBitCount
        self.resultType = resultType
        self.ruleFile = ruleFile
        self.line = line
        self.deviceIndex = deviceIndex
        self.codeOffset = codeOffset
        self.codeByteCount = codeByteCount
    }

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
