// Checks that a device generates what its class requires, each function with the parameters and the result that the
// class states.

extension Checker {
    /// Compares the functions of a device with the members of its class and of those that it is.
    mutating func checkContract(_ node: Syntax.Device, _ line: [Syntax.Class]) {
        guard let itsClass = line.last else { return }
        let members = Self.members(of: line)
        let generated = line.flatMap(\.functions)
        for member in members where !node.isBroken && !node.isDerived {
            let functions = node.functions + generated
            guard !functions.contains(where: { $0.member.name.text == member.name.text }) else { continue }
            diagnostics.report(
                .missingMember, node.name.span,
                "device `\(node.name.text)` does not generate `\(member.name.text)`, which class "
                    + "`\(itsClass.name.text)` requires",
                mend: "add `generate \(shown(member)) { … }`")
        }
        for function in node.functions where !line.contains(where: \.isBroken) {
            let name = function.member.name
            if let first = generated.first(where: { $0.member.name.text == name.text }) {
                reportDuplicates([first.member.name, name], "class `\(itsClass.name.text)` and its device")
                continue
            }
            guard let member = members.first(where: { $0.name.text == name.text }) else {
                let nearest = NameDistance.nearest(to: name.text, among: members.map(\.name.text))
                diagnostics.report(
                    .notAMember, name.span, "class `\(itsClass.name.text)` has no member `\(name.text)`",
                    mend: nearest.map { "write `\($0)`, if that is meant; else take the function out" }
                        ?? "take the function out, or add a `require` at \(place(itsClass.name.span))")
                continue
            }
            checkEqual(function.member, member, of: itsClass)
        }
    }

    /// Compares a generated member with the one that a class requires.
    mutating func checkEqual(_ generated: Syntax.Member, _ member: Syntax.Member, of itsClass: Syntax.Class) {
        guard Self.isRead(member), Self.isRead(generated), shown(member) != shown(generated) else { return }
        diagnostics.report(
            .resultMismatch, generated.resultSpan,
            "class `\(itsClass.name.text)` requires `\(shown(member))`, this is `\(shown(generated))`",
            mend: "write it as the class does, at \(place(member.name.span))")
    }

    /// Whether nothing in a member was reported as unknown.
    private static func isRead(_ member: Syntax.Member) -> Bool {
        if case .value(_, nil) = member.result { return false }
        return member.parameters.allSatisfy { $0.ring != nil || $0.bitCount != nil }
    }

    /// A member as it stands in a class.
    private func shown(_ member: Syntax.Member) -> String {
        let parameters = member.parameters.map { node in
            if let ring = node.ring { return "\(node.name.text): own \(ring.text)" }
            let range = node.range.map { " in \($0.low.value ?? 0)…\($0.high.value ?? 0)" } ?? ""
            return "\(node.name.text): \(Self.typeName(node.bitCount))\(range)"
        }
        let result =
            switch member.result {
            case .nothing: "none"
            case .value(let name, let bitCount): "\(name.text): \(Self.typeName(bitCount))"
            case .outcomes(let outcomes): outcomes.map(Self.shown).joined(separator: " | ")
            }
        return "\(member.name.text)(\(parameters.joined(separator: ", "))) -> \(result)"
    }

    private static func typeName(_ bitCount: UInt8?) -> String {
        Parser.types.first { $0.bitCount == bitCount }?.name ?? "TYPE"
    }

    private static func shown(_ outcome: Syntax.Outcome) -> String {
        let name = outcome.name.text + (outcome.number.map { " \($0.value ?? 0)" } ?? "")
        guard !outcome.fields.isEmpty else { return name }
        let fields = outcome.fields.map { field in
            let pool = field.pool.map { "own \($0.text) " } ?? ""
            return "\(field.name.text): \(pool)\(field.low.value ?? 0)…\(field.high.value ?? 0)"
        }
        return "\(name) { \(fields.joined(separator: ", ")) }"
    }
}
