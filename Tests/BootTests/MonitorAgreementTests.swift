// What a report says of a machine, held against what QEMU's monitor says of the same machine.

import Hardware
import Machines
import ReportReading
import Testing

@Suite("A report agrees with the monitor")
struct MonitorAgreementTests {
    @Test("about every PCI function, every card's address and the processors", arguments: Scenario.all)
    func agrees(_ scenario: Scenario) throws {
        var description = scenario.description()
        description.hasMonitor = true
        description.hasDebugExit = false
        let machine = try Machine(starting: description)
        defer { machine.stop() }
        #expect(machine.listen(within: Images.timeLimit), "no verdict")
        let facts = machine.result.report.facts

        var functions = MonitorFunctions.parse(try machine.monitor("info pci"))
        #expect(functions.count == facts.functions.count && !functions.isEmpty)
        for (index, function) in facts.functions.enumerated() {
            // Where no size was asked, none can be held against the monitor's.
            guard function.baseAddressRegisters.contains(where: { $0.byteCount == 0 }) else { continue }
            functions[index] = functions[index].map { String($0.prefix { $0 != "[" }) }
        }
        #expect(facts.functions.map(MonitorFunctions.lines) == functions)

        let network = try machine.monitor("info network")
        let addresses = network.split(separator: "\n").filter { $0.contains("macaddr=") }
            .compactMap { line in
                line.split(separator: "macaddr=").last.map { String($0.prefix(17)) }
            }
        #expect(machine.result.values(of: "mac").sorted() == addresses.sorted())

        let processors = try machine.monitor("info cpus").split(separator: "\n").filter { $0.contains("CPU #") }
        #expect(facts.cores.count == processors.count)
    }
}

/// PCI functions in the words of `info pci`.
///
/// Source: QEMU 7.2, hw/pci/pci-hmp-cmds.c.
enum MonitorFunctions {
    /// The lines of each function that a report can be held against, in the order of places.
    static func parse(_ text: String) -> [[String]] {
        var functions: [[String]] = []
        for line in text.split(separator: "\n").map({ $0.trimmingPrefix(while: \.isWhitespace) }) {
            if line.hasPrefix("Bus ") {
                functions.append([line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")])
            } else if let range = line.firstRange(of: "PCI device ") {
                functions[functions.count - 1].append(String(line[range.lowerBound...]))
            } else if line.hasPrefix("IRQ ") || line.hasPrefix("secondary bus") || line.hasPrefix("subordinate bus")
                || line.hasPrefix("PCI subsystem") || (line.hasPrefix("BAR") && !line.hasPrefix("BAR6"))
            {
                functions[functions.count - 1].append(String(line))
            }
        }
        return functions.sorted { place($0) < place($1) }
    }

    private static func place(_ function: [String]) -> Int {
        let numbers = function[0].split { !$0.isNumber }.compactMap { Int($0) }
        return numbers[0] << 8 | numbers[1] << 3 | numbers[2]
    }

    /// What the monitor would say of a function.
    static func lines(_ function: PCIFunction) -> [String] {
        let address = function.address
        var lines = ["Bus \(address.bus), device \(address.device), function \(address.function):"]
        lines.append("PCI device \(hex(function.vendor)):\(hex(function.device))")
        if function.headerType == 0 {
            lines.append("PCI subsystem \(hex(function.subsystemVendor)):\(hex(function.subsystem))")
        }
        if function.interruptPin != 0 {
            let pin = UnicodeScalar(UInt8(ascii: "A") + function.interruptPin - 1)
            lines.append("IRQ \(function.interruptLine), pin \(pin)")
        }
        if function.headerType == 1 {
            lines.append("secondary bus \(function.secondaryBus).")
            lines.append("subordinate bus \(function.subordinateBus).")
        }
        for range in function.baseAddressRegisters {
            let kind =
                switch range.kind {
                case .io: "I/O"
                case .memory32: "32 bit\(range.isPrefetchable ? " prefetchable" : "") memory"
                case .memory64: "64 bit\(range.isPrefetchable ? " prefetchable" : "") memory"
                }
            let width = range.kind == .io ? 4 : 8
            let extent = range.byteCount == 0 ? "" : "[0x\(hex(range.base + (range.byteCount - 1), width))]."
            lines.append("BAR\(range.index): \(kind) at 0x\(hex(range.base, width)) \(extent)")
        }
        return lines
    }

    private static func hex(_ value: UInt16) -> String { hex(UInt64(value), 4) }

    private static func hex(_ value: UInt64, _ digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
