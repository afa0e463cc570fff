// A function that a rule generates: its name, its result and where its code is in the image.

import Program

/// A function of a device.
public final class FunctionDescription: @unchecked Sendable {
    /// What the rule says to whoever calls it.
    public package(set) var signature = FunctionSignature(name: [], resultName: [], resultBitCount: 0, ruleFile: [])
    /// Arguments, at most six.
    public package(set) var parameters: [ParameterDescription] = []
    /// Line of the rule file, counted from 1.
    public package(set) var line: UInt16 = 0
    /// Index of the device in its image.
    var deviceIndex = 0
    /// Offset of the code in the image; while rules are compiled, in the code of all rules.
    package var codeOffset = 0
    /// Size of its code in the image. Units: bytes.
    public package(set) var codeByteCount = 0
    /// The choices that its code asks for: with these and the facts the same, its program is the same.
    ///
    /// Layout: bit n stands for the device's choice of index n.
    public package(set) var choices: UInt8 = 0

    package init() {}

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
