// From an address to a register: whose function made an access, which window of its driver that was, which register, and what
// the bits of the value are called. AccessListing calls it, access by access in their order.

import Hardware
import Machines
import Pipeline
import ReportReading
import RuleCompiler
import Verification

/// Decodes the accesses of a boot.
struct AccessDecoder {
    /// The ports of configuration mechanism #1, the second of four bytes.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 3.2.2.3.2.
    private static let configurationAddress: UInt64 = 0xCF8
    private static let configurationData: ClosedRange<UInt64> = 0xCFC...0xCFF

    /// Who made an access: a function of a driver, or a probe for it.
    private struct Author {
        var function: FunctionAddress
        /// `e1000.bringup`
        var name: String
        /// `nil` where there came to be none.
        var driver: GeneratedDriver?
    }

    private let report: MachineReport
    private let stages: RuleStages?
    /// The place of the record of each driver among the records.
    private let recordIndices: [Int]
    private var registers: [String: [RuleStages.DeclaredRegister]] = [:]
    /// What was last written to the ports that select a register of configuration space.
    private var configurationPlace: UInt64 = 0
    /// What was last written to a register that selects others, by its name and its driver's.
    private var selections: [String: UInt64] = [:]

    init(_ report: MachineReport, _ stages: RuleStages?) {
        self.report = report
        self.stages = stages
        recordIndices = report.drivers.map { reported in
            let place = reported.driver.function.busDeviceFunction
            return report.records.firstIndex { $0.line.hasPrefix("driver \(place) ") } ?? 0
        }
    }

    /// The access by names; `nil` for one that is no device's of the code that ran.
    mutating func row(of access: DeviceAccess) -> AccessRow? {
        if access.address == Self.configurationAddress, access.isWrite {
            configurationPlace = access.value
            return nil
        }
        guard let author = author(of: access) else { return nil }
        var row = AccessRow(
            function: "\(author.function.busDeviceFunction) \(author.name)", register: "", isWrite: access.isWrite,
            value: Self.digits(access), count: access.count)
        guard let (grant, address) = grant(for: access, of: author) else {
            guard let place = place(access.address, in: author.function) else { return nil }
            row.register = place
            return row
        }
        row.register = String(text(grant.name).split(separator: ".").last ?? "")
        if grant.byteCount > grant.elementByteCount {
            let element = (address - grant.start) / grant.elementByteCount
            row.elements = element...element
        }
        let device = text(author.driver?.name ?? [])
        let declared = declared(row.register, of: device, access)
        row.register = declared?.name ?? row.register
        row.value += Self.bits(of: access.value, declared)
        return row
    }

    /// Whose code ran when an access was made. Code of a probe lies where that of a driver lies later.
    private func author(of access: DeviceAccess) -> Author? {
        for (reported, recordIndex) in zip(report.drivers, recordIndices) where access.recordCount > recordIndex {
            let driver = reported.driver
            for function in driver.functions {
                let start = function.entry.rawValue
                guard start <= access.code, access.code - start < UInt64(function.bytes.count) else { continue }
                return Author(
                    function: driver.function, name: "\(text(driver.name)).\(text(function.name))", driver: driver)
            }
        }
        // Before the kernel generates, what runs there is firmware's or the boot loader's. A probe that fails has its driver
        // refused.
        guard let place = report.records.firstIndex(where: { $0.line == "step \"generating\"" }),
            access.recordCount > place,
            let next = report.records.dropFirst(access.recordCount).first(where: {
                $0.isKind("probe") || $0.isKind("refused")
            })
        else { return nil }
        let words = next.line.split(separator: " ")
        let function = report.facts.functions.first { words.count > 2 && $0.address.busDeviceFunction == words[1] }
        return function.map { function in
            let driver = report.drivers.first { $0.driver.function == function.address }?.driver
            return Author(function: function.address, name: String(words[2]), driver: driver)
        }
    }

    /// The grant that an access is under, and the address in its terms.
    private func grant(for access: DeviceAccess, of author: Author) -> (Grant, UInt64)? {
        guard let driver = author.driver else { return nil }
        if Self.configurationData.contains(access.address) {
            // Bits 23:2 select the register, the port the byte.
            let place = configurationPlace & 0xFF_FFFC | access.address & 3
            return found(place, .configuration, in: driver)
        }
        for window in driver.windows where window.space != .configuration {
            let offset = access.address &- window.physical.rawValue
            guard offset < window.byteCount else { continue }
            if let found = found(window.virtual.rawValue + offset, window.space, in: driver) { return found }
        }
        return nil
    }

    private func found(_ address: UInt64, _ space: Grant.Space, in driver: GeneratedDriver) -> (Grant, UInt64)? {
        driver.grants.first { $0.space == space && $0.start <= address && address - $0.start < $0.byteCount }
            .map { ($0, address) }
    }

    /// `bar0+0x14`, of what is in no grant that is known.
    private func place(_ address: UInt64, in function: FunctionAddress) -> String? {
        let found = report.facts.functions.first { $0.address == function }
        guard let bar = found?.baseAddressRegisters.first(where: { $0.isAssigned && address &- $0.base < $0.byteCount })
        else { return nil }
        return "bar\(bar.index)+\(hex(address - bar.base))"
    }

    /// The register as the rules declare it; of one that holds others, the one that was selected.
    private mutating func declared(
        _ name: String, of device: String, _ access: DeviceAccess
    ) -> RuleStages.DeclaredRegister? {
        if registers[device] == nil { registers[device] = stages?.registers(of: device) ?? [] }
        let all = registers[device] ?? []
        if access.isWrite { selections["\(device).\(name)"] = access.value }
        let selected = all.first { register in
            register.selection.map { $0.data == name && selections["\(device).\($0.select)"] == $0.number } ?? false
        }
        return selected ?? all.first { $0.name == name }
    }

    // MARK: Values

    /// `0x0400_0040`, as many digits as the access has.
    private static func digits(_ access: DeviceAccess) -> String {
        let all = hexadecimal(access.value)
        let padded = String(repeating: "0", count: max(0, access.byteCount * 2 - all.count)) + all
        var grouped = ""
        for (index, digit) in padded.enumerated() {
            if index > 0, (padded.count - index) % 4 == 0 { grouped += "_" }
            grouped.append(digit)
        }
        return "0x" + grouped
    }

    /// ` (RST, LEVEL(3))`: the fields that are not zero.
    private static func bits(of value: UInt64, _ register: RuleStages.DeclaredRegister?) -> String {
        let names = (register?.fields ?? []).compactMap { field -> String? in
            let part = value >> UInt64(field.bits.lowerBound) & (UInt64.max >> UInt64(64 - field.bits.count))
            guard part != 0 else { return nil }
            return field.bits.count == 1 ? field.name : "\(field.name)(\(plain(part)))"
        }
        return names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"
    }
}
