// The machine that a metabinary asks for: for each description one function that has all it names, ranges large enough
// and capabilities that lead to them. A rule that is refused there is refused on every machine.

import Hardware
import Metabinary

/// Makes machines for images.
package enum TruthfulMachine {
    /// Room for the rings and pools of every description.
    private static let dataByteCount: UInt64 = 0x1F00_0000

    /// Who made what is matched by its class: nobody, as far as rules know.
    private static let strangersVendor: UInt16 = 0xFFFE

    package static func facts(for image: MetabinaryImage) -> MachineFacts {
        var facts = MachineFacts()
        facts.clock = ClockFacts(frequency: 3_000_000_000, source: .cpuid)
        facts.placement.dataByteCount = dataByteCount
        for (index, device) in image.devices.enumerated() {
            guard let function = function(of: device, index) else { continue }
            facts.functions.append(function)
            for probe in device.probes {
                facts.probes.append(
                    ProbedFact(function: function.address, device: device.name, name: probe.rule.name, value: 0))
            }
        }
        return facts
    }

    private static func function(of device: DeviceDescription, _ index: Int) -> PCIFunction? {
        guard let match = device.matches.first else { return nil }
        let address = FunctionAddress(
            bus: UInt8(index / 256), device: UInt8(index / 8 % 32), function: UInt8(index % 8))
        var function: PCIFunction
        switch match {
        case .identity(let vendor, let device):
            function = PCIFunction(address: address, vendor: vendor, device: device)
        case .classCode(let code):
            function = PCIFunction(address: address, vendor: strangersVendor, device: UInt16(index))
            function.classCode = code
        }
        var room = ConfigurationRoom(for: device)
        room.addCapabilities(for: device.windows, to: &function)
        let plain = device.windows.filter { $0.locator == nil && $0.configuration == nil }
        for window in plain where function.baseAddressRegister(window.bar) == nil {
            let needed = plain.filter { $0.bar == window.bar }.map(\.minimumByteCount).max() ?? 0
            function.baseAddressRegisters.append(
                register(window.bar, index, isMemory: window.isMemory, byteCount: needed))
        }
        let located = device.windows.filter { $0.locator != nil }
        guard !located.isEmpty,
            let bar = (0..<UInt8(6)).first(where: { function.baseAddressRegister($0) == nil })
        else {
            room.endGuarded(of: &function)
            return function
        }
        let needed = located.map(\.minimumByteCount).reduce(0) { max($0, $1) }
        function.baseAddressRegisters.append(register(bar, index, isMemory: true, byteCount: needed))
        for window in located {
            guard let locator = window.locator else { continue }
            let offset = room.take(4) ?? 0xFC
            function.capabilities.append(capability(for: locator, bar, window.minimumByteCount, at: offset))
        }
        room.endGuarded(of: &function)
        return function
    }

    private static func register(
        _ number: UInt8, _ index: Int, isMemory: Bool, byteCount: UInt64
    ) -> BaseAddressRegister {
        var decoded: UInt64 = 16
        while decoded < byteCount { decoded *= 2 }
        return BaseAddressRegister(
            index: number, kind: isMemory ? .memory64 : .io, isPrefetchable: false,
            base: isMemory ? UInt64(index * 8 + Int(number) + 1) << 36 : 0xC000 + UInt64(number) << 8,
            byteCount: decoded)
    }

    /// A capability that says what the locator looks for: the whole of that register.
    private static func capability(
        for locator: CapabilityLocator, _ bar: UInt8, _ byteCount: UInt64, at offset: UInt8
    ) -> Capability {
        var contents = [UInt8](repeating: 0, count: 64)
        for index in 0..<locator.length.byteCount {
            contents[Int(locator.length.offset + index)] = UInt8(truncatingIfNeeded: byteCount >> (8 * UInt64(index)))
        }
        contents[Int(locator.registerOffset)] = bar
        contents[Int(locator.markOffset)] = locator.mark
        return Capability(
            identifier: locator.identifier, offset: offset, contents: Array(contents.dropFirst(2)))
    }
}
