// The beginning of a rule file for a card that a machine shows: identity, class, windows and capabilities, so that nobody
// copies numbers by hand. What only a datasheet knows is left out; `metaos check` asks for it, mistake by mistake.
// `metaos new device` calls it.

import Hardware

/// A rule file that says of a card what its configuration space says.
public struct DeviceSkeleton: Sendable {
    private let function: PCIFunction
    private let origin: String

    /// - Parameter origin: where the function was seen, for the comment at the head of the text.
    public init(_ function: PCIFunction, origin: String) {
        self.function = function
        self.origin = origin
    }

    /// Class of the atlas for such a function, and the file that declares it; `nil` where the atlas has none.
    ///
    /// Source: PCI Code and ID Assignment Specification, revision 1.11, section 1.3: base class 0x02 is of network
    /// controllers.
    private var contract: String? { function.classCode >> 16 == 0x02 ? "packet_nic" : nil }

    /// The rule file.
    public var text: String {
        var lines = head
        lines.append("device pci_\(hex(function.vendor))_\(hex(function.device)) is \(contract ?? "CLASS") {")
        lines.append("    match pci vendor 0x\(hex(function.vendor)) device 0x\(hex(function.device))")
        lines += windows.isEmpty ? [] : [""] + windows
        lines += capabilities.isEmpty ? [] : [""] + capabilities
        lines += ["", "    // Registers, by the document's names: register regs.NAME at 0x00 u32 rw { FIELD: 0 }", "}"]
        return lines.map { $0 + "\n" }.joined()
    }

    private var head: [String] {
        var lines = [
            "// \(function.identity), revision \(prefixed(function.revision)), subsystem "
                + "\(hex(function.subsystemVendor)):\(hex(function.subsystem)), class "
                + "\(prefixed(UInt8(truncatingIfNeeded: function.classCode >> 16)))"
                + " \(prefixed(UInt8(truncatingIfNeeded: function.classCode >> 8)))"
                + " \(prefixed(UInt8(truncatingIfNeeded: function.classCode))).",
            "// Begun from \(origin). Source: the document's title, revision and sections.",
        ]
        if let contract {
            lines += ["", "import \"\(contract).meta\"", ""]
        } else {
            lines += ["// No class of the atlas is for such functions yet: CLASS is to be written first.", ""]
        }
        return lines
    }

    // MARK: Windows

    /// A window for the first range that can hold registers, memory before ports, and a comment for each other range.
    private var windows: [String] {
        let ranges = function.baseAddressRegisters
        let first = ranges.first { $0.kind != .io && !isTableOnly($0) } ?? ranges.first { $0.kind == .io }
        return ranges.map { range in
            let place = "bar \(range.index) \(range.kind == .io ? "ports" : "memory")"
            let declaration = range == first ? "    window regs = \(place)" : "    // \(place)"
            let words = [
                range.byteCount == 0 ? "size unknown" : bytes(range.byteCount),
                range.kind == .memory64 ? "64-bit" : nil,
                range.isPrefetchable ? "prefetchable" : nil, range.isAssigned ? nil : "no address",
                tables(in: range).isEmpty ? nil : "holds the MSI-X \(tables(in: range).joined(separator: " and "))",
            ]
            return beside(declaration, words.compactMap { $0 }.joined(separator: ", "))
        }
    }

    /// Which of the MSI-X structures lie in a range: none of a driver's registers may.
    private func tables(in range: BaseAddressRegister) -> [String] {
        guard let table = function.capabilities.lazy.compactMap(\.messageTable).first else { return [] }
        return [(table.table, "table"), (table.pending, "pending bits")].filter { $0.0.bar == range.index }.map(\.1)
    }

    /// Whether a range is for the MSI-X table, as one with that table at its start is.
    private func isTableOnly(_ range: BaseAddressRegister) -> Bool {
        function.capabilities.contains { capability in
            capability.messageTable.map { $0.table.bar == range.index && $0.table.offset == 0 } ?? false
        }
    }

    // MARK: Capabilities

    /// A comment for each capability; where a vendor's own leads, its bytes and the document say.
    private var capabilities: [String] {
        function.capabilities.map { capability in
            let name = Self.name(of: capability.identifier)
            let bytes = capability.contents.map { hex($0) }.joined(separator: " ")
            let isVendors = capability.identifier == 0x09 && !bytes.isEmpty
            return beside(
                "    // capability \(prefixed(capability.identifier)) at \(prefixed(capability.offset))",
                name + (isVendors ? ", from byte 2: \(bytes)" : ""))
        }
    }

    /// Source: PCI Code and ID Assignment Specification, revision 1.11, section 2.
    private static func name(of capability: UInt8) -> String {
        switch capability {
        case 0x01: "power management"
        case 0x02: "AGP"
        case 0x03: "vital product data"
        case 0x04: "slot identification"
        case 0x05: "MSI"
        case 0x06: "CompactPCI hot swap"
        case 0x07: "PCI-X"
        case 0x08: "HyperTransport"
        case 0x09: "vendor-specific"
        case 0x0A: "debug port"
        case 0x0B: "CompactPCI resource control"
        case 0x0C: "hot-plug"
        case 0x0D: "subsystem of a bridge"
        case 0x0E: "AGP 8x"
        case 0x0F: "secure device"
        case 0x10: "PCI Express"
        case 0x11: "MSI-X"
        case 0x12: "SATA"
        case 0x13: "advanced features"
        case 0x14: "enhanced allocation"
        case 0x15: "flattening portal bridge"
        default: "unknown"
        }
    }

    // MARK: Text

    /// A line with a comment that begins at a column where most of them can.
    private func beside(_ line: String, _ comment: String) -> String {
        line + String(repeating: " ", count: max(1, 39 - line.count)) + (line.contains("//") ? "" : "// ") + comment
    }

    private func bytes(_ count: UInt64) -> String {
        let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")]
        guard let (shift, unit) = units.first(where: { count >= 1 << $0.0 && count & (1 << $0.0 - 1) == 0 }) else {
            return "\(count) bytes"
        }
        return "\(count >> UInt64(shift)) \(unit)"
    }

    private func hex(_ number: some FixedWidthInteger) -> String {
        let digits = String(number, radix: 16, uppercase: false)
        return String(repeating: "0", count: number.bitWidth / 4 - digits.count) + digits
    }

    private func prefixed(_ number: UInt8) -> String { "0x" + hex(number) }
}
