// Where in the configuration space of a made-up function its capabilities are, so that no register of one window lies over
// one of another and none that may be written over what only the machine sets up. TruthfulMachine asks.

import Hardware
import Metabinary

/// What is left of one function's configuration space.
struct ConfigurationRoom {
    /// Bytes of the registers that windows have at fixed places, and of capabilities that have theirs.
    private var taken = Set<UInt64>()
    /// Where each guarded capability may end.
    private var ends: [UInt64] = []

    init(for device: DeviceDescription) {
        for window in device.windows where window.configuration == .start {
            for register in window.registers { taken.formUnion(register.offset..<register.end) }
        }
    }

    /// The first place of four bytes each that has room for so many; `nil` where none has.
    mutating func take(_ byteCount: UInt64) -> UInt8? {
        let byteCount = (max(byteCount, 4) + 3) & ~3
        for first in stride(from: ConfigurationPlace.headerByteCount, to: ConfigurationPlace.byteCount, by: 4) {
            let bytes = first..<first + byteCount
            guard bytes.upperBound <= ConfigurationPlace.byteCount, taken.isDisjoint(with: bytes) else { continue }
            taken.formUnion(bytes)
            ends.append(bytes.upperBound)
            return UInt8(first)
        }
        return nil
    }

    /// Gives a function the capabilities that windows of configuration space begin with.
    mutating func addCapabilities(for windows: [WindowDescription], to function: inout PCIFunction) {
        for window in windows {
            guard case .capability(let identifier, let markOffset, let mark)? = window.configuration,
                let offset = take(window.minimumByteCount)
            else { continue }
            var contents = [UInt8](repeating: 0, count: 64)
            contents[Int(markOffset)] = mark
            function.capabilities.append(
                Capability(identifier: identifier, offset: offset, contents: Array(contents.dropFirst(2))))
        }
    }

    /// Has each capability end after the registers that it was given room for: one without a meaning is there.
    ///
    /// Source: PCI Code and ID Assignment Specification, revision 1.11, section 2 (ID 0).
    func endGuarded(of function: inout PCIFunction) {
        let isGuarded = function.capabilities.contains { ConfigurationPlace.isGuarded($0.identifier) }
        guard isGuarded else { return }
        for end in ends where end < ConfigurationPlace.byteCount {
            function.capabilities.append(Capability(identifier: 0, offset: UInt8(end)))
        }
    }
}
