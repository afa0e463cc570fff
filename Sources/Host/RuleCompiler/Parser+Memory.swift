// What a device shares with its driver: layouts, rings, pools, memories and mailboxes; and what the driver keeps.

import Metabinary

extension Parser {
    // MARK: Layouts

    func layout() throws(Failure) -> Layout {
        var node = try Layout(
            name: name("the name of the layout"), byteCount: number("the size of a layout", atMost: 0x1_0000))
        try expect("bytes", "{")
        form =
            "write a field as `NAME at OFFSET TYPE by driver` (or `device`, `both`), then `as address`, `as length`, "
            + "`as negative length` or `as address of MEMORY`, then bits in braces"
        while !takes("}") { node.fields.append(try item()) }
        return node
    }

    private func item() throws(Failure) -> LayoutField {
        let fieldName = try name("the name of a field")
        let count = try bracketed("write `NAME[COUNT] at OFFSET …`", elementCount())
        let offset = try number("an offset in a layout", atMost: 0xFFFF, after: "at")
        if takes("of") {
            return LayoutField(
                name: fieldName, offset: offset, count: count, bitCount: 8, layout: try name("the name of a layout"),
                writer: .both)
        }
        let (bitCount, isBig) = (try type(), takes("big"))
        try expect("by")
        var node = LayoutField(
            name: fieldName, offset: offset, count: count, bitCount: bitCount, isBig: isBig,
            writer: try choice(of: Syntax.Writer.allCases))
        if isAt("as") { try meaning(of: &node, Syntax.Meaning.allCases) } else { node.allowed = try allowed() }
        if isAt("{") { try braced(bits(of: &node), fixIt: "separate bits by `,` and end them with `}`") }
        return node
    }

    /// `as address`, `as negative length of tx`, `as base of rings`
    private func meaning(of node: inout LayoutField, _ meanings: [Syntax.Meaning]) throws(Failure) {
        try expect("as")
        node.isNegative = takes("negative")
        let meaning = try choice(of: node.isNegative ? [.length] : meanings)
        node.meaning = meaning
        if meaning == .base { try expect("of") }
        guard meaning == .base || takes("of") else { return }
        node.target = try name("the name of a ring, a pool or a memory")
    }

    /// Bits of a field, which may be the length of a buffer.
    private func bits(of node: inout LayoutField) throws(Failure) {
        let field = try field()
        node.bits.append(field)
        guard isAt("as") else { return }
        guard node.meaning == nil else {
            throw failure(expected: "`,` or `}`", fixIt: "a field tells of one thing: take one `as` out")
        }
        try meaning(of: &node, [.length])
        node.told = field
    }

    // MARK: Rings, memories, pools and mailboxes

    func ring() throws(Failure) -> Syntax.Ring {
        var node = try Syntax.Ring(
            name: name("the name of the ring"), layout: name("the name of a layout", after: "of"),
            sends: word("sends", "receives") == "sends")
        try braced(property(of: &node), fixIt: "separate the properties of a ring by `,` and end them with `}`")
        return node
    }

    private func property(of node: inout Syntax.Ring) throws(Failure) {
        form =
            "a ring has `count NUMBER, base LOW:HIGH, bytes REGISTER, head REGISTER, tail REGISTER, "
            + "done FIELD.BIT`"
        let property = try name("a property of a ring")
        switch property.text {
        case "count": node.count = try quantity("the slots of a ring", atMost: MetabinaryLimit.elementCount)
        case "base": node.base = try (name("a register"), name("a register", after: ":"))
        case "bytes": node.bytes = try name("a register")
        case "head": node.head = try name("a register")
        case "tail": node.tail = try name("a register")
        case "done": node.done = try (name("a field of the layout"), name("a bit of the field", after: "."))
        default: throw unknownProperty(property, of: "a ring")
        }
    }

    func memory() throws(Failure) -> Syntax.Memory {
        var node = try Syntax.Memory(
            name: name("the name of the memory"), layout: name("the name of a layout", after: "of"))
        try braced(aspect(of: &node), fixIt: "separate the properties of a memory by `,` and end them with `}`")
        return node
    }

    private func aspect(of node: inout Syntax.Memory) throws(Failure) {
        form =
            "a memory has `count NUMBER, align NUMBER, base REGISTER` (or `LOW:HIGH`, or `page REGISTER`, or `behind MEMORY`), "
            + "`bytes REGISTER, pool POOL, headroom NUMBER`"
        if takes("pool") { return node.pool = try name("the name of a pool") }
        let property = try name("a property of a memory")
        switch property.text {
        case "count": node.count = try number("the records of a memory", atMost: MetabinaryLimit.elementCount)
        case "align": node.alignment = try number("an alignment", atMost: MetabinaryLimit.memoryAlignment)
        case "base": node.base = (try name("a register"), takes(":") ? try name("a register") : nil)
        case "page": (node.base, node.takesPage) = ((try name("a register"), nil), true)
        case "behind": node.before = try name("the name of a memory")
        case "bytes": node.bytes = try name("a register")
        case "headroom": node.headroom = try headroom()
        default: throw unknownProperty(property, of: "a memory")
        }
    }

    func pool() throws(Failure) -> Declared<Device> {
        let poolName = try name("the name of the pool")
        return takes("of") ? Declared(try ringPool(poolName), \.pools) : Declared(try freePool(poolName), \.freePools)
    }

    private func ringPool(_ poolName: Name) throws(Failure) -> Syntax.Pool {
        form = "write `pool NAME of RING { bytes NUMBER, spare NUMBER, headroom NUMBER }`"
        let ring = try name("the name of a ring")
        try expect("{", "bytes")
        var node = Syntax.Pool(
            name: poolName, ring: ring, byteCount: try quantity("the size of a buffer", atMost: 0x4000))
        if takes(",", "spare") { node.spare = try quantity("spare buffers", atMost: MetabinaryLimit.elementCount) }
        if takes(",") {
            try expect("headroom")
            node.headroom = try headroom()
        }
        try expect("}")
        return node
    }

    private func freePool(_ poolName: Name) throws(Failure) -> Syntax.FreePool {
        form = "write `pool NAME { count NUMBER, bytes NUMBER, headroom NUMBER, data TYPE }`"
        try expect("{", "count")
        let count = try quantity("the buffers of a pool", atMost: MetabinaryLimit.elementCount)
        try expect(",", "bytes")
        var node = Syntax.FreePool(
            name: poolName, count: count, byteCount: try number("the size of a buffer", atMost: 0x4000))
        if takes(",", "headroom") { node.headroom = try headroom() }
        if takes(",") {
            try expect("data")
            node.data = (previousSpan, try type())
        }
        try expect("}")
        return node
    }

    private func headroom() throws(Failure) -> Number { try number("bytes before the data", atMost: 0x3FFF) }

    func mailbox() throws(Failure) -> Syntax.Mailbox {
        var node = Syntax.Mailbox(name: try name("the name of the mailbox"))
        try braced(part(of: &node))
        return node
    }

    private func part(of node: inout Syntax.Mailbox) throws(Failure) {
        if node.request == nil, takes("request") {
            node.request = try name("a register")
        } else if node.answer == nil, takes("answer") {
            node.answer = (try name("a register"), takes(".") ? try name("a field") : nil)
        } else if node.done == nil, isAt("done") || isAt("busy") {
            let isSet = take().text == "done"
            node.done = (try name("a register"), try name("the bit", after: "."), isSet)
        } else {
            throw failure(expected: "`request`, `done`, `busy` or `answer`, each once")
        }
    }

    // MARK: What the driver keeps

    func state() throws(Failure) -> State {
        let stateName = try name("the name of the state")
        let count = try bracketed(
            "write `state NAME[COUNT]: TYPE in LOW…HIGH = FIRST`",
            quantity("the elements of a table", atMost: MetabinaryLimit.elementCount))
        try expect(":")
        if takes("own") {
            form = "write `state NAME[COUNT]: own POOL`"
            return State(
                name: stateName, count: count, bitCount: 16, first: Number(value: 0, span: previousSpan),
                pool: try name("the name of a ring or a pool"))
        }
        return try State(
            name: stateName, count: count, bitCount: type(), range: bounds(), kind: kind(),
            first: number("the first value", after: "="))
    }

    func cursor() throws(Failure) -> State {
        let first = Number(value: 0, span: previousSpan)
        let cursorName = try name("the name of the cursor")
        let bitCount = takes(":") ? try written("write `cursor NAME: TYPE over ARRAY`", type()) : 16
        let base = try name("the name of an array", after: "over")
        let field = takes(".") ? try name("the name of an array in the layout") : nil
        return State(
            name: cursorName, bitCount: bitCount, first: first, array: Syntax.ArrayName(base: base, field: field))
    }
}
