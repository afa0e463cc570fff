// Windows, the registers in them, and the fields of those.

import Metabinary

extension Parser {
    // MARK: Windows

    func window() throws(Failure) -> Declared<Device> {
        let windowName = try name("the name of the window", before: "=")
        if takes("indirect") { return Declared(try indirectWindow(windowName), \.indirectWindows) }
        var node = Syntax.Window(name: windowName)
        if takes("configuration") {
            node.configuration = try configuration()
        } else {
            node = try place(of: windowName)
            while takes("else") { node.alternatives.append(try place(of: windowName)) }
        }
        if takes("pace") {
            form = "write `pace NUMBER us` after the window"
            node.pace = try time(atMost: MetabinaryLimit.pauseMicroseconds)
        }
        return Declared(node, \.windows)
    }

    private func indirectWindow(_ windowName: Name) throws(Failure) -> Syntax.IndirectWindow {
        form = "write `window NAME = indirect SELECT, DATA`, of two registers"
        return try Syntax.IndirectWindow(
            name: windowName, select: name("the register that takes the number"),
            data: name("the register that holds what is selected", after: ","))
    }

    private func place(of windowName: Name) throws(Failure) -> Syntax.Window {
        if takes("capability") { return Syntax.Window(name: windowName, locator: try locator()) }
        let bar = UInt64(MetabinaryLimit.baseAddressRegister)
        return try Syntax.Window(
            name: windowName, bar: number("a base address register", atMost: bar, after: "bar"),
            isMemory: word("memory", "ports") == "memory")
    }

    private func locator() throws(Failure) -> Syntax.Locator {
        try written(
            "write `window NAME = capability ID where byte NUMBER == NUMBER, bar byte NUMBER, offset u32 at NUMBER, "
                + "length u32 at NUMBER`",
            Syntax.Locator(
                identifier: capabilityIdentifier(), mark: byte(after: "where"), markValue: markValue(),
                register: byte(after: ",", "bar"), start: part(after: ",", "offset"),
                length: part(after: ",", "length")))
    }

    private func configuration() throws(Failure) -> Syntax.Configuration {
        form =
            "write `window NAME = configuration capability ID`, then `where byte NUMBER == NUMBER` if several have it"
        var node = Syntax.Configuration(span: previousSpan)
        guard takes("capability") else { return node }
        (node.identifier, node.mark) = try (capabilityIdentifier(), mark())
        node.span = node.span.joined(with: previousSpan)
        return node
    }

    func capabilityIdentifier() throws(Failure) -> Number { try number("a capability ID", atMost: 0xFF) }

    /// `[ "where" byte "==" NUMBER ]`
    func mark() throws(Failure) -> (part: Syntax.LocatorPart, value: Number)? {
        isAt("where") ? try (byte(after: "where"), markValue()) : nil
    }

    private func markValue() throws(Failure) -> Number { try number("a byte", atMost: 0xFF, after: "==") }

    private func byte(after words: String...) throws(Failure) -> Syntax.LocatorPart {
        for word in words { try expect(word) }
        return Syntax.LocatorPart(offset: try capabilityOffset(after: "byte"), byteCount: 1)
    }

    func part(after words: String...) throws(Failure) -> Syntax.LocatorPart {
        for word in words { try expect(word) }
        let bitCount = Self.bitCount(of: try word("u8", "u16", "u32"))
        return Syntax.LocatorPart(offset: try capabilityOffset(after: "at"), byteCount: bitCount / 8)
    }

    private func capabilityOffset(after word: String) throws(Failure) -> Number {
        try number("an offset in a capability", atMost: MetabinaryLimit.capabilityByteCount - 1, after: word)
    }

    // MARK: Registers

    func register() throws(Failure) -> Register {
        let (window, registerName) = try (name("the name of a window"), name("the name of the register", after: "."))
        let count = try bracketed("write `register WINDOW.NAME[COUNT] at OFFSET ro`", elementCount())
        let offset = try number("an offset in a window", atMost: MetabinaryLimit.windowByteCount - 1, after: "at")
        let bitCount = isAtType ? try type() : 32
        let access = try word("ro", "rw", "wo", "w1c")
        var node = Register(
            window: window, name: registerName, offset: offset, count: count, bitCount: bitCount,
            isReadable: access != "wo", isWritable: access != "ro", clearsWritten: access == "w1c",
            isQueue: takes("fifo"), voids: takes("voids"), kind: try kind())
        if isAt("as") {
            node.role = try role(.address)
            if takes("or") {
                form = "write `or 0`"
                _ = try number("an address that leads nowhere", atMost: 0)
                node.role?.mayBeZero = true
            }
        } else {
            node.allowed = try allowed()
        }
        if isAt("{") { try braced(field(of: &node), fixIt: "separate fields by `,` and end them with `}`") }
        return node
    }

    /// A field of a register, which may hold a length.
    private func field(of node: inout Register) throws(Failure) {
        let field = try field()
        node.fields.append(field)
        guard isAt("as") else { return }
        var role = try role(.length)
        guard node.role == nil else {
            throw failure(expected: "`,` or `}`", fixIt: "a register tells of one thing: take one `as` out")
        }
        role.field = field
        node.role = role
    }

    /// What a register, or a field of one, tells of buffers or records.
    private func role(_ meaning: Syntax.Meaning) throws(Failure) -> Syntax.Role {
        form = "write `as \(meaning.rawValue) of POOL` (or of a memory)"
        try expect("as", meaning.rawValue, "of")
        let what = "the name of a ring, a pool or a memory"
        return Syntax.Role(meaning: meaning, targets: meaning == .address ? try list(name(what)) : [try name(what)])
    }

    func elementCount() throws(Failure) -> Number {
        try number("the elements of an array", atMost: MetabinaryLimit.elementCount)
    }

    // MARK: Fields

    /// A field, and what may be written there.
    func field() throws(Failure) -> Field {
        var node = try bits()
        node.allowed = try allowed()
        return node
    }

    func bits() throws(Failure) -> Field {
        form = "write a field as `NAME: BIT` or `NAME: LOW…HIGH`"
        let fieldName = try name("the name of a field", before: ":")
        let range = try range("a bit", "a bit")
        return Field(name: fieldName, low: range.low, high: range.high, kind: try kind())
    }

    /// What a number is a number of, if it says so here; `as`, a word and `of` are what is told of buffers.
    func kind() throws(Failure) -> Syntax.Kind? {
        guard isAt("as"), ahead(2).text != "of", ahead(1).text != "negative" else { return nil }
        take()
        return try written(
            "write `as index`, `as offset` or `as length`", choice(of: Syntax.Kind.allCases.filter { $0 != .address }))
    }

    // MARK: Types

    /// Whether a type is here that memory can hold.
    var isAtType: Bool { ["u8", "u16", "u32", "u64"].contains(current.text) }

    /// A type that memory can hold, in bits.
    func type() throws(Failure) -> UInt8 { Self.bitCount(of: try word("u8", "u16", "u32", "u64")) }

    private static func bitCount(of type: String) -> UInt8 { types.first { $0.name == type }?.bitCount ?? 0 }
}
