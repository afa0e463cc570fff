// Checks the syntax tree and turns it into the checked one: names, matches and contracts here, registers and
// functions in the files beside. It checks rules as they are written, once, for every machine; it generates nothing.

import Metabinary

/// Checker of one run.
struct Checker {
    var diagnostics: DiagnosticCollector
    private let syntax: Syntax.Atlas
    private var checked = CheckedAtlas()

    private init(_ syntax: Syntax.Atlas, _ diagnostics: DiagnosticCollector) {
        self.syntax = syntax
        self.diagnostics = diagnostics
    }

    /// The checked rules; they mean something only if no diagnostic was reported.
    static func check(_ syntax: Syntax.Atlas, _ diagnostics: inout DiagnosticCollector) -> CheckedAtlas {
        var checker = Checker(syntax, diagnostics)
        checker.checkAtlas()
        diagnostics = checker.diagnostics
        return checker.checked
    }

    private mutating func checkAtlas() {
        reportDuplicates(syntax.classes.map(\.name) + syntax.devices.map(\.name), "the atlas")
        reportExcess(
            syntax.classes.map(\.name), "classes", limit: MetabinaryLimit.classCount,
            mend: "join classes that are alike")
        reportExcess(
            syntax.devices.map(\.name), "devices", limit: MetabinaryLimit.deviceCount,
            mend: "build an atlas for fewer families")
        reportEqualMatches()
        for node in syntax.classes {
            reportDuplicates(node.members.map(\.name), "class `\(node.name.text)`")
            checked.classes.append(CheckedAtlas.Class(name: node.name.text, version: UInt8(node.version.value ?? 0)))
        }
        for node in syntax.devices {
            let device = checkDevice(node)
            checked.devices.append(device)
        }
    }

    // MARK: What all checks share

    /// Where something stands, for a mend.
    func place(_ span: SourceSpan) -> String {
        let source = diagnostics.sources[span.source]
        return "\(source.name):\(source.line(at: span.start))"
    }

    /// Reports each name that stands before it in the list.
    mutating func reportDuplicates(_ names: [Syntax.Name], _ scope: String) {
        var seen: [String: SourceSpan] = [:]
        for name in names {
            if let first = seen[name.text] {
                diagnostics.report(
                    .duplicateName, name.span, "`\(name.text)` is declared twice in \(scope)",
                    mend: "rename one of the two; the other stands at \(place(first))")
            } else {
                seen[name.text] = name.span
            }
        }
    }

    /// Reports a name that is not among the candidates, and the one that may be meant.
    mutating func reportUnknown(_ what: String, _ name: Syntax.Name, among candidates: [String], mend: String) {
        // Once the run is full of mistakes, looking for what was meant is time lost.
        let nearest = diagnostics.isFull ? nil : NameDistance.nearest(to: name.text, among: candidates)
        diagnostics.report(
            .unknownName, name.span, "unknown \(what) `\(name.text)`",
            mend: nearest.map { "write `\($0)`, if that is meant; else \(mend)" } ?? mend)
    }

    /// Reports a list that is longer than the metabinary allows.
    mutating func reportExcess(_ names: [Syntax.Name], _ what: String, limit: Int, mend: String) {
        guard names.count > limit else { return }
        diagnostics.report(
            .limitExceeded, names[limit].span, "\(names.count) \(what); \(limit) is the most", mend: mend)
    }

    // MARK: Devices

    private mutating func checkDevice(_ node: Syntax.Device) -> CheckedAtlas.Device {
        var device = CheckedAtlas.Device(name: node.name, itsClass: 0)
        checkMatches(node, &device)
        checkLimits(node)
        reportDuplicates(
            node.windows.map(\.name) + node.registers.map(\.name), "device `\(node.name.text)`")
        reportDuplicates(node.functions.map(\.member.name), "the functions of device `\(node.name.text)`")
        for window in node.windows {
            device.windows.append(
                CheckedAtlas.Window(name: window.name, bar: UInt8(window.bar.value ?? 0), byteCount: 0))
        }
        checkRegisters(node, &device)
        if let index = syntax.classes.firstIndex(where: { $0.name.text == node.className.text }) {
            device.itsClass = index
            checkContract(node, syntax.classes[index])
        } else if !syntax.isBroken {
            reportUnknown(
                "class", node.className, among: syntax.classes.map(\.name.text),
                mend: "declare `class \(node.className.text) 1 { … }`")
        }
        for function in node.functions {
            let checkedFunction = checkFunction(function, of: node)
            device.functions.append(checkedFunction)
        }
        return device
    }

    private mutating func checkLimits(_ node: Syntax.Device) {
        reportExcess(
            node.windows.map(\.name), "windows", limit: MetabinaryLimit.windowCount,
            mend: "a function has six base address registers: describe each once")
        reportExcess(
            node.functions.map(\.member.name), "functions", limit: MetabinaryLimit.functionCount,
            mend: "split the device's class")
    }

    private mutating func checkMatches(_ node: Syntax.Device, _ device: inout CheckedAtlas.Device) {
        let form = "write `match pci vendor NUMBER device NUMBER`"
        if node.matches.isEmpty, !node.isBroken {
            diagnostics.report(
                .emptyMatch, node.name.span, "device `\(node.name.text)` matches no function", mend: form)
        }
        for match in node.matches {
            if match.devices.isEmpty {
                diagnostics.report(.emptyMatch, match.span, "the match names no device ID", mend: form)
            }
            for number in match.devices {
                device.matches.append((UInt16(match.vendor.value ?? 0), UInt16(number.value ?? 0)))
            }
        }
        if device.matches.count > MetabinaryLimit.matchCount {
            diagnostics.report(
                .limitExceeded, node.name.span,
                "\(device.matches.count) device IDs; \(MetabinaryLimit.matchCount) is the most",
                mend: "split the description")
        }
    }

    private mutating func reportEqualMatches() {
        var seen: [UInt32: (device: String, span: SourceSpan)] = [:]
        for device in syntax.devices {
            for match in device.matches {
                for number in match.devices {
                    guard let vendor = match.vendor.value, let identifier = number.value else { continue }
                    let key = UInt32(vendor) << 16 | UInt32(identifier)
                    if let first = seen[key] {
                        diagnostics.report(
                            .equalMatches, number.span,
                            first.device == device.name.text
                                ? "`\(device.name.text)` matches the same function twice"
                                : "`\(first.device)` and `\(device.name.text)` match the same function",
                            mend: "leave the ID to one of them; the first stands at \(place(first.span))")
                    } else {
                        seen[key] = (device.name.text, number.span)
                    }
                }
            }
        }
    }

    /// Compares the functions of a device with the members of its class.
    private mutating func checkContract(_ node: Syntax.Device, _ itsClass: Syntax.Class) {
        for member in itsClass.members where !node.isBroken {
            guard !node.functions.contains(where: { $0.member.name.text == member.name.text }) else { continue }
            diagnostics.report(
                .missingMember, node.name.span,
                "device `\(node.name.text)` does not generate `\(member.name.text)`, which class "
                    + "`\(itsClass.name.text)` requires",
                mend: "add `generate \(shown(member)) { … }`")
        }
        for function in node.functions where !itsClass.isBroken {
            guard let member = itsClass.members.first(where: { $0.name.text == function.member.name.text }) else {
                let nearest = NameDistance.nearest(
                    to: function.member.name.text, among: itsClass.members.map(\.name.text))
                diagnostics.report(
                    .notAMember, function.member.name.span,
                    "class `\(itsClass.name.text)` has no member `\(function.member.name.text)`",
                    mend: nearest.map { "write `\($0)`, if that is meant; else take the function out" }
                        ?? "take the function out, or add a `require` at \(place(itsClass.name.span))")
                continue
            }
            guard let wanted = member.resultBitCount, let found = function.member.resultBitCount else { continue }
            if wanted != found || member.resultName.text != function.member.resultName.text {
                diagnostics.report(
                    .resultMismatch, function.member.resultSpan,
                    "class `\(itsClass.name.text)` requires `\(shown(member))`, this is `\(shown(function.member))`",
                    mend: "give it the result of the class, which stands at \(place(member.name.span))")
            }
        }
    }

    /// A member as it stands in a class.
    private func shown(_ member: Syntax.Member) -> String {
        let type = Parser.types.first { $0.bitCount == member.resultBitCount }?.name ?? "TYPE"
        return "\(member.name.text)() -> \(member.resultName.text): \(type)"
    }
}
