// The writes of a boot up to the first use of a device, in order, with what was there before and in which step each
// came: what the rules about writes are held against.

import Hardware

/// A step of the boot that writes before memory is given out.
enum BootStep: Sendable {
    case discovery
    /// What firmware drives is taken from it, and what it left without an address gets one.
    case takeOver
}

/// A write.
struct TracedWrite: Hashable, Sendable, CustomStringConvertible {
    enum Place: Hashable, Sendable {
        case configuration(FunctionAddress, UInt16)
        case port(UInt16)
        case memory(UInt64)
    }

    var step: BootStep
    var place: Place
    var width: AccessWidth
    var value: UInt64
    /// What the place held, of configuration space and of memory that answers.
    var before: UInt64

    var description: String {
        func hexadecimal(_ value: some BinaryInteger) -> String { "0x" + String(value, radix: 16) }
        let text =
            switch place {
            case .configuration(let function, let offset): "\(function.text) \(hexadecimal(offset))"
            case .port(let port): "port \(hexadecimal(port))"
            case .memory(let address): "memory \(hexadecimal(address))"
            }
        return "\(step): \(text) = \(hexadecimal(value)), was \(hexadecimal(before))"
    }

    /// The function whose configuration space is written, and where.
    var configuration: (function: FunctionAddress, offset: UInt16)? {
        if case .configuration(let function, let offset) = place { (function, offset) } else { nil }
    }

    /// Whether any of these bytes of configuration space is written.
    func touches(_ bytes: Range<UInt16>) -> Bool {
        guard let offset = configuration?.offset else { return false }
        return offset < bytes.upperBound && bytes.lowerBound < offset + UInt16(width.rawValue)
    }
}
