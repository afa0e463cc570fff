// Checks how registers are accessed where that takes more than the access itself: a register that another one selects, a
// device that needs time between accesses, the mouth of a queue, and commands through a mailbox.
//
// What has to happen before a load comes before the whole statement that the load stands in. So a statement has one
// such access at most: the text then says in which order they come.

import Metabinary

/// What the access of a register asks for.
struct AccessManner {
    /// The register that takes the number, what is written there, and the one that is then accessed.
    var selection: (register: String, number: UInt64, data: String)?
    /// Time before each access. Units: microseconds.
    var pace: UInt64?
    var isQueue = false
}

/// What the accesses of a statement ask for.
struct PendingAccesses {
    var before: [CheckedAtlas.Statement] = []
    /// How many of them ask for something.
    var count = 0
    /// The queue that an item was taken of.
    var queue: Syntax.Name?
}

extension Checker {
    // MARK: Declarations

    /// Notes for each register how it is accessed; registers of windows behind others are checked here.
    mutating func planManners(_ node: Syntax.Device) {
        manners = [:]
        for register in node.registers {
            let window = node.windows.first { $0.name.text == register.window.text }
            manners[register.name.text] = AccessManner(pace: window?.pace?.value, isQueue: register.isQueue)
        }
        for window in node.indirectWindows {
            guard let select = selector(window.select, of: node), let data = selector(window.data, of: node) else {
                continue
            }
            if !select.isWritable || select.clearsWritten {
                reportIndirection(window.select.span, "`\(select.name.text)` takes no number: it is not `rw` or `wo`")
            }
            var seen: [UInt64: Syntax.Name] = [:]
            for register in node.registers where register.window.text == window.name.text {
                checkSelected(register, select, data)
                guard let number = register.offset.value else { continue }
                if let first = seen[number] {
                    diagnostics.report(
                        .registersOverlap, register.name.span,
                        "registers `\(first.text)` and `\(register.name.text)` both have number \(number)",
                        mend: "declare each once; `\(first.text)` stands at \(place(first.span))")
                }
                seen[number] = register.name
                manners[register.name.text] = AccessManner(
                    selection: (select.name.text, number, data.name.text), isQueue: register.isQueue)
            }
        }
    }

    /// A register by which others are reached: a plain one in a window.
    private mutating func selector(_ name: Syntax.Name, of node: Syntax.Device) -> Syntax.Register? {
        guard let register = node.registers.first(where: { $0.name.text == name.text }) else {
            if !node.isBroken {
                reportUnknown(
                    "register", name, among: node.registers.map(\.name.text), mend: "declare a register of that name")
            }
            return nil
        }
        guard register.count == nil, node.windows.contains(where: { $0.name.text == register.window.text }) else {
            reportIndirection(name.span, "`\(name.text)` is an array, or is reached through others itself")
            return nil
        }
        return register
    }

    private mutating func reportIndirection(_ span: SourceSpan, _ message: String) {
        diagnostics.report(
            .wrongIndirection, span, message,
            mend: "name a register that takes the number and one that holds the value, both of a `bar` or a capability")
    }

    private mutating func checkSelected(
        _ register: Syntax.Register, _ select: Syntax.Register, _ data: Syntax.Register
    ) {
        let name = register.name
        if let number = register.offset.value, number >> UInt64(min(63, select.bitCount)) != 0 {
            reportIndirection(register.offset.span, "`\(select.name.text)` has no room for number \(number)")
        }
        if register.count != nil {
            reportIndirection(name.span, "`\(name.text)` is an array, and numbers select single registers")
        }
        if register.bitCount != data.bitCount {
            reportIndirection(
                name.span, "`\(name.text)` has \(register.bitCount) bits, `\(data.name.text)` has \(data.bitCount)")
        } else if register.isReadable && !data.isReadable || register.isWritable && !data.isWritable {
            reportIndirection(name.span, "`\(data.name.text)` cannot be accessed as `\(name.text)` is")
        }
    }

    // MARK: Accesses

    /// The place at which a register is accessed.
    func target(of register: Syntax.Register) -> (window: Int, index: Int)? {
        registerPlaces[manners[register.name.text]?.selection?.data ?? register.name.text]
    }

    /// What has to happen before an access of a register.
    func steps(before register: Syntax.Register, _ span: SourceSpan) -> [Checked] {
        guard let manner = manners[register.name.text] else { return [] }
        var steps: [Checked] = []
        if let selection = manner.selection {
            if let pace = manners[selection.register]?.pace { steps.append(.pause(microseconds: pace, span)) }
            if let target = registerPlaces[selection.register] {
                steps.append(
                    .store(
                        .register(window: target.window, target.index), index: nil, number(selection.number, span),
                        span))
            }
        }
        if let pace = manner.selection.map({ manners[$0.data]?.pace }) ?? manner.pace {
            steps.append(.pause(microseconds: pace, span))
        }
        return steps
    }

    /// Notes a load, and what has to happen before it.
    mutating func prepareLoad(_ register: Syntax.Register, _ span: SourceSpan) {
        let steps = steps(before: register, span)
        checkSelection(of: register, span)
        pending.before += steps
        count(register, steps, span)
        if register.isQueue { pending.queue = register.name }
    }

    /// Notes a store, and gives what has to happen before it.
    mutating func stepsBeforeStore(_ register: Syntax.Register, _ span: SourceSpan) -> [Checked] {
        let steps = steps(before: register, span)
        checkSelection(of: register, span)
        count(register, steps, span)
        return steps
    }

    private mutating func count(_ register: Syntax.Register, _ steps: [Checked], _ span: SourceSpan) {
        guard register.isQueue || !steps.isEmpty else { return }
        pending.count += 1
        guard pending.count == 2 else { return }
        diagnostics.report(
            .accessesJoined, span, "this statement has a second access that must not stand beside another",
            mend: "read one of them before, by `let NAME = \(register.name.text)`: so the order is said")
    }

    /// Reports an item that is taken and dropped.
    mutating func reportDropped(_ name: Syntax.Name, _ what: String) {
        diagnostics.report(
            .itemLost, name.span, "`\(name.text)` is a queue: \(what) takes items out and drops them",
            mend: "look at a register that tells of the queue, and read the item by `let NAME = \(name.text)`")
    }

    // MARK: Mailboxes

    /// `let word = eeprom.run(START) within 1_000 us else return stuck`: the request, the wait, the answer.
    mutating func checkRun(
        _ span: SourceSpan, _ name: Syntax.Name?, _ request: Syntax.Expression, _ bound: Syntax.Number,
        _ expired: Syntax.Statement, _ scope: inout Scope, _ code: inout [Checked]
    ) {
        guard let (node, value) = mailbox(of: request, scope) else {
            if let name { _ = scope.push(name, nil) }
            return
        }
        usedNames.insert(node.name.text)
        guard let register = node.request, let done = node.done, name == nil || node.answer != nil else {
            diagnostics.report(
                .incompleteMailbox, node.name.span,
                "`\(node.name.text)` lacks "
                    + (node.request == nil ? "`request`" : node.done == nil ? "`done` or `busy`" : "`answer`"),
                mend: "write `mailbox \(node.name.text) { request REGISTER, done REGISTER.BIT, answer REGISTER }`")
            if let name { _ = scope.push(name, nil) }
            return
        }
        let bit = Syntax.Expression.field(of: done.register, done.field)
        let zero = Syntax.Expression.number(Syntax.Number(value: 0, span: done.field.span))
        var statements: [Syntax.Statement] = [
            .assign(register, index: nil, value),
            .wait(span, .binary(bit, done.isSet ? .notEqual : .equal, done.field.span, zero), bound, expired),
        ]
        if let name, let answer = node.answer {
            statements.append(
                .letValue(name, answer.field.map { .field(of: answer.register, $0) } ?? .name(answer.register)))
        }
        code += check(statements, &scope).code
    }

    /// The mailbox of `MAILBOX.run(VALUE)`, and the request.
    private mutating func mailbox(
        of request: Syntax.Expression, _ scope: Scope
    ) -> (Syntax.Mailbox, Syntax.Expression)? {
        guard case .method(let base, let method, let arguments, _) = request, method.text == "run",
            arguments.count == 1
        else {
            diagnostics.report(
                .wrongArguments, request.span, "nothing here takes its time: `within` has no meaning",
                mend: "write `MAILBOX.run(VALUE) within NUMBER us else return VALUE`, or take `within` out")
            return nil
        }
        if let node = scope.device.mailboxes.first(where: { $0.name.text == base.text }) { return (node, arguments[0]) }
        if !scope.device.isBroken {
            reportUnknown(
                "mailbox", base, among: scope.device.mailboxes.map(\.name.text),
                mend: "declare `mailbox \(base.text) { request REGISTER, done REGISTER.BIT, answer REGISTER }`")
        }
        return nil
    }
}
