// Access to the device models of a running QEMU, so that discovery runs on the host against devices that we did not
// write. QEMU's test socket has no processor behind it: leaves come from a table and the time from the host's clock.

import Glibc
import Hardware

/// Access to a machine in QEMU over its test socket.
///
/// After the connection has failed everything answers all ones; `failure` says why.
public struct QTestAccess: HardwareAccess {
    private let connection: QTestConnection
    private let leaves: [ProcessorLeaf]
    public var configurationMaps: [ConfigurationMap] = []

    /// - Parameter leaves: what the processor is said to be; leaves that are not among them read as zeros.
    public init(_ connection: QTestConnection, leaves: [ProcessorLeaf]) {
        self.connection = connection
        self.leaves = leaves
    }

    /// Why the machine no longer answers.
    public var failure: RecordingError? { connection.failure }

    private func letter(_ width: AccessWidth) -> String {
        switch width {
        case .byte: "b"
        case .word: "w"
        case .doubleWord: "l"
        case .quadWord: "q"
        }
    }

    public mutating func readPort(_ port: PortNumber, _ width: AccessWidth) -> UInt32 {
        precondition(width != .quadWord, "ports are at most four bytes wide")
        let answer = connection.request("in\(letter(width)) \(port.rawValue)")
        return answer.map { UInt32(truncatingIfNeeded: $0) } ?? .max >> (32 - 8 * UInt32(width.rawValue))
    }

    public mutating func writePort(_ port: PortNumber, _ width: AccessWidth, _ value: UInt32) {
        precondition(width != .quadWord, "ports are at most four bytes wide")
        _ = connection.request("out\(letter(width)) \(port.rawValue) \(value)")
    }

    /// Selects a double word of configuration space by mechanism 1.
    ///
    /// - Returns: the port of the byte at `offset`, or `nil` beyond the 256 bytes that the mechanism reaches.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 3.2.2.3.2.
    private mutating func select(_ function: FunctionAddress, _ offset: UInt16) -> PortNumber? {
        guard offset < 256 else { return nil }
        let place = 1 << 31 | UInt32(function.rawValue) << 8 | UInt32(offset & 0xFC)
        writePort(PortNumber(rawValue: 0xCF8), .doubleWord, place)
        return PortNumber(rawValue: 0xCFC + (offset & 3))
    }

    public mutating func readConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth
    ) -> UInt32 {
        if let place = configurationMaps.place(of: function) {
            return UInt32(truncatingIfNeeded: readMemory(place.advanced(by: UInt64(offset)), width))
        }
        guard let port = select(function, offset) else { return .max >> (32 - 8 * UInt32(width.rawValue)) }
        return readPort(port, width)
    }

    public mutating func writeConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth, _ value: UInt32
    ) {
        if let place = configurationMaps.place(of: function) {
            let address = place.advanced(by: UInt64(offset)).rawValue
            _ = connection.request("write\(letter(width)) \(address) \(value)")
        } else if let port = select(function, offset) {
            writePort(port, width, value)
        }
    }

    public mutating func readMemory(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt64 {
        connection.request("read\(letter(width)) \(address.rawValue)") ?? .max >> (64 - 8 * UInt64(width.rawValue))
    }

    public mutating func writeRegister(_ address: PhysicalAddress, _ width: AccessWidth, _ value: UInt32) {
        _ = connection.request("write\(letter(width)) \(address.rawValue) \(value)")
    }

    public mutating func readProcessorLeaf(_ leaf: UInt32, _ subleaf: UInt32) -> ProcessorLeaf {
        leaves.first { $0.leaf == leaf && $0.subleaf == subleaf }
            ?? ProcessorLeaf(leaf: leaf, subleaf: subleaf, eax: 0, ebx: 0, ecx: 0, edx: 0)
    }

    /// Nanoseconds of the host's clock: a time-stamp counter of 1 GHz.
    public mutating func readTimestamp() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC_RAW, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }
}
