// Plans how registers are accessed where that takes more than the access itself: registers that another one selects, and
// devices that need time between accesses.

extension RegisterPlanner {
    /// Notes for each register how it is accessed; registers that others select are checked here.
    mutating func planManners() {
        for register in node.registers {
            let pace = node.windows.named(register.window)?.pace?.value
            plan.manners[register.name.text] = AccessManner(pace: pace, isQueue: register.isQueue)
        }
        for window in node.indirectWindows {
            guard let select = selector(window.select), let data = selector(window.data) else { continue }
            if !select.isWritable || select.clearsWritten {
                reportIndirection(window.select.span, "\(select.name) takes no number: it is not `rw` or `wo`")
            }
            var seen: [UInt64: Name] = [:]
            for register in node.registers where register.window.text == window.name.text {
                checkSelected(register, select, data)
                guard let number = register.offset.value else { continue }
                if let first = seen[number] {
                    report(
                        .registersOverlap, register.name.span,
                        "registers \(first) and \(register.name) both have number \(number)",
                        "declare each once; \(first) stands at \(place(first.span))")
                }
                seen[number] = register.name
                plan.manners[register.name.text] = AccessManner(
                    selection: (select.name.text, number, data.name.text), isQueue: register.isQueue)
            }
        }
    }

    /// A register by which others are reached: a plain one in a window.
    private func selector(_ name: Name) -> Register? {
        guard let register = names.register(name) else { return nil }
        if register.count == nil, node.windows.has(register.window) { return register }
        reportIndirection(name.span, "\(name) is an array, or is reached through others itself")
        return nil
    }

    private func reportIndirection(_ span: SourceSpan, _ message: String) {
        report(
            .wrongIndirection, span, message,
            "name a register that takes the number and one that holds the value, both of a `bar` or a capability")
    }

    private func checkSelected(_ register: Register, _ select: Register, _ data: Register) {
        let name = register.name
        if let number = register.offset.value, number >> UInt64(min(63, select.bitCount)) != 0 {
            reportIndirection(register.offset.span, "\(select.name) has no room for number \(number)")
        }
        if register.count != nil {
            reportIndirection(name.span, "\(name) is an array, and numbers select single registers")
        }
        if register.bitCount != data.bitCount {
            reportIndirection(name.span, "\(name) has \(register.bitCount) bits, \(data.name) has \(data.bitCount)")
        } else if register.isReadable && !data.isReadable || register.isWritable && !data.isWritable {
            reportIndirection(name.span, "\(data.name) cannot be accessed as \(name) is")
        }
    }
}
