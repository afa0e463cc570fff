// Who owns what, as tables: what may happen to a slot or a buffer in which state, what it is then, and what is said where
// it may not happen.

/// What is true of a slot.
struct SlotState: OptionSet {
    let rawValue: UInt8

    /// The driver may write it.
    static let open = SlotState(rawValue: 1)
    /// It was claimed, and not posted since.
    static let claimed = SlotState(rawValue: 2)
    /// It has its whole descriptor.
    static let written = SlotState(rawValue: 4)
    /// It owns a buffer.
    static let filled = SlotState(rawValue: 8)
    static let posted = SlotState(rawValue: 16)
}

/// What happens to a slot.
enum SlotEvent {
    case write
    case take
    case exchange
    case put
    case post
    /// A loop over all slots leaves it.
    case leave

    /// What is said where a slot is in no state for an event: `SLOT` and `RING` stand for their names.
    typealias Complaint = (what: String, mend: String)

    private struct Row {
        /// What must be true, in this order, with what is said where it is not.
        var needs: [(state: SlotState, complaint: Complaint)] = []
        var forbids: SlotState = []
        var complaint: Complaint = ("", "")
        var adds: SlotState = []
        var removes: SlotState = []
    }

    private static let unready = "write the whole descriptor and move a buffer in first"
    private static let noBuffer: (SlotState, Complaint) = (
        .filled, ("SLOT owns no buffer here", "a slot gives its buffer once")
    )

    private static let rows: [SlotEvent: Row] = [
        .write: Row(
            needs: [
                (
                    .open,
                    ("SLOT is not the driver's to write here", "write a slot that was claimed, before it is posted")
                )
            ], adds: .written), .take: Row(needs: [noBuffer], removes: .filled),
        .exchange: Row(needs: [noBuffer], adds: .filled),
        .put: Row(
            forbids: .filled, complaint: ("SLOT owns a buffer already", "use `exchange`, or put once"), adds: .filled),
        .post: Row(
            needs: [
                (
                    .claimed,
                    (
                        "SLOT was not claimed of ring RING, or is posted already",
                        "claim a slot, fill it and post it once"
                    )
                ), (.written, ("SLOT is posted before it is written", unready)),
                (.filled, ("SLOT is posted before it is given a buffer", unready)),
            ], adds: .posted, removes: [.open, .claimed]),
        .leave: Row(needs: [(.written, ("the loop leaves SLOT as it was", "write the whole descriptor of every slot"))]
        ),
    ]

    /// The state after the event, and what is wrong with it in that state.
    func happens(in state: SlotState) -> (state: SlotState, complaint: Complaint?) {
        let row = Self.rows[self] ?? Row()
        let complaint =
            row.needs.first { !state.contains($0.state) }?.complaint
            ?? (state.isDisjoint(with: row.forbids) ? nil : row.complaint)
        return (state.union(row.adds).subtracting(row.removes), complaint)
    }
}

/// Where a buffer is that a function owns, or has owned.
enum BufferState {
    /// It came as an argument.
    case given
    /// It was taken out of a slot or a state.
    case taken
    /// An argument that was moved.
    case givenAway
    /// What was taken is elsewhere again.
    case passedOn

    var isMoved: Bool { self == .givenAway || self == .passedOn }

    var moved: BufferState { self == .given || self == .givenAway ? .givenAway : .passedOn }

    /// What is wrong where the function returns: what was given is moved if, and only if, all went well; what was taken is
    /// moved always. `BUFFER` stands for the name.
    func complaintAtReturn(isSuccess: Bool) -> SlotEvent.Complaint? {
        switch (self, isSuccess) {
        case (.givenAway, false):
            (
                "BUFFER was moved, and the caller is told that it still owns it",
                "move it only where the first outcome, success, is returned"
            )
        case (.given, true), (.taken, _):
            ("BUFFER is lost here", "move it into a slot or into the outcome before the return")
        case (.given, false), (.givenAway, true), (.passedOn, _): nil
        }
    }
}
