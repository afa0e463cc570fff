// What generation gave for a machine, as a table for people: a line a device, and below it a line a function.

import Hardware
import Pipeline

/// Summary of the drivers of a machine.
public struct GenerationSummary {
    private let facts: MachineFacts
    private let outcomes: [GenerationOutcome]

    public init(of facts: MachineFacts, _ outcomes: [GenerationOutcome]) {
        self.facts = facts
        self.outcomes = outcomes
    }

    /// Devices that were described and got no driver.
    public var refusalCount: Int {
        outcomes.count { if case .refused = $0 { true } else { false } }
    }

    /// Functions that are to have a driver, and that no description matches.
    public var undescribed: [PCIFunction] {
        let described = Set(
            outcomes.map {
                switch $0 {
                case .driver(let driver): driver.function
                case .refused(let refusal): refusal.function
                }
            })
        return facts.functions.filter { $0.servedKind != nil && !described.contains($0.address) }
    }

    /// The drivers, in the order of their addresses.
    public var drivers: [GeneratedDriver] {
        outcomes.compactMap { if case .driver(let driver) = $0 { driver } else { nil } }
    }

    /// The table; each line fits 80 columns where names are not long.
    public var lines: [String] {
        var lines: [String] = []
        for outcome in outcomes {
            switch outcome {
            case .driver(let driver): lines += Self.lines(of: driver)
            case .refused(let refusal): lines += Self.lines(of: refusal)
            }
        }
        let undescribed = undescribed
        lines += undescribed.map(\.undescribedLine)
        let byteCount = drivers.reduce(0) { $0 + $1.byteCount }
        let total = "\(counted(facts.functions.count, "PCI function")): \(counted(drivers.count, "driver")), "
        let rest = undescribed.isEmpty ? "" : ", \(counted(undescribed.count, "card")) without a description"
        return lines + [total + "\(refusalCount) refused, \(counted(byteCount, "byte")) generated" + rest]
    }

    private static func lines(of driver: GeneratedDriver) -> [String] {
        let functions = driver.functions
        let head =
            "\(driver.function.busDeviceFunction) \(text(driver.name)) is "
            + text(driver.className)
        let sums = counts(
            byteCount: driver.byteCount, instructionCount: functions.reduce(0) { $0 + $1.marks.count },
            branchCount: functions.reduce(0) { $0 + $1.branchCount })
        return ["\(head): \(sums)"]
            + functions.map {
                let counts = counts(
                    byteCount: $0.bytes.count, instructionCount: $0.marks.count, branchCount: $0.branchCount)
                return "  \(text($0.name).padded(to: 16)) \(hex($0.entry.rawValue))  \(counts)"
            }
    }

    private static func lines(of refusal: Refusal) -> [String] {
        var reason: [UInt8] = []
        refusal.error.writeReason(into: &reason)
        let name = text(refusal.deviceName)
        return [
            "\(refusal.function.busDeviceFunction) \(name): refused by stage \(refusal.error.stage)",
            "  \(text(reason))",
        ]
    }

    private static func counts(byteCount: Int, instructionCount: Int, branchCount: Int) -> String {
        "\(counted(byteCount, "byte")), \(counted(instructionCount, "instruction")), "
            + counted(branchCount, "branch", "es")
    }
}
