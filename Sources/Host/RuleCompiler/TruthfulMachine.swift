// The machine that a metabinary asks for: for each description one function that has all it names, ranges large enough
// and capabilities that lead to them. A rule that is refused there is refused on every machine.

import Hardware
import Metabinary

/// Makes machines for images.
package enum TruthfulMachine {
    /// Room for the rings and pools of every description.
    private static let dataByteCount: UInt64 = 0x1F00_0000

    /// Where ranges of ports begin, beyond those of the board.
    private static let firstPort: UInt64 = 0x1000

    /// Who made what is matched by its class: nobody, as far as rules know.
    private static let strangersVendor: UInt16 = 0xFFFE

    package static func facts(for image: MetabinaryImage) -> MachineFacts {
        var facts = MachineFacts()
        facts.clock = ClockFacts(frequency: 3_000_000_000, source: .cpuid)
        facts.placement.dataByteCount = dataByteCount
        var ports = firstPort
        for (index, device) in image.devices.enumerated() {
            guard let function = function(of: device, index, &ports) else { continue }
            facts.functions.append(function)
            for probe in device.probes {
                facts.probes.append(
                    ProbedFact(function: function.address, device: device.name, name: probe.rule.name, value: 0))
            }
        }
        return facts
    }

    private static func function(of device: DeviceDescription, _ index: Int, _ ports: inout UInt64) -> PCIFunction? {
        guard let match = device.matches.first else { return nil }
        let address = FunctionAddress(
            bus: UInt8(index / 256), device: UInt8(index / 8 % 32), function: UInt8(index % 8))
        var function: PCIFunction
        switch match {
        case .identity(let vendor, let device, _):
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
                window.isMemory
                    ? memory(window.bar, index, byteCount: needed) : Self.ports(window.bar, byteCount: needed, &ports))
        }
        let located = device.windows.filter { $0.locator != nil }
        guard !located.isEmpty, let bar = (0..<UInt8(6)).first(where: { function.baseAddressRegister($0) == nil })
        else {
            room.endGuarded(of: &function)
            return function
        }
        // One after the other, as no two windows may have the same registers.
        var start: UInt64 = 0
        for window in located {
            guard let locator = window.locator else { continue }
            let offset = room.take(4) ?? 0xFC
            function.capabilities.append(capability(for: locator, bar, start, window.minimumByteCount, at: offset))
            start += (window.minimumByteCount + 7) & ~7
        }
        function.baseAddressRegisters.append(memory(bar, index, byteCount: start))
        room.endGuarded(of: &function)
        return function
    }

    private static func memory(_ number: UInt8, _ index: Int, byteCount: UInt64) -> BaseAddressRegister {
        BaseAddressRegister(
            index: number, kind: .memory64, isPrefetchable: false,
            base: UInt64(index * 8 + Int(number) + 1) << 36, byteCount: decoded(byteCount))
    }

    /// The next ports that are free; none where all are given out.
    private static func ports(_ number: UInt8, byteCount: UInt64, _ next: inout UInt64) -> BaseAddressRegister {
        let decoded = decoded(byteCount)
        let start = (next + decoded - 1) & ~(decoded - 1)
        let isThere = start + decoded <= 0x1_0000
        if isThere { next = start + decoded }
        return BaseAddressRegister(
            index: number, kind: .io, isPrefetchable: false, base: isThere ? start : 0, byteCount: decoded)
    }

    /// The least that a register can decode of so much.
    private static func decoded(_ byteCount: UInt64) -> UInt64 {
        var decoded: UInt64 = 16
        while decoded < byteCount { decoded *= 2 }
        return decoded
    }

    /// A capability that says what the locator looks for: a part of that register.
    private static func capability(
        for locator: CapabilityLocator, _ bar: UInt8, _ start: UInt64, _ byteCount: UInt64, at offset: UInt8
    ) -> Capability {
        var contents = [UInt8](repeating: 0, count: 64)
        for index in 0..<locator.start.byteCount {
            contents[Int(locator.start.offset + index)] = UInt8(truncatingIfNeeded: start >> (8 * UInt64(index)))
        }
        for index in 0..<locator.length.byteCount {
            contents[Int(locator.length.offset + index)] = UInt8(truncatingIfNeeded: byteCount >> (8 * UInt64(index)))
        }
        contents[Int(locator.registerOffset)] = bar
        contents[Int(locator.markOffset)] = locator.mark
        return Capability(identifier: locator.identifier, offset: offset, contents: Array(contents.dropFirst(2)))
    }
}
