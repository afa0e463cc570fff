// What has a name in the text or in a plan, and how a list of it is searched.

extension Array where Element: Named {
    /// The first of that name.
    func named(_ name: Name) -> Element? { first { $0.name.text == name.text } }

    func has(_ name: Name) -> Bool { named(name) != nil }

    var names: [Name] { map(\.name) }
}

extension Syntax.Name: CustomStringConvertible {
    /// As diagnostics show it.
    var description: String { "`\(text)`" }
}

extension RingPlan: Named {}
extension BufferPlan: Named {}
extension MemoryPlan: Named {}
