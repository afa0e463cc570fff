// What a generated function returned, as a report tells of it. GenerationReader gathers it.

import Hardware

/// What a generated function returned.
public struct ReportedResult: Hashable, Sendable {
    public var function: FunctionAddress
    /// Name of the description, ASCII.
    public var driver: [UInt8]
    /// Name of the generated function, ASCII.
    public var name: [UInt8]
    /// Name that the rule has for the result, ASCII.
    public var resultName: [UInt8]
    /// The value as it is in the record: a number, or a MAC address.
    public var value: [UInt8]
}
