// What the words of rings mean, in rule text: each word is put in where it is used, with the ring's cells, sizes and
// registers under the names that the text calls them by. `FunctionChecker` gives these names and checks the text like any
// other; while it does, no name of the function is in sight.

/// The prelude of rings, read once a run.
struct RingPrelude {
    private static let text = """
        device prelude is prelude {
            // `let SLOT = RING.claim()` of a ring that sends. The slot after it is free too, so that head and tail are
            // equal only if nothing is to be sent.
            define claim_to_send() {
                let slot = claim
                let next = u32(slot + step) & last_offset
                if done[slot] & done[next] & done_bit == 0 { refuse() }
            }

            // `let SLOT = RING.claim()` of a ring that receives.
            define claim_to_receive() {
                let slot = claim
                if slot == reap { refuse() }
            }

            // `let SLOT = RING.reap()`. The slot before the one that is filled next is never reaped, so that equal
            // positions mean: none is empty.
            define take_received() {
                let slot = reap
                let next = u32(slot + step) & last_offset
                if next == claim { refuse() }
                if done[slot] & done_bit == 0 { refuse() }
                reap = next
            }

            // `let BUFFER = SLOT.take()`, `let BUFFER = SLOT.exchange(BUFFER)`, `SLOT.put(BUFFER)`
            define take_buffer() {
                let at = place
                let buffer = buffers[at]
            }
            define put_buffer() { buffers[place] = given }

            // `for SLOT in RING { … }`: each slot owns the buffer of its own number again.
            define open_sweep() {
                let slot = number << slot_places
                buffers[number << 1] = number
            }

            // `RING.post(SLOT)`
            define post_next() { claim = next }
            define post() { claim = u32(slot + step) & last_offset }

            // `RING.notify()`: the doorbell. A ring that sends tells the first slot that is not filled; one that
            // receives the last that is.
            define notify() {
                publish
                tail = slot >> slot_places
            }
            define notify_sent() {
                publish
                tail = claim >> slot_places
            }
            define notify_before() {
                publish
                tail = (u32(claim - step) & last_offset) >> slot_places
            }

            // `RING.start()`, `MEMORY.start()`: where it is, how large it is, and that nothing of it is used.
            define start_wide() { low = address }
            define start_low() { low = address & 0xFFFF_FFFF }
            define start_high() { high = address >> 32 }
            define start_size() { size = byte_count }
            define start_head() { head = 0 }

            // `reset state`
            define first_position() { claim = 0 }
            define first_positions() {
                claim = 0
                reap = 0
            }
        }
        """

    private let routines: [Syntax.Routine]

    init() {
        var diagnostics = DiagnosticCollector(sources: [SourceText(RuleSource(name: "prelude", text: Self.text))])
        routines = Parser.parse(&diagnostics).devices.flatMap(\.routines)
        precondition(diagnostics.isEmpty, "the prelude is no rule text: \(diagnostics.diagnostics)")
    }

    /// The statements of a word, as if they stood at that place.
    func statements(of word: String, at span: SourceSpan) -> [Syntax.Statement] {
        guard let routine = routines.first(where: { $0.name.text == word }) else {
            preconditionFailure("the prelude says nothing of \(word)")
        }
        return routine.statements.map { $0.placed(at: span) }
    }
}

extension Syntax.Statement {
    /// The statement, all of it at one place. What the prelude does not use stays as it is.
    fileprivate func placed(at span: SourceSpan) -> Self {
        switch self {
        case .letValue(let name, let value): .letValue(name.placed(at: span), value.placed(at: span))
        case .assign(let name, let index, let value):
            .assign(name.placed(at: span), index: index?.placed(at: span), value.placed(at: span))
        case .call(let value): .call(value.placed(at: span))
        case .condition(_, let condition, let arm, _):
            .condition(span, condition.placed(at: span), arm.map { $0.placed(at: span) }, otherwise: nil)
        case .publish: .publish(span)
        default: self
        }
    }
}

extension Syntax.Name { fileprivate func placed(at span: SourceSpan) -> Self { Self(text: text, span: span) } }

extension Syntax.Expression {
    fileprivate func placed(at span: SourceSpan) -> Self {
        switch self {
        case .number(let number): .number(Syntax.Number(value: number.value, span: span))
        case .name(let name): .name(name.placed(at: span))
        case .element(let name, let index, _, _):
            .element(of: name.placed(at: span), index.placed(at: span), field: nil, span)
        case .binary(let left, let sign, _, let right):
            .binary(left.placed(at: span), sign, span, right.placed(at: span))
        case .call(let name, let arguments, _):
            .call(name.placed(at: span), arguments.map { $0.placed(at: span) }, span)
        default: self
        }
    }
}
