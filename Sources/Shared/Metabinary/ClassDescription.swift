// A class of devices as a metabinary carries it: what a description of that class promises is checked on the host.

/// A class of devices: a contract and its version.
public struct ClassDescription: Hashable, Sendable {
    /// Name in the rules, ASCII.
    public var name: [UInt8]
    /// Version of the contract.
    public var version: UInt8
    /// Index of the class that it is besides, which is before it.
    package var parent: Int?
    /// Names of the classes that it is besides, the nearest first, ASCII.
    public var ancestors: [[UInt8]] = []

    package init(name: [UInt8] = [], version: UInt8 = 0, parent: Int? = nil) {
        self.name = name
        self.version = version
        self.parent = parent
    }
}
