// A file of the rule language as the compiler takes it: the compiler itself reads no files.

/// Text of one rule file.
public struct RuleSource: Sendable {
    /// What diagnostics call the file; its last path component goes into the metabinary.
    public var name: String
    public var text: String

    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}
