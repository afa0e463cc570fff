// The stages that rules go through before there is a machine, as text: tokens, syntax trees, checked devices, bytecode.
// `metaos dump` prints it.

import Interpretation
import Metabinary
import RuleCompiler

/// Prints the stages of the rule compiler.
package struct RuleDump {
    private let stages: RuleStages

    package init(_ stages: RuleStages) { self.stages = stages }

    /// The tokens of a class, a device, or a function of one; of all sources without a name. A token a line.
    package func tokens(of name: String? = nil, function: String? = nil) -> [DumpBlock] {
        stages.tokens(of: name, function: function).map { part in
            DumpBlock(
                .tokens, of: part.title,
                part.content.map { "\($0.place.padded(to: 8)) \($0.kind.padded(to: 8)) \($0.text)".trimmed })
        }
    }

    /// The syntax tree of a class, a device, or a function of one; of all without a name.
    package func syntax(of name: String? = nil, function: String? = nil) -> [DumpBlock] {
        stages.trees(of: name, function: function).map { block(.syntax, $0) }
    }

    /// A device as it was checked, or a function of it; all devices without a name.
    package func checked(of name: String? = nil, function: String? = nil) -> [DumpBlock] {
        stages.checkedDevices(of: name, function: function).map { block(.checked, $0) }
    }

    /// The code of the facts, the probes and the functions of a device, or of one of them; of all devices without a name.
    package static func bytecode(
        of name: String? = nil, function: String? = nil, in metabinary: [UInt8]
    ) throws(MetabinaryError) -> [DumpBlock] {
        let image = try MetabinaryImage(metabinary)
        return image.devices.filter { name == nil || text($0.name) == name }.flatMap { device in
            let rules =
                device.facts.filter { $0.probe == nil }.map(\.rule) + device.probes.map(\.rule) + device.functions
            return rules.filter { function == nil || text($0.name) == function }.map { rule in
                let title = "\(text(device.name)).\(text(rule.name)), \(text(rule.ruleFile)):\(rule.line)"
                let code = BytecodePrinter(image).text(of: rule, of: device).split(separator: "\n").dropFirst()
                return DumpBlock(.bytecode, of: title, code.map(String.init))
            }
        }
    }

    private func block(_ stage: Stage, _ part: RuleStages.Part<Any>) -> DumpBlock {
        let lines = TreePrinter.lines(of: part.content, place: stages.place(of:), word: stages.word(of:))
        return DumpBlock(stage, of: part.title, lines)
    }
}

extension String {
    /// The text without blanks at its end.
    fileprivate var trimmed: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
