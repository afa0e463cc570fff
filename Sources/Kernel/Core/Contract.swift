// What a function that is called alone is held to and how its result is shown: by the contract of the class `nic`, or of any
// class by the rule's own words. What goes through a card, PacketCard holds to its contract.

import Exchange
import Metabinary
import Pipeline
import Report

/// What a generated function's result must be, and how it is shown.
enum Contract {
    /// A value of so many bits, which is all that the rule says; code cannot exceed them by construction.
    case bits(UInt8)
    /// The address of a network card, which is that of one station.
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
        case .bits: true
        case .stationAddress:
            StationAddress(rawValue: value).isStation && StationAddress(rawValue: value).rawValue == value
        }
    }

    /// Adds the value as a report shows it.
    func add(_ value: UInt64, to text: inout RecordText) {
        switch self {
        case .bits(let count) where count <= 1:
            text.open()
            text.put(decimal: value)
        case .bits:
            text.open()
            text.put(address: value)
        case .stationAddress: text.add(station: value)
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
@inline(never)
func equals(_ text: [UInt8], _ other: StaticString) -> Bool {
    guard text.count == other.utf8CodeUnitCount else { return false }
    for (index, byte) in text.enumerated() where byte != other.utf8Start[index] { return false }
    return true
}
