// What a run notes of each load and store.

/// A read or write of a region.
public struct ProgramAccess: Hashable, Sendable {
    /// Index of the load or store.
    public var item: Int
    public var isStore: Bool
    public var region: UInt8
    /// Units: bytes.
    public var offset: UInt64
    /// Units: bytes.
    public var byteCount: UInt64
    /// What was read or written.
    public var value: UInt64

    public init(item: Int, isStore: Bool, region: UInt8, offset: UInt64, byteCount: UInt64, value: UInt64) {
        self.item = item
        self.isStore = isStore
        self.region = region
        self.offset = offset
        self.byteCount = byteCount
        self.value = value
    }
}
