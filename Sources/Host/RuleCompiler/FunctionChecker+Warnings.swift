// Looks at the code of a checked function for what is allowed and hardly meant: one that only writes and writes nothing, and
// a device that is told to look before what it is to find there is published.

import Metabinary

extension FunctionChecker {
    /// Warns of what the code of the function does, or does not.
    func checkCode(of node: Syntax.Function) {
        var saysSo = false
        if case .returnValue? = node.statements.first?.kind { saysSo = node.statements.count == 1 }
        if case .nothing = member.result, !saysSo, !code.contains(where: \.writes) {
            report(.writesNothing, member.name.span, member.name)
        }
        // While a device is brought up, it does not look yet.
        guard !resetsState else { return }
        var order = PublishOrder(isShared: isShared, isDoorbell: isDoorbell)
        order.walk(code)
        if let early = order.early { report(.notPublished, early) }
    }

    /// Whether a store is one that the device is to find: to memory that it reads, or a buffer that it is told of.
    private func isShared(_ place: CheckedAtlas.Place, _ span: SourceSpan) -> Bool {
        switch place {
        case .slots: true
        case .part(let region, _, _, _): plan.buffers.first { $0.region == region }?.dataBitCount == nil
        case .register: handedOver.contains(span)
        }
    }

    /// Whether a store has the device do something: what tells it of memory does not, nor what selects a register.
    private func isDoorbell(_ place: CheckedAtlas.Place) -> Bool {
        guard case .register(let window, let index) = place else { return false }
        let isSelector = registers.manners.values.contains {
            $0.selection.flatMap { registers.places[$0.register] }.map { $0 == (window, index) } ?? false
        }
        return !isSelector && [.plain, .bufferLength].contains(registers.windows[window].registers[index].role)
    }
}
