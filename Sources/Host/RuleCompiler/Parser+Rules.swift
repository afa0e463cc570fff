// Declarations and statements are tables of rules: the word that opens one, how it is written, and what reads the rest.
// The form is the fix-it for what does not fit; the words are where the parser goes on after a mistake.

extension Parser {
    /// A rule that a word opens.
    struct Rule<Node>: Sendable {
        var word: String
        var form: String
        /// Reads what comes after the word.
        var read: @Sendable (Parser) -> () throws(Failure) -> Node

        init(_ word: String, _ form: String, _ read: @escaping @Sendable (Parser) -> () throws(Failure) -> Node) {
            (self.word, self.form, self.read) = (word, form, read)
        }

        /// A rule of a declaration that goes into a list of its owner.
        init<Owner, Declaration: Named>(
            _ word: String, _ form: String, _ list: WritableKeyPath<Owner, [Declaration]> & Sendable,
            _ read: @escaping @Sendable (Parser) -> () throws(Failure) -> Declaration
        ) where Node == Declared<Owner> {
            self.init(word, form) { parser in { () throws(Failure) in Declared(try read(parser)(), list) } }
        }
    }

    /// A declaration that has been read, and the way into its owner.
    struct Declared<Owner> {
        var name: Name?
        var put: (inout Owner) -> Void

        init<Node>(unnamed node: Node, _ list: WritableKeyPath<Owner, [Node]>) {
            put = { $0[keyPath: list].append(node) }
        }

        init<Node: Named>(_ node: Node, _ list: WritableKeyPath<Owner, [Node]>) {
            self.init(unnamed: node, list)
            name = node.name
        }
    }

    /// Whether a declaration or statement begins here that the word opens. One that is no keyword does so only before
    /// a name; elsewhere it is a name.
    func opens(_ word: String) -> Bool {
        isAt(word) && (current.kind == .keyword || current.kind == .name && ahead(1).kind == .name)
    }

    func opens<Node>(_ rule: Rule<Node>) -> Bool { opens(rule.word) }

    /// What is here by one of these rules, `nil` where none of them begins.
    func read<Node>(_ rules: some Sequence<Rule<Node>>) throws(Failure) -> Node? {
        guard let rule = rules.first(where: opens) else { return nil }
        take()
        return try written(rule.form, rule.read(self)())
    }

    /// Reads what has a form of its own.
    func written<Node>(_ form: String, _ node: @autoclosure () throws(Failure) -> Node) throws(Failure) -> Node {
        let outer = self.form
        self.form = form
        defer { self.form = outer }
        return try node()
    }

    // MARK: Blocks and mistakes in them

    /// A block of declarations or statements that is being read.
    private struct Block {
        /// Braces that are open inside it.
        var depth: Int
        /// Index of the token after its opening brace.
        var start: Int
    }

    /// Reads a block whose lines these words open. After a mistake it goes on at the next such line.
    ///
    /// - Returns: Its closing brace, `nil` where it has to end without one.
    @discardableResult func lines(openedBy words: [String], _ line: @autoclosure () throws(Failure) -> Void)
        throws(Failure) -> SourceSpan?
    {
        let block = try openBlock(before: words)
        let outer = openers
        openers += words
        defer { openers = outer }
        while !isAt("}") {
            do throws(Failure) { try line() } catch {
                isBroken = true
                recover(in: block)
                if isAtTopLevelOrEnd { return nil }
                // Both blocks have a `match`; the one of a device is for functions of PCI.
                if outer.contains(where: opens), !isAt("match") || ahead(1).text == "pci" {
                    // The closing brace is missing too.
                    braceDepth -= 1
                    return nil
                }
            }
        }
        return take().span
    }

    /// Takes the brace that opens a block. Where it is missing and the block's first word is here, that is reported
    /// and the block is read all the same.
    private func openBlock(before words: [String]) throws(Failure) -> Block {
        if !takes("{") {
            let failure = failure(expected: "`{`")
            guard words.contains(where: opens) else { throw failure }
            braceDepth += 1
        }
        return Block(depth: braceDepth, start: position)
    }

    /// Skips what follows a mistake: up to the brace that closes the block, or to a line that a word opens in it or
    /// around it; braces left open before that are taken as forgotten.
    private func recover(in block: Block) {
        while current.kind != .end {
            if current.isFirstOnLine {
                if isAtTopLevelOrEnd { return }
                if openers.contains(where: opens) {
                    braceDepth = block.depth
                    return
                }
            }
            let isStray = isAt("}") && braceDepth <= block.depth
            if isStray, mayClose(block) { return }
            take()
            if isStray { braceDepth = block.depth }
        }
    }

    /// Whether a closing brace that is here may be the block's: it begins a line, or the block is a single line.
    private func mayClose(_ block: Block) -> Bool {
        current.isFirstOnLine || !tokens[min(block.start, position)...position].contains(where: \.isFirstOnLine)
    }

    /// Whether a block has to end here although its brace is missing.
    var isAtTopLevelOrEnd: Bool { current.kind == .end || isAt("class") || isAt("device") }
}
