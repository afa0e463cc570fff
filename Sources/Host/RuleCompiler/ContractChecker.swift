// Checks that a device generates what its class requires, each function with the parameters and the result that the
// class states.

/// Checker of what classes require.
struct ContractChecker: Reporting {
    let diagnostics: DiagnosticCollector

    /// All members of a line of classes, those of the most general first. What one of them generates of what another one
    /// requires is no member of its own.
    static func members(of line: [Syntax.Class]) -> [Syntax.Member] {
        var members: [Syntax.Member] = []
        var required: Set<String> = []
        for node in line {
            let generated = Set(node.functions.map(\.name.text))
            members += node.members.filter { !generated.contains($0.name.text) || required.remove($0.name.text) == nil }
            required.formUnion(node.members.map(\.name.text).filter { !generated.contains($0) })
        }
        return members
    }

    /// Checks that each member of a class is there once, and that it generates what others require as they do.
    func checkMembers(_ node: Syntax.Class, _ line: [Syntax.Class]) {
        let members = Self.members(of: line)
        reportDuplicates(members.names, "class \(node.name)")
        for function in node.functions where !line.contains(where: \.isBroken) {
            guard let member = members.named(function.name) else { continue }
            checkEqual(function.member, member, of: node)
        }
    }

    /// Compares the functions of a device with the members of its class and of those that it is.
    func check(_ node: Device, _ line: [Syntax.Class]) {
        guard let itsClass = line.last else { return }
        let members = Self.members(of: line)
        let generated = line.flatMap(\.functions)
        for member in members where !node.isBroken && !node.isDerived {
            let functions = node.functions + generated
            let isMeant = node.functions.contains { meant(by: $0.name, among: members) == member.name.text }
            guard !functions.has(member.name), !isMeant else { continue }
            report(.missingMember, node.name.span, node.name, member.name, itsClass.name, shown(member))
        }
        for function in node.functions where !line.contains(where: \.isBroken) {
            let name = function.member.name
            if let first = generated.named(name) {
                reportDuplicates([first.name, name], "class \(itsClass.name) and its device")
                continue
            }
            guard let member = members.named(name) else {
                if let nearest = meant(by: name, among: members) {
                    report(.misspeltMember, name.span, itsClass.name, name, nearest)
                } else {
                    report(.notAMember, name.span, itsClass.name, name, itsClass.name.span)
                }
                continue
            }
            checkEqual(function.member, member, of: itsClass)
        }
    }

    /// The member that a name is nearly, where it is none itself.
    private func meant(by name: Name, among members: [Syntax.Member]) -> String? {
        guard !members.has(name), !diagnostics.isFull else { return nil }
        return NameDistance.nearest(to: name.text, among: members.map(\.name.text))
    }

    /// Compares a generated member with the one that a class requires.
    func checkEqual(_ generated: Syntax.Member, _ member: Syntax.Member, of itsClass: Syntax.Class) {
        guard Self.isRead(member), Self.isRead(generated), shown(member) != shown(generated) else { return }
        let (wanted, given) = (member.parameters.map(Self.shown), generated.parameters.map(Self.shown))
        var span = generated.resultSpan
        if wanted != given {
            let index = given.indices.first { $0 >= wanted.count || given[$0] != wanted[$0] }
            span = index.map { generated.parameters[$0].span } ?? generated.name.span
        }
        report(.resultMismatch, span, itsClass.name, shown(member), shown(generated), member.name.span)
    }

    /// Whether nothing in a member was reported as unknown.
    private static func isRead(_ member: Syntax.Member) -> Bool {
        if case .value(_, nil) = member.result { return false }
        return member.parameters.allSatisfy { $0.ring != nil || $0.bitCount != nil }
    }

    /// A member as a class states it.
    private func shown(_ member: Syntax.Member) -> String {
        let parameters = member.parameters.map(Self.shown)
        let result =
            switch member.result {
            case .nothing: "none"
            case .value(let name, let bitCount): "\(name.text): \(Self.typeName(bitCount))"
            case .outcomes(let outcomes): outcomes.map(Self.shown).joined(separator: " | ")
            }
        return "\(member.name.text)(\(parameters.joined(separator: ", "))) -> \(result)"
    }

    private static func shown(_ node: Syntax.Parameter) -> String {
        if let ring = node.ring { return "\(node.name.text): own \(ring.text)" }
        let range = node.range.map { " in \($0.low.value ?? 0)…\($0.high.value ?? 0)" } ?? ""
        return "\(node.name.text): \(typeName(node.bitCount))\(range)"
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
