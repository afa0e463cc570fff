// Writes checked rules as a metabinary: the code of each rule here and in the files beside, then the tables, along their layout.
// It decides nothing about meaning, and reports what does not fit the limits of the format.

import Metabinary

/// Writer of the code of an atlas.
struct Emitter {
    private let diagnostics: DiagnosticCollector
    /// Code of the rules so far, which their descriptions tell the places of.
    private var code: [UInt8] = []
    /// Source and line of the operation that was appended last.
    var source = 0
    var line = 0
    /// Line of the innermost statement or value of the rule's own file that is being emitted.
    var usingLine = 0

    /// The image of the rules; it means something only if no diagnostic was reported.
    static func emit(_ atlas: CheckedAtlas, _ diagnostics: DiagnosticCollector) -> [UInt8] {
        var emitter = Emitter(diagnostics: diagnostics)
        for device in atlas.devices {
            for fact in device.facts { emitter.emit(fact.rule, of: fact.name) { $0.emit(fact.code, &$1) } }
            for function in device.probes + device.functions {
                emitter.emit(function.rule, of: function.name) { emitter, code in
                    for statement in function.statements { emitter.emit(statement, &code) }
                }
            }
        }
        let (image, nameCount) = ImageWriter.write(
            atlas.classes, atlas.devices.map(\.description), code: emitter.code)
        if let last = atlas.devices.last,
            nameCount > MetabinaryLimit.nameCount || image.count > MetabinaryLimit.imageByteCount
        {
            diagnostics.report(
                .imageTooLarge, last.name.span, nameCount, image.count, MetabinaryLimit.nameCount,
                MetabinaryLimit.imageByteCount)
        }
        return image
    }

    /// Appends the code of a rule, and notes where it is.
    private mutating func emit(
        _ rule: FunctionDescription, of name: Syntax.Name, _ write: (inout Emitter, inout [UInt8]) -> Void
    ) {
        source = name.span.source
        line = diagnostics.line(of: name.span)
        usingLine = line
        var code: [UInt8] = []
        write(&self, &code)
        if code.count > MetabinaryLimit.codeByteCount {
            diagnostics.report(.codeTooLarge, name.span, name, code.count, MetabinaryLimit.codeByteCount)
        }
        (rule.codeOffset, rule.codeByteCount) = (self.code.count, code.count)
        self.code += code
    }

    /// Line of a place of the rule's file that is being emitted.
    func line(of span: SourceSpan) -> Int { diagnostics.line(of: span) }
}
