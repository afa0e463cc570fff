// Trees as text, from values made for it: what is shown of a node, what is left out, and what goes into its line.

import Testing

@testable import Inspection

@Suite struct `Trees as text` {
    private struct Place { var line: Int }

    private struct Name {
        var text: String
    }

    private indirect enum Value {
        case nothing
        case number(UInt64)
        case sum(Value, Value, Place)
        case named(Named)
        case list([Int])
    }

    /// A node of one part beside its place.
    private struct Named {
        var value: Value
        var span: Place
    }

    private struct Node {
        var name: Name
        var isShown = true
        var isHidden = false
        var missing: Int?
        var given: Int? = 7
        var mask: UInt32 = 0xFF00
        var letters: Set<String> = ["b", "a", "c"]
        var empty: [Node] = []
        var values: [Value]
        var pair: (low: Int, high: Value) = (1, .nothing)
    }

    private func lines(_ value: Any) -> [String] {
        TreePrinter.lines(
            of: value, place: { ($0 as? Place).map { "@\($0.line)" } }, word: { ($0 as? Name).map { "<\($0.text)>" } })
    }

    @Test func `a node shows its parts in order, and nothing of what says nothing`() {
        let node = Node(name: Name(text: "n"), values: [.number(1), .sum(.number(2), .nothing, Place(line: 3))])
        #expect(
            lines(node) == [
                "Node", "  name <n>", "  isShown true", "  given 7", "  mask 0xff00", "  letters a, b, c", "  values",
                "    number 1", "    sum @3", "      number 2", "      nothing",
                "  pair", "    low 1", "    high nothing",
            ])
    }

    @Test func `a node of one part beside its place is shown as that part`() {
        let inner = Named(value: .number(300), span: Place(line: 5))
        #expect(lines(inner) == ["number 0x12c @5"])
        #expect(lines(Value.named(inner)) == ["named number 0x12c @5"])
    }

    @Test func `what has no order is sorted, nodes too`() {
        let table = Dictionary(uniqueKeysWithValues: (0..<9).map { (Name(text: "\($0)").text, Value.number($0)) })
        let rows = (0..<9).flatMap { ["  -", "    key \($0)", "    value number \($0)"] }
        #expect(lines(table) == ["-"] + rows)
    }

    @Test func `a case without anything to say of what it carries is still there`() {
        #expect(lines(Value.list([])) == ["list"])
        #expect(lines(Value.list([4, 2])) == ["list 4, 2"])
    }
}
