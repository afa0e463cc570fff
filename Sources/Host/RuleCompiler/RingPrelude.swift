// What the words of rings mean, in rule text: each word is put in where it is used, with the ring's cells, sizes and
// registers under the names that the text calls them by. `FunctionChecker` sets these names and checks the text like any
// other; while it does, no name of the function is in sight.

/// The prelude of rings, read once a run.
struct RingPrelude {
    private static let text = """
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
        define start_page() { low = (address >> 12) & 0xFFFF_FFFF }
        define start_high() { high = address >> 32 }
        define start_low_word() { low = address & 0xFFFF }
        define start_high_word() { high = address >> 16 }
        define start_size() { size = byte_count }
        define start_head() { head = 0 }

        // `reset state`
        define first_position() { claim = 0 }
        define first_positions() {
            claim = 0
            reap = 0
        }
        """

    private let diagnostics = DiagnosticCollector(sources: [
        SourceText(RuleSource(name: "prelude", text: RingPrelude.text))
    ])
    /// What each word does, from its opening brace on.
    private let words: [String: [Token]]

    init() {
        let definitions = Lexer.tokens(ofSource: 0, diagnostics).split { $0.text == "define" }
        words = Dictionary(uniqueKeysWithValues: definitions.map { ($0[$0.startIndex].text, Array($0.dropFirst(3))) })
    }

    /// The statements of a word, as if all of them were at that place.
    func statements(of word: String, at span: SourceSpan) -> [Statement] {
        let tokens = (words[word] ?? []).map { token in
            var token = token
            token.span = span
            return token
        }
        guard let statements = Parser.block(of: tokens, diagnostics) else {
            preconditionFailure("the prelude says nothing of \(word)")
        }
        return statements
    }
}
