// The grammar of a window that a capability leads to, and of one in configuration space.
//
//     configuration = "configuration" [ "capability" NUMBER [ "where" byte "==" NUMBER ] ]

import Metabinary

extension Parser {
    /// `capability 0x09 where byte 3 == 1, bar byte 4, offset u32 at 8, length u32 at 12`
    mutating func parseLocator() throws(Failure) -> Syntax.Locator {
        let form =
            "write `window NAME = capability ID where byte NUMBER == NUMBER, bar byte NUMBER, offset u32 at NUMBER, "
            + "length u32 at NUMBER`"
        take()
        let identifier = try number("a capability ID", atMost: 0xFF, mend: form)
        try expectWord("where", mend: form)
        let mark = try parseByte(form)
        try expect(.equal, mend: form)
        let value = try number("a byte", atMost: 0xFF, mend: form)
        try expect(.comma, mend: form)
        try expectWord("bar", mend: form)
        let register = try parseByte(form)
        try expect(.comma, mend: form)
        try expectWord("offset", mend: form)
        let start = try parsePart(form)
        try expect(.comma, mend: form)
        try expectWord("length", mend: form)
        return Syntax.Locator(
            identifier: identifier, mark: mark, markValue: value, register: register, start: start,
            length: try parsePart(form))
    }

    /// `configuration capability 0x09 where byte 3 == 5`
    mutating func parseConfiguration() throws(Failure) -> Syntax.Configuration {
        let form =
            "write `window NAME = configuration capability ID`, then `where byte NUMBER == NUMBER` if several have it"
        var node = Syntax.Configuration(span: take().span)
        guard isAtWord("capability") else { return node }
        take()
        node.identifier = try number("a capability ID", atMost: 0xFF, mend: form)
        if isAtWord("where") {
            take()
            let part = try parseByte(form)
            try expect(.equal, mend: form)
            node.mark = (part, try number("a byte", atMost: 0xFF, mend: form))
        }
        node.span = node.span.joined(with: previousSpan)
        return node
    }

    /// `byte 4`
    mutating func parseByte(_ form: String) throws(Failure) -> Syntax.LocatorPart {
        try expectWord("byte", mend: form)
        return Syntax.LocatorPart(offset: try parseOffset(form), byteCount: 1)
    }

    /// `u32 at 8`
    mutating func parsePart(_ form: String) throws(Failure) -> Syntax.LocatorPart {
        guard !isAtWord("u64"), let bitCount = takeMemoryType() else {
            throw fail(expected: "`u8`, `u16` or `u32`", mend: form)
        }
        try expectWord("at", mend: form)
        return Syntax.LocatorPart(offset: try parseOffset(form), byteCount: bitCount / 8)
    }

    private mutating func parseOffset(_ form: String) throws(Failure) -> Syntax.Number {
        try number("an offset in a capability", atMost: MetabinaryLimit.capabilityByteCount - 1, mend: form)
    }
}
