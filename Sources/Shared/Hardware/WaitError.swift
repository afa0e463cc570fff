// How a wait ends that found nothing. The kernel reports it as the fault `expired-wait`.

/// A wait that ended by its bound.
public enum WaitError: Error, Sendable {
    /// The condition did not come true.
    ///
    /// Units: `bound` in microseconds.
    case expired(name: StaticString, bound: UInt64)
}
