// Who owns what, as tables: what must be true of a slot or a buffer for what happens to it, what it is then, and what is
// said where it is not so.

/// What is true of a slot.
struct SlotState: OptionSet {
    let rawValue: UInt8

    /// The driver may write it.
    static let open = SlotState(rawValue: 1)
    /// It was claimed, and not posted since.
    static let claimed = SlotState(rawValue: 2)
    /// It has its whole descriptor.
    static let written = SlotState(rawValue: 4)
    /// It owns a buffer, or it owns none.
    static let (filled, empty) = (SlotState(rawValue: 8), SlotState(rawValue: 16))
    static let posted = SlotState(rawValue: 32)
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

    /// What must be true, in this order, with what is said where it is not; what is true afterwards, and what no longer.
    private typealias Row = (needs: [(SlotState, Complaint)], adds: SlotState, removes: SlotState)

    private static let noBuffer = ("SLOT owns no buffer here", "a slot gives its buffer once")
    private static let unready = "write the whole descriptor and move a buffer in first"

    private var row: Row {
        switch self {
        case .write:
            let wrong = ("SLOT is not the driver's to write here", "write a slot that was claimed, before it is posted")
            return ([(.open, wrong)], .written, [])
        case .take: return ([(.filled, Self.noBuffer)], .empty, .filled)
        case .exchange: return ([(.filled, Self.noBuffer)], .filled, .empty)
        case .put: return ([(.empty, ("SLOT owns a buffer already", "use `exchange`, or put once"))], .filled, .empty)
        case .post:
            let wrong = "SLOT was not claimed of ring RING, or is posted already"
            let needs: [(SlotState, Complaint)] = [
                (.claimed, (wrong, "claim a slot, fill it and post it once")),
                (.written, ("SLOT is posted before it is written", Self.unready)),
                (.filled, ("SLOT is posted before it is given a buffer", Self.unready)),
            ]
            return (needs, .posted, [.open, .claimed])
        case .leave:
            return (
                [(.written, ("the loop leaves SLOT as it was", "write the whole descriptor of every slot"))], [], []
            )
        }
    }

    /// The state after the event, and what is wrong with it in that state.
    func happens(in state: SlotState) -> (state: SlotState, complaint: Complaint?) {
        let row = row
        return (state.union(row.adds).subtracting(row.removes), row.needs.first { !state.contains($0.0) }?.1)
    }
}

/// Where a buffer is that a function owns, or has owned.
enum BufferState {
    /// It came as an argument, or was taken out of a slot or a state.
    case given, taken
    /// What came as an argument was moved, or what was taken is elsewhere again.
    case givenAway, passedOn

    var isMoved: Bool { self == .givenAway || self == .passedOn }

    var moved: BufferState { self == .given || self == .givenAway ? .givenAway : .passedOn }

    /// What is wrong where the function returns: what was given is moved if, and only if, all went well; what was taken is
    /// moved always. `BUFFER` stands for the name.
    func complaintAtReturn(isSuccess: Bool) -> SlotEvent.Complaint? {
        switch (self, isSuccess) {
        case (.given, false), (.givenAway, true), (.passedOn, _): nil
        case (.given, true), (.taken, _):
            ("BUFFER is lost here", "move it into a slot or into the outcome before the return")
        case (.givenAway, false):
            (
                "BUFFER was moved, and the caller is told that it still owns it",
                "move it only where the first outcome, success, is returned"
            )
        }
    }
}
