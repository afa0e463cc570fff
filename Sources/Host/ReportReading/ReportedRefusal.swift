// A description that led to no driver, as a report tells of it. GenerationReader gathers it.

import Hardware

/// A description that matched a function for which no driver was generated.
public struct ReportedRefusal: Hashable, Sendable {
    public var function: FunctionAddress
    /// Name of the description, ASCII.
    public var name: [UInt8]
    /// Stage of the pipeline that refused, ASCII.
    public var stage: [UInt8]
    /// Why, ASCII.
    public var reason: [UInt8]
}
