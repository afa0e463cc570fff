// The observer of those who want no dump, the kernel first of all.

/// The observer that sees nothing.
public struct SilentObserver: PipelineObserver {
    public init() {}
}
