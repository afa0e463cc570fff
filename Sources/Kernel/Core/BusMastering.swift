// Whether a card may read and write memory, as a switch. A card has it on only while somebody attends to it: from its
// bring-up to the end of its exchange.

import Hardware

/// The bus mastering of one function.
struct BusMastering {
    let function: FunctionAddress
    /// The machine's, for the bridges that the function is behind.
    let functions: [PCIFunction]

    func allow() {
        var access = ProcessorAccess()
        access.enableBusMastering(of: function, among: functions)
    }

    func forbid() {
        var access = ProcessorAccess()
        access.disableBusMastering(of: function)
    }
}
