// What the kernel holds generated functions to when it calls them: the contracts of the classes that it has a use for. It
// knows classes, which say what a device does, and no device.

import Metabinary
import Pipeline
import Report

/// What a generated function's result must be, and how it is shown.
enum Contract {
    /// A value of so many bits and no more.
    case bits(UInt8)
    /// The address of a network card: six octets, the first on the wire in bits 7:0, the address of one station.
    case stationAddress

    /// The contract of a function: that of its class where the kernel knows the class, else the width of its result.
    init(of function: GeneratedFunction, in driver: GeneratedDriver) {
        if driver.isOf("nic"), equals(function.name, "mac") {
            self = .stationAddress
        } else {
            self = .bits(function.signature.resultBitCount)
        }
    }

    /// Whether a wrong function could return something that breaks the contract.
    var canBeBroken: Bool {
        switch self {
        case .bits: false
        case .stationAddress: true
        }
    }

    /// Whether a returned value keeps the contract.
    func accepts(_ value: UInt64) -> Bool {
        switch self {
        case .bits(let count): count >= 64 || value >> UInt64(count) == 0
        // Bit 0 of the first octet marks a group (IEEE Std 802-2014, section 8.2.2); all zeros is no address.
        case .stationAddress: value >> 48 == 0 && value != 0 && value & 1 == 0
        }
    }

    /// Puts the value as a report shows it.
    func put(_ value: UInt64, into text: inout RecordText) {
        switch self {
        case .bits(let count) where count <= 1:
            text.put(decimal: value)
        case .bits:
            text.put(address: value)
        case .stationAddress:
            text.put(station: value)
        }
    }
}

extension GeneratedDriver {
    /// Whether its class is the one of that name, or is such a class besides.
    @inline(never)
    func isOf(_ name: StaticString) -> Bool {
        if equals(className, name) { return true }
        for ancestor in ancestors where equals(ancestor, name) { return true }
        return false
    }
}

/// Whether ASCII text is the given one.
func equals(_ text: [UInt8], _ other: StaticString) -> Bool {
    guard text.count == other.utf8CodeUnitCount else { return false }
    for (index, byte) in text.enumerated() where byte != other.utf8Start[index] { return false }
    return true
}
