// What the command's exit status says.

/// Exit status of the command.
enum ExitStatus: Int32 {
    case passed = 0
    /// The run failed, or its report was damaged; or what was asked for could not be done.
    case failed = 1
    /// The command line is wrong, or describes a machine that QEMU refuses or an image that is none.
    case usage = 2
    /// The time was up before the verdict.
    case timedOut = 3
    /// Something to run is missing: QEMU, or the image.
    case missing = 4
    /// Nothing failed, but nobody answered through a card.
    case noPeer = 5
}
