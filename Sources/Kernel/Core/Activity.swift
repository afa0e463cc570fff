// What the kernel is doing, in words. Every fault that is reported names it, so that a report of a machine far away says
// where it ended.

/// The step that the kernel is in.
struct Activity {
    /// Fixed text of the step.
    var step: StaticString
    /// What the step works on, ASCII, where it works on one thing.
    var subject: [UInt8]?
}
