// Writes down what another access answers. Wrap any access in it, discover, and take the recording.

import Hardware

/// An access that passes everything on and records it.
public struct RecordingAccess<Base: HardwareAccess>: HardwareAccess {
    public var base: Base
    public private(set) var recording: Recording

    public init(_ base: Base, machine: String, entry: BootEntry) {
        self.base = base
        recording = Recording(machine: machine, entry: entry)
    }

    public var configurationMaps: [ConfigurationMap] {
        get { base.configurationMaps }
        set { base.configurationMaps = newValue }
    }

    public mutating func readPort(_ port: PortNumber, _ width: AccessWidth) -> UInt32 {
        let value = base.readPort(port, width)
        note(.readPort, width, UInt64(port.rawValue), UInt64(value))
        return value
    }

    public mutating func writePort(_ port: PortNumber, _ width: AccessWidth, _ value: UInt32) {
        base.writePort(port, width, value)
        note(.writePort, width, UInt64(port.rawValue), UInt64(value))
    }

    public mutating func readConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth
    ) -> UInt32 {
        let value = base.readConfiguration(function, offset, width)
        note(.readConfiguration, width, UInt64(function.rawValue) << 12 | UInt64(offset), UInt64(value))
        return value
    }

    public mutating func writeConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth, _ value: UInt32
    ) {
        base.writeConfiguration(function, offset, width, value)
        note(.writeConfiguration, width, UInt64(function.rawValue) << 12 | UInt64(offset), UInt64(value))
    }

    public mutating func readMemory(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt64 {
        let value = base.readMemory(address, width)
        note(.readMemory, width, address.rawValue, value)
        return value
    }

    public mutating func readRegister(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt32 {
        let value = base.readRegister(address, width)
        note(.readMemory, width, address.rawValue, UInt64(value))
        return value
    }

    public mutating func writeRegister(_ address: PhysicalAddress, _ width: AccessWidth, _ value: UInt32) {
        base.writeRegister(address, width, value)
        note(.writeMemory, width, address.rawValue, UInt64(value))
    }

    public mutating func readProcessorLeaf(_ leaf: UInt32, _ subleaf: UInt32) -> ProcessorLeaf {
        let answer = base.readProcessorLeaf(leaf, subleaf)
        recording.append(
            RecordedRun(
                kind: .readProcessorLeaf, width: 0, place: UInt64(leaf) << 32 | UInt64(subleaf),
                values: [answer.eax, answer.ebx, answer.ecx, answer.edx].map { UInt64($0) }))
        return answer
    }

    public mutating func readTimestamp() -> UInt64 {
        let value = base.readTimestamp()
        recording.append(RecordedRun(kind: .readTimestamp, width: 0, place: 0, values: [value]))
        return value
    }

    private mutating func note(_ kind: RecordedRun.Kind, _ width: AccessWidth, _ place: UInt64, _ value: UInt64) {
        recording.append(RecordedRun(kind: kind, width: width.rawValue, place: place, values: [value]))
    }
}
