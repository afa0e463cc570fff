// Checks commands through a mailbox: the request, the wait, the answer, as if the rule had written them out.

extension FunctionChecker {
    /// `let word = eeprom.run(START) within 1_000 us else return stuck`
    func checkRun(_ name: Name?, _ request: Node, _ bound: Number, _ expired: Statement) {
        guard let statements = statements(of: request, name, bound, expired) else {
            if let name { scope.push(name, nil) }
            return
        }
        _ = check(statements)
    }

    private func statements(of request: Node, _ name: Name?, _ bound: Number, _ expired: Statement) -> [Statement]? {
        guard case .method(let base, let method, let arguments, _) = request, method.text == "run", arguments.count == 1
        else { return report(.nothingToWaitFor, request.span) }
        let form = "{ request REGISTER, done REGISTER.BIT, answer REGISTER }"
        guard let node = names.find(base, \.mailboxes, "mailbox", "declare `mailbox \(base.text) \(form)`") else {
            return nil
        }
        use.insert(node.name.text)
        guard let register = node.request, let done = node.done, name == nil || node.answer != nil else {
            let part = node.request == nil ? "`request`" : node.done == nil ? "`done` or `busy`" : "`answer`"
            return report(.incompleteMailbox, node.name.span, node.name, part, form)
        }
        let bit = Node.field(of: done.register, done.field)
        let zero = Node.number(Number(value: 0, span: done.field.span))
        let isDone = Node.binary(bit, done.isSet ? .notEqual : .equal, done.field.span, zero)
        let answer = node.answer.map { answer in
            answer.field.map { .field(of: answer.register, $0) } ?? Node.name(answer.register)
        }
        var kinds: [Statement.Kind] = [.assign(register, index: nil, arguments[0]), .wait(isDone, bound, expired)]
        if let name, let answer { kinds.append(.letValue(name, answer)) }
        return kinds.map { Statement(kind: $0, span: request.span) }
    }
}
