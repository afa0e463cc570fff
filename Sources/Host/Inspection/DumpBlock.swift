// A piece of a dump: what one stage says of one thing, under a line that names both. The line is a remark to whatever reads
// the text back.

/// Lines of a dump under their title.
public struct DumpBlock: Hashable, Sendable {
    /// The stage and what it is shown of: `program e1000.link for 00:03.0`.
    public var title: String
    public var lines: [String]
    /// What begins a remark in the text of the stage.
    let remark: String

    init(_ stage: Stage, of what: String, _ lines: [String], remark: String = "//") {
        title = what.isEmpty ? stage.rawValue : "\(stage) \(what)"
        self.lines = lines
        self.remark = remark
    }

    /// The whole text, the last line ended.
    public var text: String { ([remark + " " + title] + lines).map { $0 + "\n" }.joined() }
}
