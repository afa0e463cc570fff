// What a simulated processor meets outside itself.

/// The other side of a processor's accesses.
public protocol ProcessorBus: AnyObject {
    /// A read of a window.
    func read(window: Int, offset: UInt64, byteCount: Int) -> UInt64
    /// A write to a window.
    func write(window: Int, offset: UInt64, byteCount: Int, value: UInt64)
    /// An access to a ring or a pool that is about to happen.
    func touch(isWrite: Bool, virtual: UInt64, byteCount: Int)
    /// What a write to a ring or a pool is about to store; comes before its `touch`.
    func willStore(virtual: UInt64, byteCount: Int, value: UInt64)
    /// A full fence is about to be made.
    func fence()
}

extension ProcessorBus {
    /// Nobody looks.
    public func willStore(virtual: UInt64, byteCount: Int, value: UInt64) {}
    public func fence() {}
}
