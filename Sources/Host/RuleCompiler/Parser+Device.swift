// The grammar of a device's description. A part that cannot be read marks the device as broken, so that the checker
// does not complain of names that only the parser has lost.
//
//     device   = "device" NAME "is" NAME "{" { match | [ "override" ] declaration } "}"
//     match    = "match" "pci" ( "vendor" NUMBER "device" NUMBER { "," NUMBER } | "class" NUMBER NUMBER NUMBER )
//     window   = "window" NAME "="
//                ( ( place { "else" place } | configuration ) [ "pace" NUMBER "us" ] | "indirect" NAME "," NAME )
//     place    = "bar" NUMBER ( "memory" | "ports" ) | locator
//     locator  = "capability" NUMBER "where" "byte" NUMBER "==" NUMBER "," "bar" "byte" NUMBER ","
//                "offset" part "," "length" part
//     part     = ( "u8" | "u16" | "u32" ) "at" NUMBER
//     register = "register" NAME "." NAME [ "[" NUMBER "]" ] "at" NUMBER [ "u8" | "u16" | "u32" | "u64" ]
//                ( "ro" | "rw" | "wo" | "w1c" ) [ "fifo" ] [ "voids" ] [ kind ]
//                [ "as" "address" "of" NAME { "," NAME } [ "or" "0" ] | allowed ] [ "{" part { "," part } "}" ]
//     part     = field [ "as" "length" "of" NAME ]
//     field    = bits [ allowed ]
//     bits     = NAME ":" NUMBER [ "…" NUMBER ] [ kind ]
//     kind     = "as" ( "index" | "offset" | "length" )

import Metabinary

extension Parser {
    /// Declarations that may stand in a device.
    static let declarations: [Token.Keyword] = [
        .match, .window, .register, .layout, .ring, .pool, .memory, .mailbox, .state, .cursor, .define, .generate,
        .override,
    ]

    mutating func parseDevice() throws(Failure) -> Syntax.Device {
        let form = "write `device NAME is CLASS { … }`"
        take()
        let deviceName = try name("the name of the device", mend: form)
        try expectWord("is", mend: form)
        let className = try name("the name of a class", mend: form)
        let block = try openBlock(before: Self.declarations, mend: form)
        var node = Syntax.Device(name: deviceName, parent: className)
        while !isAt(.closeBrace) {
            do throws(Failure) {
                try parseDeclaration(&node)
            } catch {
                node.isBroken = true
                recover(to: Self.declarations, in: block)
                if isAtTopLevelOrEnd { return node }
            }
        }
        take()
        return node
    }

    private mutating func parseDeclaration(_ node: inout Syntax.Device) throws(Failure) {
        if isAt(.match) { return node.matches.append(try parseMatch()) }
        let isOverride = isAt(.override)
        if isOverride { take() }
        let name: Syntax.Name
        switch current.kind {
        case .keyword(.window): name = try parseWindow(&node)
        case .keyword(.register): name = Self.append(try parseRegister(), \.name, to: &node.registers)
        case .keyword(.layout): name = Self.append(try parseLayout(), \.name, to: &node.layouts)
        case .keyword(.ring): name = Self.append(try parseRing(), \.name, to: &node.rings)
        case .keyword(.pool) where isFreePool:
            name = Self.append(try parseFreePool(), \.name, to: &node.freePools)
        case .keyword(.pool): name = Self.append(try parsePool(), \.name, to: &node.pools)
        case .keyword(.mailbox): name = Self.append(try parseMailbox(), \.name, to: &node.mailboxes)
        case .keyword(.memory): name = Self.append(try parseSharedMemory(), \.name, to: &node.memories)
        case .keyword(.state): name = Self.append(try parseState(), \.name, to: &node.states)
        case .keyword(.cursor): name = Self.append(try parseCursor(), \.name, to: &node.states)
        case .keyword(.define): name = try parseDefinition(&node)
        case .name where isAtStageWord && isAtWord("fact"): name = Self.append(try parseFact(), \.name, to: &node.facts)
        case .name where isAtStageWord && isAtWord("table"):
            name = Self.append(try parseTable(), \.name, to: &node.tables)
        case .name where isAtStageWord:
            name = Self.append(try parseProbe(&node.isBroken), \.name, to: &node.probes)
        case .keyword(.generate):
            let function = try parseFunction(&node.isBroken, declarations: Self.declarations)
            name = Self.append(function, \.member.name, to: &node.functions)
        default:
            throw fail(
                expected: isOverride ? "a declaration" : "a declaration or `}`",
                mend:
                    "in a device stand `match`, `window`, `register`, `layout`, `ring`, `pool`, `memory`, `mailbox`, "
                    + "`state`, `cursor`, `define`, `fact`, `table`, `probe` and `generate`, each on a line of its own, all but `match` with `override` before it if need be"
            )
        }
        if isOverride { node.overrides.append(name) }
    }

    /// Appends a declaration and gives its name.
    private static func append<Node>(
        _ declaration: Node, _ name: (Node) -> Syntax.Name, to list: inout [Node]
    ) -> Syntax.Name {
        list.append(declaration)
        return name(declaration)
    }

    private mutating func parseMatch() throws(Failure) -> Syntax.Match {
        let form = "write `match pci vendor NUMBER device NUMBER, NUMBER`"
        let start = take().span
        try expectWord("pci", mend: form)
        if isAt(.class) { return try parseClassMatch(start) }
        try expectWord("vendor", mend: form)
        let vendor = try number("a vendor ID", atMost: UInt64(UInt16.max), mend: form)
        try expectWord("device", mend: form)
        var node = Syntax.Match(span: start.joined(with: vendor.span), vendor: vendor, devices: [])
        // None at all is for the checker to report, as is a device without any match.
        guard case .number = current.kind else { return node }
        repeat {
            let device = try number("a device ID", atMost: UInt64(UInt16.max), mend: form)
            node.devices.append(device)
            node.span = node.span.joined(with: device.span)
        } while takes(.comma)
        return node
    }

    private mutating func parseClassMatch(_ start: SourceSpan) throws(Failure) -> Syntax.Match {
        let form = "write `match pci class NUMBER NUMBER NUMBER`: base class, subclass and interface"
        take()
        var node = Syntax.Match(span: start, vendor: Syntax.Number(value: nil, span: start), devices: [])
        for _ in 0..<3 { node.classCode.append(try number("a class", atMost: UInt64(UInt8.max), mend: form)) }
        node.span = start.joined(with: previousSpan)
        return node
    }

    private mutating func parseWindow(_ node: inout Syntax.Device) throws(Failure) -> Syntax.Name {
        let form = "write `window NAME = bar NUMBER memory` (or `ports`), or `window NAME = configuration`"
        take()
        let windowName = try name("the name of the window", mend: form)
        try expect(.equals, mend: form)
        if isAtWord("indirect") {
            return Self.append(try parseIndirectWindow(windowName), \.name, to: &node.indirectWindows)
        }
        var window = Syntax.Window(name: windowName)
        if isAtWord("configuration") {
            window.configuration = try parseConfiguration()
        } else {
            window = try parsePlace(of: windowName, form)
            while isAtWord("else") {
                take()
                window.alternatives.append(try parsePlace(of: windowName, form))
            }
        }
        if isAtWord("pace") {
            take()
            window.pace = try parseTime(
                "write `pace NUMBER us` behind the window", atMost: MetabinaryLimit.pauseMicroseconds)
        }
        return Self.append(window, \.name, to: &node.windows)
    }

    private mutating func parsePlace(of windowName: Syntax.Name, _ form: String) throws(Failure) -> Syntax.Window {
        if isAtWord("capability") { return Syntax.Window(name: windowName, locator: try parseLocator()) }
        try expectWord("bar", mend: form)
        let bar = try number(
            "a base address register", atMost: UInt64(MetabinaryLimit.baseAddressRegister), mend: form)
        let isMemory = !isAtWord("ports")
        try expectWord(isMemory ? "memory" : "ports", mend: form)
        return Syntax.Window(name: windowName, bar: bar, isMemory: isMemory)
    }

    private mutating func parseRegister() throws(Failure) -> Syntax.Register {
        let form = "write `register WINDOW.NAME at OFFSET ro` (or `rw`, `wo`, `w1c`), then fields in braces"
        take()
        let window = try name("the name of a window", mend: form)
        try expect(.point, mend: form)
        let registerName = try name("the name of the register", mend: form)
        var count: Syntax.Number?
        if takes(.openBracket) {
            count = try number("the elements of an array", atMost: MetabinaryLimit.elementCount, mend: form)
            try expect(.closeBracket, mend: "write `register WINDOW.NAME[COUNT] at OFFSET ro`")
        }
        try expectWord("at", mend: form)
        let offset = try number("an offset in a window", atMost: MetabinaryLimit.windowByteCount - 1, mend: form)
        var node = Syntax.Register(
            window: window, name: registerName, offset: offset, count: count, bitCount: 32, isReadable: true,
            isWritable: true)
        node.bitCount = takeMemoryType() ?? 32
        guard ["ro", "rw", "wo", "w1c"].contains(where: isAtWord) else {
            throw fail(expected: "`ro`, `rw`, `wo` or `w1c`", mend: form)
        }
        let access = take().text
        node.isReadable = access != "wo"
        node.isWritable = access != "ro"
        node.clearsWritten = access == "w1c"
        if isAtWord("fifo") {
            take()
            node.isQueue = true
        }
        if isAtWord("voids") {
            take()
            node.voids = true
        }
        node.kind = try takeKind()
        node.telling = try parseTelling(.address)
        if node.telling != nil, isAtWord("or") {
            take()
            _ = try number("an address that leads nowhere", atMost: 0, mend: "write `or 0`")
            node.telling?.mayBeZero = true
        }
        if node.telling == nil { node.allowed = try parseAllowed() }
        guard takes(.openBrace) else { return node }
        repeat {
            let field = try parseField(allowing: true)
            node.fields.append(field)
            guard var telling = try parseTelling(.length) else { continue }
            if node.telling != nil {
                throw fail(expected: "`,` or `}`", mend: "a register tells of one thing: take one `as` out")
            }
            telling.field = field
            node.telling = telling
        } while takes(.comma)
        try expect(.closeBrace, mend: "separate fields by `,` and end them with `}`")
        return node
    }

    /// Takes a type that memory can hold, if one stands here.
    mutating func takeMemoryType() -> UInt8? {
        let type = Self.types.first { isAtWord($0.name) && $0.bitCount % 8 == 0 && $0.bitCount != 48 }
        if type != nil { take() }
        return type?.bitCount
    }

    /// - Parameter mayAllow: whether it may say what may be written there.
    mutating func parseField(allowing mayAllow: Bool = false) throws(Failure) -> Syntax.Field {
        let form = "write a field as `NAME: BIT` or `NAME: LOW…HIGH`"
        let fieldName = try name("the name of a field", mend: form)
        try expect(.colon, mend: form)
        let low = try number("a bit", atMost: .max, mend: form)
        let high = takes(.range) ? try number("a bit", atMost: .max, mend: form) : low
        var node = Syntax.Field(name: fieldName, low: low, high: high, kind: try takeKind())
        if mayAllow { node.allowed = try parseAllowed() }
        return node
    }

    /// Takes what a number is a number of, if it stands here.
    mutating func takeKind() throws(Failure) -> Syntax.Kind? {
        guard isAtWord("as"), !isAtTelling else { return nil }
        take()
        let kinds = Syntax.Kind.allCases.filter { $0 != .address }
        guard let kind = kinds.first(where: { isAtWord($0.rawValue) }) else {
            throw fail(expected: "`index`, `offset` or `length`", mend: "write `as index`, `as offset` or `as length`")
        }
        take()
        return kind
    }
}
