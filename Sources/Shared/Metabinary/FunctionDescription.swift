// A function that a rule generates: its name, its result and where its code stands in the image.

import Program

/// A function of a device.
public struct FunctionDescription: Hashable, Sendable {
    /// Name in the rule, ASCII.
    public var name: [UInt8]
    /// Arguments, at most six.
    public var parameters: [ParameterDescription]
    /// Name of the result, ASCII.
    public var resultName: [UInt8]
    /// Number of bits that the result may use; 0 where there is none.
    public var resultBitCount: UInt8
    /// The narrowest type that holds the result; `void` where there is none.
    public var resultType: ValueType
    /// File that the function's rule stands in, without its folder, ASCII: the device's, or that of its class.
    public var ruleFile: [UInt8]
    /// Line of that file, counted from 1.
    public var line: UInt16
    /// Index of the device in its image.
    var deviceIndex: Int
    /// Offset of the code in the image.
    var codeOffset: Int
    /// Size of its code in the image. Units: bytes.
    public internal(set) var codeByteCount: Int

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
