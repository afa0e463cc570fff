// What is in a driver's place where a description matches a device and none could be generated.

import Hardware

/// A device that got no driver, and why.
public struct Refusal: Equatable, Sendable {
    public var function: FunctionAddress
    /// Name of the description that matched, ASCII.
    public var deviceName: [UInt8]
    public var error: GenerationError

    public init(function: FunctionAddress, deviceName: [UInt8], error: GenerationError) {
        self.function = function
        self.deviceName = deviceName
        self.error = error
    }
}
