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

    /// What must be true, in this order, with what is wrong where it is not; what is true afterwards, and what no longer.
    private typealias Row = (needs: [(SlotState, Mistake)], adds: SlotState, removes: SlotState)

    private var row: Row {
        switch self {
        case .write: ([(.open, .slotNotOpen)], .written, [])
        case .take: ([(.filled, .slotWithoutBuffer)], .empty, .filled)
        case .exchange: ([(.filled, .slotWithoutBuffer)], .filled, .empty)
        case .put: ([(.empty, .slotWithBuffer)], .filled, .empty)
        case .post:
            (
                [(.claimed, .slotNotClaimed), (.written, .slotNotWritten), (.filled, .slotNotFilled)],
                .posted, [.open, .claimed]
            )
        case .leave: ([(.written, .slotLeftAsItWas)], [], [])
        }
    }

    /// The state after the event, and what is wrong with it in that state.
    func happens(in state: SlotState) -> (state: SlotState, mistake: Mistake?) {
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
    /// moved always.
    func mistakeAtReturn(isSuccess: Bool) -> Mistake? {
        switch (self, isSuccess) {
        case (.given, false), (.givenAway, true), (.passedOn, _): nil
        case (.given, true), (.taken, _): .bufferLost
        case (.givenAway, false): .bufferMovedOnFailure
        }
    }
}
