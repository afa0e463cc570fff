// What discovery tells while it runs, so that a machine that stops in the middle has said where it was.

/// Something that discovery tells whoever started it.
public enum DiscoveryEvent: Sendable {
    /// An activity begins; the words fit after "during".
    case began(StaticString)
    /// Something of the machine was wrong and was skipped.
    case found(Oddity)
    /// Firmware's console is there.
    case console(SerialPlace)
}
