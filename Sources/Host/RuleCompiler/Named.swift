// What has a name in the text or in a plan, and how a list of it is searched.

/// Something with a name.
protocol Named { var name: Syntax.Name { get } }

extension Array where Element: Named {
    /// The first of that name.
    func named(_ name: Syntax.Name) -> Element? { first { $0.name.text == name.text } }

    func has(_ name: Syntax.Name) -> Bool { named(name) != nil }

    var names: [Syntax.Name] { map(\.name) }
}

extension Syntax.Name: CustomStringConvertible {
    /// As diagnostics show it.
    var description: String { "`\(text)`" }
}

extension Syntax.Class: Named {}
extension Syntax.Member: Named {}
extension Syntax.Outcome: Named {}
extension Syntax.Device: Named {}
extension Syntax.Window: Named {}
extension Syntax.IndirectWindow: Named {}
extension Syntax.Mailbox: Named {}
extension Syntax.Register: Named {}
extension Syntax.Field: Named {}
extension Syntax.Layout: Named {}
extension Syntax.LayoutField: Named {}
extension Syntax.Ring: Named {}
extension Syntax.Pool: Named {}
extension Syntax.Memory: Named {}
extension Syntax.FreePool: Named {}
extension Syntax.State: Named {}
extension Syntax.Definition: Named {}
extension Syntax.Routine: Named {}
extension Syntax.Fact: Named {}
extension Syntax.Table: Named {}
extension Syntax.Probe: Named {}
extension Syntax.Function: Named { var name: Syntax.Name { member.name } }
extension RingPlan: Named {}
extension BufferPlan: Named {}
extension MemoryPlan: Named {}
