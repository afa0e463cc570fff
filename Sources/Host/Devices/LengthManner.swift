// What becomes of frames that are shorter or longer than Ethernet has them. A datasheet says that a card drops them, and a
// model of a card, or a card whose sender pads nothing, may do otherwise: each card says by its own registers and headers.

/// How a card shows a frame of a length that no frame has.
public enum LengthManner: String, CaseIterable, Hashable, Sendable {
    /// It does not.
    case dropped
    /// As a good frame of that length, where it has room for it and beyond, as QEMU's models do.
    case asTheyAre
    /// As a whole frame, marked as too short or too long.
    case marked
    /// As a damaged frame that ends where a frame has to.
    case cut
}
