// The fenced blocks of the manual, and how a fragment is put into the frame that the manual states.

import Foundation
import RuleCompiler

/// The language's manual.
struct Manual {
    /// A fenced block.
    struct Block {
        /// The first word after the fence.
        var kind: String
        /// The words after it.
        var words: [String]
        var text: String
        /// Of the fence, counted from 1.
        var line: Int
        /// The heading that it stands under.
        var heading: String
    }

    static let path = "Sources/Atlas/MANUAL.md"

    let text: String
    let blocks: [Block]
    /// Headings in their order, with their signs.
    let headings: [String]

    static func read() throws -> Manual {
        Manual(try String(contentsOf: Fixture.package.appending(path: path), encoding: .utf8))
    }

    init(_ text: String) {
        var blocks: [Block] = []
        var headings: [String] = []
        var open: Block?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if var block = open {
                if line == "```" {
                    blocks.append(block)
                    open = nil
                } else {
                    block.text += line + "\n"
                    open = block
                }
            } else if line.hasPrefix("```") {
                let words = line.dropFirst(3).split(separator: " ").map(String.init)
                open = Block(
                    kind: words.first ?? "", words: Array(words.dropFirst()), text: "", line: index + 1,
                    heading: headings.last ?? "")
            } else if line.hasPrefix("#") {
                headings.append(String(line))
            }
        }
        (self.text, self.blocks, self.headings) = (text, blocks, headings)
    }

    /// Blocks of rules, without the frame; one that is told in parts is one.
    var examples: [Block] {
        var begun = ""
        return blocks.compactMap { block in
            guard block.kind == "meta", block.words.first != "frame" else { return nil }
            guard ["begin", "part", "end"].contains(block.words.first) else { return block }
            begun = (block.words.first == "begin" ? "" : begun) + block.text
            guard block.words.first == "end" else { return nil }
            var whole = block
            whole.text = begun
            return whole
        }
    }

    /// What a block compiles as: itself, or the frame with it; `more` comes after the file before it.
    func source(of block: Block) -> String {
        switch block.words.first {
        case "device": return framed(block.text, at: "DECLARATIONS")
        case "function": return framed(block.text, at: "STATEMENTS")
        case "more":
            let whole = examples.last { $0.line < block.line && $0.words.isEmpty }
            return (whole?.text ?? "") + block.text
        default: return block.text
        }
    }

    private func framed(_ fragment: String, at place: String) -> String {
        var frame = blocks.first { $0.words.first == "frame" }?.text ?? ""
        if fragment.contains("generate start()"), let start = frame.range(of: "    generate start()"),
            let end = frame.range(of: "\n    }\n", range: start.lowerBound..<frame.endIndex)
        {
            frame.removeSubrange(start.lowerBound..<end.upperBound)
        }
        for name in ["DECLARATIONS", "STATEMENTS"] {
            frame = frame.replacing(name, with: name == place ? fragment : "")
        }
        return frame
    }

    /// The files of a text, and those of the atlas that they import: `//// NAME` begins a further one.
    static func sources(of text: String) throws -> [RuleSource] {
        var sources = Fixture(name: "example.meta", text: text).sources
        let atlas = try Fixture.atlas()
        var next = 0
        while next < sources.count {
            for name in RuleCompiler.imports(of: sources[next]) where !sources.contains(where: { $0.name == name }) {
                sources += atlas.filter { $0.name == name }
            }
            next += 1
        }
        return sources
    }

    /// Identifiers behind the fence: what a bad example must provoke.
    static func expected(_ block: Block) -> Set<String> {
        Set(block.words.filter { $0.wholeMatch(of: /M\d{3}/) != nil })
    }
}
