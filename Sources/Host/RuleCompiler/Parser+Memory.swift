// The grammar of what a device shares with its driver, and of what the driver keeps.
//
//     layout = "layout" NAME NUMBER "bytes" "{" { part } "}"
//     part   = NAME [ "[" NUMBER "]" ] "at" NUMBER ( "of" NAME | scalar )
//     scalar = TYPE [ "big" ] "by" ( "driver" | "device" | "both" ) [ "as" ( "address" | "length" ) [ "of" NAME ] | allowed ]
//              [ "{" field { "," field } "}" ]
//     ring   = "ring" NAME "of" NAME ( "sends" | "receives" ) "{" property { "," property } "}"
//     property = "count" quantity | "base" NAME ":" NAME | "bytes" NAME | "head" NAME | "tail" NAME
//              | "done" NAME "." NAME
//     pool   = "pool" NAME "of" NAME "{" "bytes" quantity [ "," "spare" quantity ] [ "," "headroom" NUMBER ] "}"
//     state  = "state" NAME [ "[" quantity "]" ] ":" ( TYPE [ "in" NUMBER "…" NUMBER ] [ kind ] "=" NUMBER | "own" NAME )
//     cursor = "cursor" NAME [ ":" TYPE ] "over" NAME [ "." NAME ]
//     define = "define" NAME "(" [ NAME { "," NAME } ] ")" "=" expression | "define" NAME "(" ")" block

import Metabinary

extension Parser {
    mutating func parseLayout() throws(Failure) -> Syntax.Layout {
        let form = "write `layout NAME NUMBER bytes { … }`"
        take()
        let layoutName = try name("the name of the layout", mend: form)
        let byteCount = try number("the size of a layout", atMost: 0x1_0000, mend: form)
        try expectWord("bytes", mend: form)
        try expect(.openBrace, mend: form)
        var node = Syntax.Layout(name: layoutName, byteCount: byteCount)
        while !isAt(.closeBrace) { node.fields.append(try parseLayoutField()) }
        take()
        return node
    }

    private mutating func parseLayoutField() throws(Failure) -> Syntax.LayoutField {
        let form =
            "write a field as `NAME at OFFSET TYPE by driver` (or `device`, `both`), then `as address`, `as length` or "
            + "`as address of MEMORY`, then bits in braces"
        let fieldName = try name("the name of a field", mend: form)
        let count = try parseCount("the elements of an array", "write `NAME[COUNT] at OFFSET …`")
        try expectWord("at", mend: form)
        let offset = try number("an offset in a layout", atMost: 0xFFFF, mend: form)
        if isAtWord("of") {
            take()
            return Syntax.LayoutField(
                name: fieldName, offset: offset, count: count, bitCount: 8,
                layout: try name("the name of a layout", mend: form), writer: .both)
        }
        guard let bitCount = takeMemoryType() else { throw fail(expected: "`u8`, `u16`, `u32` or `u64`", mend: form) }
        let isBig = isAtWord("big")
        if isBig { take() }
        try expectWord("by", mend: form)
        guard current.kind == .name || current.kind == .keyword(.device),
            let writer = Syntax.Writer(rawValue: current.text)
        else { throw fail(expected: "`driver`, `device` or `both`", mend: form) }
        take()
        var node = Syntax.LayoutField(
            name: fieldName, offset: offset, count: count, bitCount: bitCount, isBig: isBig, writer: writer)
        if isAtWord("as") {
            take()
            guard current.kind == .name, let meaning = Syntax.Meaning(rawValue: current.text) else {
                throw fail(expected: "`address` or `length`", mend: form)
            }
            take()
            node.meaning = meaning
            if isAtWord("of") {
                take()
                node.target = try name("the name of a ring, a pool or a memory", mend: form)
            }
        }
        if node.meaning == nil { node.allowed = try parseAllowed() }
        guard takes(.openBrace) else { return node }
        repeat { node.bits.append(try parseField(allowing: true)) } while takes(.comma)
        try expect(.closeBrace, mend: "separate bits by `,` and end them with `}`")
        return node
    }

    mutating func parseRing() throws(Failure) -> Syntax.Ring {
        let form = "write `ring NAME of LAYOUT sends { … }` (or `receives`)"
        take()
        let ringName = try name("the name of the ring", mend: form)
        try expectWord("of", mend: form)
        let layout = try name("the name of a layout", mend: form)
        guard isAtWord("sends") || isAtWord("receives") else {
            throw fail(expected: "`sends` or `receives`", mend: form)
        }
        var node = Syntax.Ring(name: ringName, layout: layout, sends: take().text == "sends")
        try expect(.openBrace, mend: form)
        repeat { try parseProperty(of: &node) } while takes(.comma)
        try expect(.closeBrace, mend: "separate the properties of a ring by `,` and end them with `}`")
        return node
    }

    private mutating func parseProperty(of node: inout Syntax.Ring) throws(Failure) {
        let form =
            "a ring has `count NUMBER, base LOW:HIGH, bytes REGISTER, head REGISTER, tail REGISTER, "
            + "done FIELD.BIT`"
        let property = try name("a property of a ring", mend: form)
        switch property.text {
        case "count": node.count = try quantity("the slots of a ring", atMost: MetabinaryLimit.elementCount, mend: form)
        case "base":
            let low = try name("a register", mend: form)
            try expect(.colon, mend: form)
            node.base = (low, try name("a register", mend: form))
        case "bytes": node.bytes = try name("a register", mend: form)
        case "head": node.head = try name("a register", mend: form)
        case "tail": node.tail = try name("a register", mend: form)
        case "done":
            let field = try name("a field of the layout", mend: form)
            try expect(.point, mend: form)
            node.done = (field, try name("a bit of the field", mend: form))
        default:
            diagnostics.report(
                .unknownName, property.span, "a ring has no property `\(property.text)`", mend: form)
            throw Failure()
        }
    }

    mutating func parsePool() throws(Failure) -> Syntax.Pool {
        let form = "write `pool NAME of RING { bytes NUMBER, spare NUMBER, headroom NUMBER }`"
        take()
        let poolName = try name("the name of the pool", mend: form)
        try expectWord("of", mend: form)
        let ring = try name("the name of a ring", mend: form)
        try expect(.openBrace, mend: form)
        try expectWord("bytes", mend: form)
        var node = Syntax.Pool(
            name: poolName, ring: ring, byteCount: try quantity("the size of a buffer", atMost: 0x4000, mend: form))
        while takes(.comma) {
            if node.spare == nil, node.headroom == nil, isAtWord("spare") {
                take()
                node.spare = try quantity("spare buffers", atMost: MetabinaryLimit.elementCount, mend: form)
                continue
            }
            try expectWord("headroom", mend: form)
            node.headroom = try number("bytes before the data", atMost: 0x3FFF, mend: form)
            break
        }
        try expect(.closeBrace, mend: form)
        return node
    }

    mutating func parseState() throws(Failure) -> Syntax.State {
        let form = "write `state NAME: TYPE in LOW…HIGH = FIRST`"
        take()
        let stateName = try name("the name of the state", mend: form)
        var count: Syntax.Number?
        if takes(.openBracket) {
            count = try quantity("the elements of a table", atMost: MetabinaryLimit.elementCount, mend: form)
            try expect(.closeBracket, mend: "write `state NAME[COUNT]: TYPE in LOW…HIGH = FIRST`")
        }
        try expect(.colon, mend: form)
        if isAtWord("own") {
            let first = Syntax.Number(value: 0, span: take().span)
            let pool = try name("the name of a ring or a pool", mend: "write `state NAME[COUNT]: own POOL`")
            return Syntax.State(name: stateName, count: count, bitCount: 16, first: first, pool: pool)
        }
        guard let bitCount = takeMemoryType() else { throw fail(expected: "`u8`, `u16`, `u32` or `u64`", mend: form) }
        var range: (low: Syntax.Number, high: Syntax.Number)?
        if isAtWord("in") {
            take()
            range = try parseRange(form)
        }
        let kind = try takeKind()
        try expect(.equals, mend: form)
        let first = try number("the first value", atMost: .max, mend: form)
        return Syntax.State(
            name: stateName, count: count, bitCount: bitCount, range: range, kind: kind, first: first)
    }

    mutating func parseCursor() throws(Failure) -> Syntax.State {
        let form = "write `cursor NAME over ARRAY`, or `over MEMORY.FIELD` for an array in a layout"
        let word = take()
        let cursorName = try name("the name of the cursor", mend: form)
        var bitCount: UInt8 = 16
        if takes(.colon) {
            guard let type = takeMemoryType() else {
                throw fail(expected: "`u8`, `u16`, `u32` or `u64`", mend: "write `cursor NAME: TYPE over ARRAY`")
            }
            bitCount = type
        }
        try expectWord("over", mend: form)
        let base = try name("the name of an array", mend: form)
        let field = takes(.point) ? try name("the name of an array in the layout", mend: form) : nil
        return Syntax.State(
            name: cursorName, bitCount: bitCount, first: Syntax.Number(value: 0, span: word.span),
            array: Syntax.ArrayName(base: base, field: field))
    }

    mutating func parseDefinition(_ node: inout Syntax.Device) throws(Failure) -> Syntax.Name {
        let form = "write `define NAME(PARAMETER, PARAMETER) = VALUE`, or `define NAME() { … }`"
        take()
        let definitionName = try name("the name of the definition", mend: form)
        try expect(.openParenthesis, mend: form)
        var parameters: [Syntax.Name] = []
        if !isAt(.closeParenthesis) {
            repeat { parameters.append(try name("the name of a parameter", mend: form)) } while takes(.comma)
        }
        try expect(.closeParenthesis, mend: form)
        if parameters.isEmpty, isAt(.openBrace) {
            node.routines.append(Syntax.Routine(name: definitionName, statements: try parseBlock(0, form)))
            return definitionName
        }
        try expect(.equals, mend: form)
        let value = try parseExpression()
        node.definitions.append(Syntax.Definition(name: definitionName, parameters: parameters, value: value))
        return definitionName
    }
}
