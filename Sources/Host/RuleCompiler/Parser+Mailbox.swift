// The grammar of registers that stand behind others: those that one register selects and another holds, and commands that
// a device answers after a while.
//
//     window  = "window" NAME "=" "indirect" NAME "," NAME
//     mailbox = "mailbox" NAME "{" part { "," part } "}"
//     part    = "request" NAME | ( "done" | "busy" ) NAME "." NAME | "answer" NAME [ "." NAME ]

extension Parser {
    /// What stands behind `window NAME =`.
    mutating func parseIndirectWindow(_ name: Syntax.Name) throws(Failure) -> Syntax.IndirectWindow {
        let form = "write `window NAME = indirect SELECT, DATA`, of two registers"
        take()
        let select = try self.name("the register that takes the number", mend: form)
        try expect(.comma, mend: form)
        let data = try self.name("the register that holds what is selected", mend: form)
        return Syntax.IndirectWindow(name: name, select: select, data: data)
    }

    mutating func parseMailbox() throws(Failure) -> Syntax.Mailbox {
        let form = "write `mailbox NAME { request REGISTER, done REGISTER.BIT, answer REGISTER.FIELD }`"
        take()
        var node = Syntax.Mailbox(name: try name("the name of the mailbox", mend: form))
        try expect(.openBrace, mend: form)
        repeat {
            if isAtWord("request"), node.request == nil {
                take()
                node.request = try name("a register", mend: form)
            } else if isAtWord("answer"), node.answer == nil {
                take()
                let register = try name("a register", mend: form)
                node.answer = (register, takes(.point) ? try name("a field", mend: form) : nil)
            } else if isAtWord("done") || isAtWord("busy"), node.done == nil {
                let isSet = take().text == "done"
                let register = try name("a register", mend: form)
                try expect(.point, mend: form)
                node.done = (register, try name("the bit", mend: form), isSet)
            } else {
                throw fail(expected: "`request`, `done`, `busy` or `answer`, each once", mend: form)
            }
        } while takes(.comma)
        try expect(.closeBrace, mend: form)
        return node
    }
}
