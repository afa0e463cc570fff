// The grammar of memory that is no ring, and of the ways into it.
//
//     memory  = "memory" NAME "of" NAME "{" property { "," property } "}"
//     property = "count" NUMBER | "align" NUMBER | "base" NAME [ ":" NAME ] | "bytes" NAME | "pool" NAME
//              | "headroom" NUMBER
//     pool    = "pool" NAME "{" "count" NUMBER "," "bytes" NUMBER [ "," "headroom" NUMBER ]
//               [ "," "data" TYPE ] "}"
//     telling = "as" ( "address" "of" NAME { "," NAME } | "length" "of" NAME )
//     step    = "[" expression "]" | "." NAME

import Metabinary

extension Parser {
    /// Whether a pool stands here that is no ring's.
    var isFreePool: Bool { isAt(.pool) && !isBehindNext("of") }

    mutating func parseSharedMemory() throws(Failure) -> Syntax.Memory {
        let form = "write `memory NAME of LAYOUT { count NUMBER, align NUMBER, base REGISTER, pool POOL }`"
        take()
        let memoryName = try name("the name of the memory", mend: form)
        try expectWord("of", mend: form)
        var node = Syntax.Memory(name: memoryName, layout: try name("the name of a layout", mend: form))
        try expect(.openBrace, mend: form)
        repeat { try parseProperty(of: &node) } while takes(.comma)
        try expect(.closeBrace, mend: "separate the properties of a memory by `,` and end them with `}`")
        return node
    }

    private mutating func parseProperty(of node: inout Syntax.Memory) throws(Failure) {
        let form =
            "a memory has `count NUMBER, align NUMBER, base REGISTER` (or `LOW:HIGH`), `bytes REGISTER, pool POOL, "
            + "headroom NUMBER`"
        if isAt(.pool) {
            take()
            return node.pool = try name("the name of a pool", mend: form)
        }
        let property = try name("a property of a memory", mend: form)
        switch property.text {
        case "count":
            node.count = try number("the records of a memory", atMost: MetabinaryLimit.elementCount, mend: form)
        case "align":
            node.alignment = try number("an alignment", atMost: MetabinaryLimit.memoryAlignment, mend: form)
        case "base":
            let low = try name("a register", mend: form)
            node.base = (low, takes(.colon) ? try name("a register", mend: form) : nil)
        case "bytes": node.bytes = try name("a register", mend: form)
        case "headroom": node.headroom = try number("bytes before the data", atMost: 0x3FFF, mend: form)
        default:
            diagnostics.report(
                .unknownName, property.span, "a memory has no property `\(property.text)`", mend: form)
            throw Failure()
        }
    }

    mutating func parseFreePool() throws(Failure) -> Syntax.FreePool {
        let form = "write `pool NAME { count NUMBER, bytes NUMBER, headroom NUMBER, data TYPE }`"
        take()
        let poolName = try name("the name of the pool", mend: form)
        try expect(.openBrace, mend: form)
        try expectWord("count", mend: form)
        let count = try number("the buffers of a pool", atMost: MetabinaryLimit.elementCount, mend: form)
        try expect(.comma, mend: form)
        try expectWord("bytes", mend: form)
        var node = Syntax.FreePool(
            name: poolName, count: count, byteCount: try number("the size of a buffer", atMost: 0x4000, mend: form))
        while takes(.comma) {
            if node.headroom == nil, node.data == nil, isAtWord("headroom") {
                take()
                node.headroom = try number("bytes before the data", atMost: 0x3FFF, mend: form)
                continue
            }
            let word = current.span
            try expectWord("data", mend: form)
            guard let bitCount = takeMemoryType() else {
                throw fail(expected: "`u8`, `u16`, `u32` or `u64`", mend: form)
            }
            node.data = (word, bitCount)
            break
        }
        try expect(.closeBrace, mend: form)
        return node
    }

    /// What a register, or a field of one, tells of buffers or records, if it says so here.
    mutating func parseTelling(_ meaning: Syntax.Meaning) throws(Failure) -> Syntax.Telling? {
        let form = "write `as \(meaning.rawValue) of POOL` (or of a memory)"
        guard isAtWord("as") else { return nil }
        take()
        try expectWord(meaning.rawValue, mend: form)
        try expectWord("of", mend: form)
        var targets: [Syntax.Name] = []
        repeat {
            targets.append(try name("the name of a ring, a pool or a memory", mend: form))
        } while meaning == .address && takes(.comma)
        return Syntax.Telling(meaning: meaning, targets: targets)
    }

    /// `[COUNT]`, if it stands here.
    mutating func parseCount(_ what: String, _ form: String) throws(Failure) -> Syntax.Number? {
        guard takes(.openBracket) else { return nil }
        let count = try number(what, atMost: MetabinaryLimit.elementCount, mend: form)
        try expect(.closeBracket, mend: form)
        return count
    }

    /// What an expression that begins with a name means, by the steps behind it.
    static func value(_ base: Syntax.Name, _ steps: [Syntax.Step], _ end: SourceSpan) -> Syntax.Expression {
        switch (steps.first, steps.dropFirst().first, steps.count) {
        case (nil, _, _): .name(base)
        case (.member(let field), _, 1): .field(of: base, field)
        case (.index(let index), _, 1): .element(of: base, index, field: nil, end)
        case (.index(let index), .member(let field), 2): .element(of: base, index, field: field, end)
        default: .path(base, steps, end)
        }
    }

    /// The statement that stores to what an expression names; `nil` for one that names no place.
    static func assignment(_ target: Syntax.Expression, _ value: Syntax.Expression) -> Syntax.Statement? {
        switch target {
        case .name(let name): .assign(name, index: nil, value)
        case .element(let name, let index, nil, _): .assign(name, index: index, value)
        case .field(let name, let field): .assignPath(name, [.member(field)], value)
        case .element(let name, let index, let field?, _): .assignPath(name, [.index(index), .member(field)], value)
        case .path(let name, let steps, _): .assignPath(name, steps, value)
        default: nil
        }
    }
}
