// Addresses of the machine, each kind a type of its own, so that a physical address cannot be where a virtual one,
// a port or a configuration-space place is meant.

/// Physical memory address, as devices and page tables see it.
///
/// Units: bytes.
public struct PhysicalAddress: RawRepresentable, Hashable, Comparable, Sendable {
    public var rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Virtual address, as the instructions of the kernel and of generated code see it.
///
/// Units: bytes.
public struct VirtualAddress: RawRepresentable, Hashable, Comparable, Sendable {
    public var rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Number of a port in the processor's I/O space.
public struct PortNumber: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// Place of a PCI function: bus, device and function number.
///
/// Layout: bits 15:8 bus, bits 7:3 device, bits 2:0 function, as in a requester ID.
///
/// Source: PCI Local Bus Specification, revision 3.0, section 3.2.2.3.2.
public struct FunctionAddress: RawRepresentable, Hashable, Comparable, Sendable {
    public var rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// - Precondition: `device` is at most 31 and `function` at most 7.
    public init(bus: UInt8, device: UInt8, function: UInt8) {
        precondition(device < 32 && function < 8, "PCI device or function number out of range")
        rawValue = UInt16(bus) << 8 | UInt16(device) << 3 | UInt16(function)
    }

    public var bus: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 8) }
    public var device: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 3) & 31 }
    public var function: UInt8 { UInt8(truncatingIfNeeded: rawValue) & 7 }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
