// Something that a machine file states and nobody learned. It stands as a comment above the records that it is about,
// and the command shows it: bytes that rest on it are right only where it is.

import Hardware

/// A fact that is assumed, and why it was assumed so.
public struct Assumption: Hashable, Sendable {
    /// Which records it is about.
    public enum Subject: Hashable, Sendable {
        /// A record that is missing, or the machine as a whole.
        case machine
        case memory
        case clock
        /// The range for rings, pools and state.
        case data
        /// A base address register, by its number.
        case range(FunctionAddress, UInt8)
    }

    public var subject: Subject
    /// What is assumed and by which rule, for people.
    public var words: String

    public init(_ subject: Subject, _ words: String) {
        self.subject = subject
        self.words = words
    }
}

extension Assumption.Subject: CustomStringConvertible {
    /// The first words of the records, by which a person finds them.
    public var description: String {
        switch self {
        case .machine: "machine"
        case .memory: "memory"
        case .clock: "clock"
        case .data: "data"
        case .range(let address, let index): "bar \(address.busDeviceFunctionText) \(index)"
        }
    }

    /// The subject of a record's text; `nil` where it can only be learned.
    init?(record: String) {
        let words = record.split(separator: " ")
        switch words.first {
        case "memory": self = .memory
        case "clock": self = .clock
        case "data": self = .data
        case "bar":
            guard words.count > 2, let address = FunctionAddress(busDeviceFunction: words[1]),
                let index = UInt8(words[2])
            else { return nil }
            self = .range(address, index)
        default: return nil
        }
    }
}

extension FunctionAddress {
    /// `bus:device.function` in hexadecimal digits.
    var busDeviceFunctionText: String {
        func pair(_ number: UInt8) -> String { (number < 16 ? "0" : "") + String(number, radix: 16) }
        return "\(pair(bus)):\(pair(device)).\(function)"
    }

    /// Reads `bus:device.function` in hexadecimal digits, as reports and lspci write it.
    public init?(busDeviceFunction text: some StringProtocol) {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "." }
        guard parts.count == 3, parts[0].count == 2, parts[1].count == 2, parts[2].count == 1,
            text.dropFirst(2).first == ":", let bus = UInt8(parts[0], radix: 16),
            let device = UInt8(parts[1], radix: 16), device < 32,
            let function = UInt8(parts[2], radix: 16), function < 8
        else { return nil }
        self.init(bus: bus, device: device, function: function)
    }
}
