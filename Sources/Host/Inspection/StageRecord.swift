// Keeps what every stage of the pipeline makes, for whoever wants to show it: explanations, dumps and the traces of tests
// are all printed from one record. It watches the pipeline, decides nothing and prints nothing.

import Encoding
import Hardware
import Metabinary
import Pipeline
import Program
import Verification

/// An observer that keeps what becomes of the devices of a machine.
public struct StageRecord: PipelineObserver {
    /// Devices that a rule describes, in the order in which the pipeline came to them.
    public private(set) var devices: [DeviceRecord] = []
    private let wanted: [FunctionAddress]?
    /// Whether the device at hand is wanted and has no outcome yet.
    private var isWatching = false

    /// - Parameter wanted: the devices to watch; `nil` for all.
    public init(of wanted: [FunctionAddress]? = nil) { self.wanted = wanted }

    /// Lets go of devices that are not to be shown.
    public mutating func remove(where isUnwanted: (DeviceRecord) -> Bool) { devices.removeAll(where: isUnwanted) }

    private mutating func edit(_ change: (inout DeviceRecord) -> Void) {
        guard isWatching, !devices.isEmpty else { return }
        change(&devices[devices.count - 1])
    }

    private mutating func editFunction(_ change: (inout FunctionRecord) -> Void) {
        edit { device in
            guard !device.functions.isEmpty else { return }
            change(&device.functions[device.functions.count - 1])
        }
    }

    // MARK: The device

    public mutating func matched(_ function: PCIFunction, by device: DeviceDescription) {
        isWatching = wanted?.contains(function.address) ?? true
        if isWatching { devices.append(DeviceRecord(function, device)) }
    }

    public mutating func planned(_ windows: [PlacedWindow]) { edit { $0.driver.windows = windows } }

    public mutating func probed(
        _ function: FunctionAddress, _ device: DeviceDescription, _ probe: ProbeDescription, _ value: UInt64,
        by source: FactSource
    ) {
        edit { $0.probes.append(DeviceRecord.Probe(description: probe, value: value, source: source)) }
    }

    public mutating func settled(_ device: DeviceDescription, _ facts: [UInt64], _ choices: [KeptChoice]) {
        edit {
            $0.ruleFacts = facts
            $0.choices = choices
        }
    }

    public mutating func allotted(_ memories: [PlacedMemory]) { edit { $0.driver.memories = memories } }

    public mutating func granted(_ grants: [Grant]) { edit { $0.driver.grants = grants } }

    public mutating func verified(_ driver: GeneratedDriver) {
        edit { device in
            // The code of a probe is verified too, as a driver of its own.
            guard let last = device.functions.last, !last.isProbe else { return }
            device.driver = driver
            device.isVerified = true
        }
    }

    public mutating func refused(_ refusal: Refusal) {
        edit { $0.refusal = refusal }
        isWatching = false
    }

    // MARK: A function of it

    public mutating func evaluated(_ program: Program, of rule: FunctionDescription) {
        edit { device in
            let isProbe = device.description.probes.contains { $0.rule.name == rule.name && $0.rule.line == rule.line }
            let names = device.driver.windows.map(\.name) + device.driver.memories.map(\.name)
            device.functions.append(FunctionRecord(rule, isProbe: isProbe, program, regionNames: names))
        }
    }

    public mutating func optimised(_ program: Program) { editFunction { $0.optimised = program } }

    public mutating func encoded(_ function: EncodedFunction) { editFunction { $0.encoded = function } }

    public mutating func placed(_ function: EncodedFunction, at entry: VirtualAddress) {
        editFunction {
            $0.placed = function
            $0.entry = entry
        }
    }

    public mutating func generated(_ function: GeneratedFunction) { editFunction { $0.generated = function } }

    public mutating func proven(
        _ code: [UInt8], at start: VirtualAddress, _ functions: [CodeFunction], _ grants: [Grant]
    ) {
        edit { device in
            for function in functions {
                let entry = VirtualAddress(rawValue: start.rawValue + UInt64(function.offset))
                // A probe's place is given to others after it: the last that was placed there is meant.
                if let index = device.functions.lastIndex(where: { $0.entry == entry }) {
                    device.functions[index].evidence = function.evidence
                }
            }
        }
    }
}
