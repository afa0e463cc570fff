// Checks definitions of statements, where they are put in: they see the device's names and none of the function's, which
// in turn sees none of theirs. A return in one returns from the function.

extension Checker {
    /// `settle()`: puts the statements of a definition in; true if they return.
    mutating func checkRoutine(
        _ name: Syntax.Name, _ arguments: [Syntax.Expression], _ scope: inout Scope, _ code: inout [Checked]
    ) -> Bool {
        guard let node = scope.device.routines.first(where: { $0.name.text == name.text }) else {
            if !scope.device.isBroken {
                reportUnknown(
                    "definition of statements", name, among: scope.device.routines.map(\.name.text),
                    mend: "declare `define \(name.text)() { … }` in device `\(scope.device.name.text)`")
            }
            return false
        }
        usedNames.insert(name.text)
        guard mayPutIn(name) else { return false }
        guard arguments.isEmpty, !scope.definitions.contains(name.text) else {
            diagnostics.report(
                .wrongArguments, name.span,
                arguments.isEmpty ? "`\(name.text)` is defined by itself" : "`\(name.text)` takes no values",
                mend: "write it as its definition says, at \(place(node.name.span))")
            return false
        }
        var inner = scope
        inner.values = scope.values.map { (nil, $0.value) }
        inner.used = []
        inner.slots = []
        inner.definitions.append(name.text)
        let result = check(node.statements, &inner)
        code += result.code
        let isKnown = !scope.device.isBroken && rings.count == scope.device.rings.count && !lacksMemory
        for case (let local?, _) in inner.values where isKnown && !inner.used.contains(local.text) {
            diagnostics.report(.unusedName, local.span, "`\(local.text)` is never used", mend: "use it or take it out")
        }
        if !result.returns, inner.moved != scope.moved {
            diagnostics.report(
                .bufferKept, node.name.span, "`\(name.text)` has a buffer at its end that nobody can name any more",
                mend: "handle buffers in the functions themselves")
        }
        // They lie on the stack as if they stood here.
        while scope.values.count < inner.values.count { _ = scope.push(nil, nil) }
        return result.returns
    }
}
