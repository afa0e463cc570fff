// What a device reaches, by what it was told: models from the outside, one a family, that know registers and descriptors
// as hardware does and nothing of rules, grants or the verifier. A model starts as a card that runs: its rings are where
// the driver has them, and every buffer is handed over, the last one of each pool too. GuardedRun feeds it what code
// wrote; the judge of mutants calls code unsafe whose device would touch memory that is not the driver's.

import CSimulation
import Hardware
import Pipeline
import Program

/// Memory that a device would touch and that is not its driver's.
public struct DeviceStray: Hashable, Sendable {
    /// The register or field that leads there, and why.
    public var cause: String
    /// Where the access would start. Units: bytes of physical memory.
    public var start: UInt64
    public var byteCount: UInt64
    public var isWrite: Bool
}

/// A model of what one device reaches.
public protocol DeviceReach {
    /// The memory that the driver has, and its windows.
    var map: ReachMap { get }
    /// Takes a write of the driver; what the device would touch besides its driver's memory from then on, or `nil`.
    mutating func take(_ place: ReachPlace, byteCount: Int, value: UInt64) -> DeviceStray?
}

/// Where a driver wrote.
public enum ReachPlace: Hashable, Sendable {
    /// A register, by its window's number among the driver's and its offset in that window.
    case register(window: Int, offset: UInt64)
    /// Memory that the device sees: a memory's number among the driver's and the offset in it.
    case memory(Int, offset: UInt64)
}

/// The memories and windows of one driver.
public struct ReachMap: Sendable {
    /// Memory that a device sees.
    struct Extent: Sendable {
        var name: String
        /// Units: bytes of physical memory.
        var start: UInt64
        var byteCount: UInt64
        var virtual: UInt64
        var stride: UInt64
        var headroom: UInt64

        var end: UInt64 { start + byteCount }
    }

    let windows: [PlacedWindow]
    /// All but state.
    let extents: [Extent]

    public init(_ driver: GeneratedDriver) {
        windows = driver.windows
        extents = driver.memories.filter { $0.kind != .state }.map {
            Extent(
                name: String(decoding: $0.name, as: UTF8.self), start: $0.physical.rawValue, byteCount: $0.byteCount,
                virtual: $0.virtual.rawValue, stride: $0.stride, headroom: $0.headroom)
        }
    }

    /// What lies where a write went; `nil` for state and for configuration space.
    func place(of write: guard_write) -> ReachPlace? {
        for (index, window) in windows.enumerated() where window.space.rawValue == UInt8(write.space) {
            let start = window.virtual.rawValue
            guard write.address >= start, write.address - start < window.byteCount else { continue }
            return window.space == .configuration ? nil : .register(window: index, offset: write.address - start)
        }
        guard write.space == 0 else { return nil }
        for (index, extent) in extents.enumerated()
        where write.address >= extent.virtual && write.address - extent.virtual < extent.byteCount {
            return .memory(index, offset: write.address - extent.virtual)
        }
        return nil
    }

    /// The memory of that name.
    ///
    /// - Precondition: the driver has it.
    func extent(_ name: String) -> Extent {
        guard let extent = extents.first(where: { $0.name == name }) else {
            preconditionFailure("a driver without memory \(name)")
        }
        return extent
    }

    /// Whether one memory holds all of a range.
    func holds(_ start: UInt64, _ byteCount: UInt64) -> Bool {
        extents.contains {
            start >= $0.start && start - $0.start <= $0.byteCount && byteCount <= $0.byteCount - (start - $0.start)
        }
    }

    /// A stray, where no memory holds all of a range.
    func stray(_ cause: String, _ start: UInt64, _ byteCount: UInt64, isWrite: Bool) -> DeviceStray? {
        holds(start, byteCount)
            ? nil : DeviceStray(cause: cause, start: start, byteCount: byteCount, isWrite: isWrite)
    }
}

/// The little-endian number that a write puts at some bytes of an element; `nil` where it does not write all of them.
func field(_ first: UInt64, _ count: UInt64, of offset: UInt64, _ byteCount: Int, _ value: UInt64) -> UInt64? {
    guard first >= offset, first + count <= offset + UInt64(byteCount) else { return nil }
    let shifted = value >> (8 * (first - offset))
    return count < 8 ? shifted & (1 << (8 * count) - 1) : shifted
}

extension CardModel {
    /// What a family's device reaches, by the name of its description; `nil` where it reaches no memory by itself.
    public static func reach(of driver: GeneratedDriver) -> (any DeviceReach)? {
        let map = ReachMap(driver)
        let name = String(decoding: driver.name, as: UTF8.self)
        switch name {
        case "e1000", "e1000e": return GigabitReach(map, isExpress: name == "e1000e")
        case "rtl8139": return RTL8139Reach(map)
        case "virtio_net", "virtio_net_legacy": return VirtioReach(map, isLegacy: name != "virtio_net")
        case "i8255x": return ListCardReach(map)
        case "pcnet": return PCnetReach(map)
        default: return nil
        }
    }
}
