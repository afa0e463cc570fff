// The registers of a device as they are declared, with the names of their bits, for whoever shows what was read or written.

extension RuleStages {
    /// A register with its fields.
    package struct DeclaredRegister {
        package var name: String
        package var fields: [(name: String, bits: ClosedRange<Int>)]
        /// Of one behind two others: the register that takes its number, and the one that then holds it.
        package var selection: (select: String, number: UInt64, data: String)?
    }

    /// The registers of a device, those that it inherits among them.
    package func registers(of device: String) -> [DeclaredRegister] {
        guard let device = syntax.devices.first(where: { $0.name.text == device }) else { return [] }
        return device.registers.map { register in
            let indirect = device.indirectWindows.first { $0.name.text == register.window.text }
            return DeclaredRegister(
                name: register.name.text,
                fields: register.fields.compactMap { field in
                    guard let low = field.low.value, let high = field.high.value, low <= high, high < 64 else {
                        return nil
                    }
                    return (field.name.text, Int(low)...Int(high))
                },
                selection: indirect.flatMap { window in
                    register.offset.value.map { (window.select.text, $0, window.data.text) }
                })
        }
    }
}
