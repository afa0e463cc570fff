// What is in sight while a function is checked: its values by their place on the stack of the target's machine, its
// slots, and who owns which buffer. It is a value: an arm of a branch has a copy.

/// The names that a function may use at a point.
struct Scope {
    /// A slot that was claimed, reaped or is one of all.
    struct Slot {
        /// Index of the ring.
        var ring: Int
        /// Place of the slot's byte offset.
        var place: Int
        /// Place of the byte offset of the slot after it, where that was computed.
        var next: Int?
        /// Place of the slot's number, where a loop goes over all slots.
        var counter: Int?
        var state: SlotState
    }

    /// The values on the stack, by place; without a name where the compiler made them, without a value where the
    /// expression was wrong.
    var values: [(name: Name?, value: TypedValue?)] = []
    var used: Set<String> = []
    /// The arguments of the definition that is being put in; `nil` outside of one.
    var arguments: [String: TypedValue?]?
    /// Definitions that are being put in.
    var definitions: [String] = []
    /// Fields whose names are bits at this point.
    var bits: [Field] = []
    /// What the names of the prelude stand for that is being put in.
    var made: [String: MadeName] = [:]
    var slots: [Slot] = []
    /// The buffers that the function owns, or has owned.
    var buffers: [String: BufferState] = [:]

    /// Place of the next value.
    var depth: Int { values.count }

    /// The place of a named value, which a definition sees none of.
    func place(of name: Name) -> Int? { arguments == nil ? values.lastIndex { $0.name?.text == name.text } : nil }

    /// Puts a value on the stack and returns its place.
    @discardableResult mutating func push(_ name: Name?, _ value: TypedValue?) -> Int {
        values.append((name, value))
        return values.count - 1
    }
}
