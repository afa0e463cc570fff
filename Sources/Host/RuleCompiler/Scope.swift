// What stands in sight while a function is checked: its values by their place on the stack of the target's machine, its
// slots, and who owns which buffer.

/// The names that a function may use at a point.
struct Scope {
    /// A slot that was claimed, reaped or is one of all.
    struct Slot {
        /// Index of the ring.
        var ring: Int
        /// Place of the slot's byte offset.
        var place: Int
        /// Place of the byte offset of the slot behind it, where that was computed.
        var next: Int?
        /// Place of the slot's number, where a loop goes over all slots.
        var counter: Int?
        var isClaimed = false
        var isWritten = false
        /// Whether it owns a buffer.
        var isFilled = false
        var isPosted = false
    }

    let device: Syntax.Device
    let member: Syntax.Member
    /// The values on the stack, by place; without a name where the compiler made them, without a value where the
    /// expression was wrong.
    var values: [(name: Syntax.Name?, value: TypedValue?)] = []
    var used: Set<String> = []
    /// The arguments of the definition that is being put in; `nil` outside of one.
    var arguments: [String: TypedValue?]?
    /// Definitions that are being put in.
    var definitions: [String] = []
    /// Fields whose names stand for bits at this point.
    var bits: [Syntax.Field] = []
    var slots: [Slot] = []
    /// Whether each buffer that is owned was moved.
    var moved: [String: Bool] = [:]
    /// Those of them that came as arguments.
    var given: Set<String> = []
    /// Whether the value is to be known while code is generated.
    var isOfFact = false
    /// What a probe may do; `nil` in every other function.
    var probe: ProbeScope?

    /// An expression that reads a place of the stack.
    static func local(_ place: Int, _ span: SourceSpan) -> CheckedAtlas.Expression {
        CheckedAtlas.Expression(operation: .local(place), span: span)
    }

    /// Puts a value on the stack and gives its place.
    mutating func push(_ name: Syntax.Name?, _ value: TypedValue?) -> Int {
        values.append((name, value))
        return values.count - 1
    }
}
