// Checks what facts ask of discovery: what configuration space says of a function, the size of a window, a number in a
// capability. Only facts ask, so that every answer has a name.

import Hardware
import Metabinary

extension ExpressionChecker {
    /// What can be asked: where, what, and how many it may be.
    private static let questions: [(base: String, field: String, Question.Identity, most: UInt64)] = [
        ("pci", "vendor", .vendor, 0xFFFF), ("pci", "device", .device, 0xFFFF), ("pci", "revision", .revision, 0xFF),
        ("pci", "subsystem_vendor", .subsystemVendor, 0xFFFF), ("pci", "subsystem", .subsystem, 0xFFFF),
        ("pci", "class", .classCode, 0xFF_FFFF), ("msi", "vectors", .messages, 128),
        ("msix", "vectors", .vectors, 2048), ("iommu", "present", .translation, 1),
        ("room", "bytes", .memoryShare, 1 << 32),
    ]

    /// What comes before the point of a question.
    static let questionBases = Set(questions.map(\.base)).sorted()

    /// `pci.revision`, `msix.vectors`, `WINDOW.bytes`; `nil` where it is none of these.
    func question(_ field: Name, of base: Name) -> FoundValue? {
        let span = base.span.joined(with: field.span)
        if let window = names.device.windows.firstIndex(where: { $0.name.text == base.text }) {
            guard field.text == "bytes", isOfFact else { return nil }
            return ask(
                .byteCount(window: window), StaticNumbers(registers.windows[window].minimumByteCount, .max), span)
        }
        let fields = Self.questions.filter { $0.base == base.text }
        guard !fields.isEmpty, !visibleNames.contains(where: { $0.text == base.text }) else { return nil }
        guard let question = fields.first(where: { $0.field == field.text }) else {
            reportUnknown(
                "fact", field, among: fields.map(\.field),
                "\(base) has " + fields.map { "`\($0.field)`" }.joined(separator: ", "))
            return FoundValue()
        }
        return ask(.identity(question.2), StaticNumbers(0, question.most), span)
    }

    /// `capability 0x09 where byte 3 == 2, u32 at 16`
    func check(_ node: Syntax.CapabilityNumber, _ span: SourceSpan) -> TypedValue? {
        for part in [node.mark?.part, node.part] {
            guard let part, let offset = part.offset.value else { continue }
            if offset < 2 || offset + UInt64(part.byteCount) > MetabinaryLimit.capabilityByteCount {
                return report(.capabilityPartUnread, part.offset.span, offset, MetabinaryLimit.capabilityByteCount - 1)
            }
        }
        guard let identifier = node.identifier.value, let offset = node.part.offset.value else { return nil }
        let question = Question.capability(
            identifier: UInt8(truncatingIfNeeded: identifier),
            markOffset: UInt8(truncatingIfNeeded: node.mark?.part.offset.value ?? 0),
            mark: UInt8(truncatingIfNeeded: node.mark?.value.value ?? 0),
            .init(offset: UInt8(truncatingIfNeeded: offset), byteCount: node.part.byteCount))
        return ask(question, StaticNumbers(0, .max >> UInt64(64 - 8 * UInt64(node.part.byteCount))), span).value
    }

    private func ask(_ question: Question, _ numbers: StaticNumbers, _ span: SourceSpan) -> FoundValue {
        guard isOfFact else {
            report(.misplacedQuestion, span)
            return FoundValue()
        }
        return FoundValue(value: TypedValue(numbers: numbers, .init(operation: .ask(question), span: span)))
    }
}
