// What QEMU's monitor says of the PCI functions of its machine: the oracle for the scan.

import Foundation
import Hardware

/// A PCI function as `query-pci` gives it.
struct MonitorFunction: Decodable {
    struct Identity: Decodable {
        var device: UInt16
        var vendor: UInt16
        var subsystem: UInt16?
        var subsystemVendor: UInt16?

        enum CodingKeys: String, CodingKey {
            case device, vendor, subsystem
            case subsystemVendor = "subsystem-vendor"
        }
    }

    struct ClassInformation: Decodable { var `class`: UInt16 }

    struct Region: Decodable {
        var bar: UInt8
        var type: String
        var address: Int64
        var size: UInt64
        var prefetch: Bool?
        var memType64: Bool?

        enum CodingKeys: String, CodingKey {
            case bar, type, address, size, prefetch
            case memType64 = "mem_type_64"
        }
    }

    struct Bridge: Decodable {
        struct Bus: Decodable {
            var number: UInt8
            var secondary: UInt8
            var subordinate: UInt8
        }

        var bus: Bus
        var devices: [MonitorFunction]?
    }

    struct Bus: Decodable {
        var bus: UInt8
        var devices: [MonitorFunction]
    }

    struct Answer: Decodable { var `return`: [Bus] }

    var bus: UInt8
    var slot: UInt8
    var function: UInt8
    var id: Identity
    var classInformation: ClassInformation
    var irq: UInt8?
    var irqPin: UInt8?
    var regions: [Region]
    var bridge: Bridge?

    enum CodingKeys: String, CodingKey {
        case bus, slot, function, id, irq, regions
        case classInformation = "class_info"
        case irqPin = "irq_pin"
        case bridge = "pci_bridge"
    }

    /// Every function of an answer, in the order of addresses.
    static func all(of answer: Data) throws -> [MonitorFunction] {
        func below(_ functions: [MonitorFunction]) -> [MonitorFunction] {
            functions.flatMap { [$0] + below($0.bridge?.devices ?? []) }
        }
        return below(try JSONDecoder().decode(Answer.self, from: answer).return.flatMap(\.devices))
            .sorted { $0.address < $1.address }
    }

    var address: FunctionAddress { FunctionAddress(bus: bus, device: slot, function: function) }

    /// The function in one line, with all that the monitor and the scan both know: of functions that are not sized, only ranges
    /// with an address.
    var line: String {
        let kind = classInformation.class
        let isSized = kind >> 8 == 0x01 || kind >> 8 == 0x02 || kind == 0x0C03
        let registers = regions.filter { $0.bar < 6 && (isSized || $0.address > 0) }.map { region in
            let kind = region.type == "io" ? "io" : region.memType64 == true ? "memory64" : "memory32"
            // The monitor gives -1 where nothing is assigned.
            let base = region.address == -1 ? 0 : UInt64(bitPattern: region.address)
            return FunctionLine.register(region.bar, kind, region.prefetch == true, base, isSized ? region.size : 0)
        }
        return FunctionLine.line(
            address, id.vendor, id.device, classInformation.class, pin: irqPin ?? 0, irq: irq ?? 0,
            bridge: bridge.map { ($0.bus.secondary, $0.bus.subordinate) }, registers,
            subsystem: (id.subsystemVendor ?? 0, id.subsystem ?? 0))
    }
}

/// The one form in which both sides are compared.
enum FunctionLine {
    static func register(_ index: UInt8, _ kind: String, _ prefetch: Bool, _ base: UInt64, _ size: UInt64) -> String {
        "\(index):\(kind)\(prefetch ? "p" : "")@\(String(base, radix: 16))+\(String(size, radix: 16))"
    }

    static func line(
        _ address: FunctionAddress, _ vendor: UInt16, _ device: UInt16, _ classCode: UInt16, pin: UInt8, irq: UInt8,
        bridge: (UInt8, UInt8)?, _ registers: [String], subsystem: (UInt16, UInt16)
    ) -> String {
        var words = ["\(address.bus):\(address.device).\(address.function)"]
        words.append("\(String(vendor, radix: 16)):\(String(device, radix: 16)) class \(String(classCode, radix: 16))")
        // Without a pin the monitor does not tell the line.
        words.append("pin \(pin) irq \(pin == 0 ? 0 : irq)")
        if let bridge { words.append("buses \(bridge.0) to \(bridge.1)") }
        if bridge == nil {
            words.append("subsystem \(String(subsystem.0, radix: 16)):\(String(subsystem.1, radix: 16))")
        }
        return (words + registers).joined(separator: " ")
    }
}

extension PCIFunction {
    /// The function in the form in which it is compared.
    var line: String {
        let registers = baseAddressRegisters.map {
            FunctionLine.register($0.index, "\($0.kind)", $0.isPrefetchable, $0.base, $0.byteCount)
        }
        return FunctionLine.line(
            address, vendor, device, UInt16(classCode >> 8), pin: interruptPin, irq: interruptLine,
            bridge: headerType == 1 ? (secondaryBus, subordinateBus) : nil, registers,
            subsystem: (subsystemVendor, subsystem))
    }
}
