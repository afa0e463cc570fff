// A machine from the text of lspci: what a boot would have found of its PCI functions, and assumptions for everything
// else that generation reads. Every assumption is one that a person can replace in the text.

import Hardware

extension MachineFile {
    /// What is assumed of a machine of which lspci says nothing.
    private enum Assumed {
        /// Bounds of waits come from it: on a slower processor waits last longer, which harms nobody.
        ///
        /// Units: hertz.
        static let frequency: UInt64 = 4_000_000_000
        /// Little for a PC that runs Linux.
        static let memory = MemoryRange(
            base: PhysicalAddress(rawValue: 0x10_0000), byteCount: 127 << 20, kind: .usable)
    }

    /// The machine of a dump.
    public init(_ dump: PCIDump) {
        var assumptions: [Assumption] = []
        let functions = Self.usable(dump, &assumptions)
        let sizes = RangeSizes(functions)
        var access = DumpAccess(functions, sizes)
        var oddities: [Oddity] = []
        var facts = MachineFacts()
        let shown = Set(functions.map(\.address))
        // The text has sizes of all: a rule that is written later may be for any function but a bridge.
        facts.functions = PCIFunction.discover(&access, isDriven: { $0.classCode >> 16 != 0x06 }) {
            oddities.append($0)
        }.filter { shown.contains($0.address) }
        // Whoever printed all 4,096 bytes of a function had them from memory.
        if functions.contains(where: { $0.bytes.count > 256 }) { facts.configuration = .memory }
        facts.memory = [Assumed.memory]
        facts.memorySource = .assumed
        facts.clock = ClockFacts(frequency: Assumed.frequency, source: .assumed)
        assumptions += Self.general
        for address in access.firstFunctions {
            assumptions.append(
                Assumption(
                    .machine,
                    "\(address.busDeviceFunctionText) is there and has others beside it, though the text does not show it so"
                ))
        }
        for range in sizes.ranges {
            let function = facts.functions.first { $0.address == range.address }
            guard let reason = range.reason, function?.baseAddressRegister(range.index)?.byteCount != 0 else {
                continue
            }
            let subject = Assumption.Subject.range(range.address, range.index)
            assumptions.append(Assumption(subject, "\(subject): \(reason)"))
        }
        for oddity in oddities {
            let place = FunctionAddress(rawValue: UInt16(truncatingIfNeeded: oddity.place >> 12))
            assumptions.append(
                Assumption(.machine, "\(place.busDeviceFunctionText): \(oddity.kind.words), so it is left out"))
        }
        self.init(facts: facts, assumptions: assumptions, origin: ["recorded from the text of lspci"])
    }

    private static var general: [Assumption] {
        [
            Assumption(.machine, "nothing of the processor: no description asks for its features today"),
            Assumption(.memory, "lspci does not tell the memory map: little of it, where every PC has some"),
            Assumption(
                .clock,
                "lspci does not tell the time-stamp counter's frequency: a fast one, so that no wait ends too early"),
            Assumption(.data, "where a kernel finds memory for rings, pools and state: its choice with memory enough"),
        ]
    }

    /// The functions that a kernel would see, and a word on each of the others.
    private static func usable(_ dump: PCIDump, _ assumptions: inout [Assumption]) -> [PCIDump.Function] {
        dump.functions.filter { function in
            let place = function.address.busDeviceFunctionText
            func leaveOut(_ why: String) -> Bool {
                assumptions.append(Assumption(.machine, "\(place) is not there: \(why)"))
                return false
            }
            if function.domain != 0 { return leaveOut("it is in domain \(function.domain), a kernel sees domain 0") }
            if function.bytes.isEmpty { return leaveOut("the text holds no bytes of it") }
            if function.bytes[0] == 0xFF, function.bytes[1] == 0xFF {
                return leaveOut("its bytes are all ones, as of a function that sleeps or is virtual")
            }
            if function.bytes.count < 256, function.bytes[6] & 1 << 4 != 0 {
                assumptions.append(
                    Assumption(
                        .machine,
                        "\(place) has no capabilities: \(function.bytes.count) bytes of it are in the text, "
                            + "run lspci -xxxx as root"))
            }
            return true
        }
    }
}
