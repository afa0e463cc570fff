// Plans how registers are accessed where that takes more than the access itself: registers that another one selects, and
// devices that need time between accesses.

import Metabinary

extension RegisterPlanner {
    /// Notes for each register how it is accessed; registers that others select are checked here.
    mutating func planManners() {
        for register in node.registers {
            let pace = node.windows.named(register.window)?.pace?.value
            plan.manners[register.name.text] = AccessManner(pace: pace, isQueue: register.isQueue)
        }
        for window in node.indirectWindows {
            guard let select = selector(window.select), let data = selector(window.data) else { continue }
            let takesNumber = select.isWritable && !select.clearsWritten
            report(if: !takesNumber, .selectorUnwritable, window.select.span, select.name)
            let areApart = select.window.text != data.window.text
            report(if: areApart, .selectorsApart, window.data.span, select.name, data.name)
            var seen: [UInt64: Name] = [:]
            for register in node.registers where register.window.text == window.name.text {
                checkSelected(register, select, data)
                guard let number = register.offset.value else { continue }
                let first = seen.updateValue(register.name, forKey: number)
                if let first { report(.numbersShared, register.name.span, first, register.name, number, first.span) }
                plan.manners[register.name.text] = AccessManner(
                    selection: (select.name.text, number, data.name.text), isQueue: register.isQueue)
            }
        }
        for index in plan.windows.indices { putSelected(behind: index) }
    }

    /// Puts registers behind those of a window, in the order of these and of their numbers.
    private mutating func putSelected(behind index: Int) {
        var selected: [RegisterDescription] = []
        for register in node.registers {
            guard let selection = plan.manners[register.name.text]?.selection,
                let select = plan.places[selection.register], let data = plan.places[selection.data],
                data.window == index
            else { continue }
            let described = RegisterDescription(register)
            described.selection = .init(select: select.index, data: data.index)
            selected.append(described)
        }
        selected.sort { ($0.selection?.data ?? 0, $0.offset) < ($1.selection?.data ?? 0, $1.offset) }
        let (window, name) = (plan.windows[index], node.windows[index].name)
        let count = selected.isEmpty ? 0 : window.registers.count + selected.count
        report(.tooManyRegisters, name.span, count, over: MetabinaryLimit.registerCount, name)
        window.selected = selected
        for (place, register) in selected.enumerated() {
            plan.places[register.name.text] = (index, window.registers.count + place)
        }
    }

    /// A register by which others are reached: a plain one in a window. One that holds their values does nothing else.
    private func selector(_ name: Name) -> Register? {
        guard let register = names.register(name) else { return nil }
        let windows = node.indirectWindows.filter { [$0.select.text, $0.data.text].contains(name.text) }
        let takesNumbers = windows.allSatisfy { $0.data.text != name.text }
        let isAlone = takesNumbers || windows.count == 1 && windows[0].select.text != name.text
        if register.count == nil, node.windows.has(register.window), isAlone { return register }
        report(.selectorNotPlain, name.span, name)
        return nil
    }

    private func checkSelected(_ register: Register, _ select: Register, _ data: Register) {
        let name = register.name
        if let number = register.offset.value, number >> UInt64(min(16, select.bitCount)) != 0 {
            report(.selectorTooNarrow, register.offset.span, select.name, number)
        }
        if register.count != nil { report(.selectedArray, name.span, name) }
        if register.bitCount != data.bitCount {
            report(.selectedOfOtherWidth, name.span, name, register.bitCount, data.name, data.bitCount)
        } else if register.isReadable && !data.isReadable || register.isWritable && !data.isWritable {
            report(.selectedOfOtherAccess, name.span, data.name, name)
        }
    }
}
