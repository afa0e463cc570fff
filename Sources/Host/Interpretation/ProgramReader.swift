// Reads a program from its text, as ProgramPrinter writes it whole. Beside that, a text that people write may have empty
// lines, lines of remarks that begin with `//`, blanks as they like at the start of a line, and items without a line, which
// come from the first origin. Whether the program is well formed, ProgramChecker says.

import Hardware
import Program

/// Reads programs.
///
/// ```
/// program -> u32
/// region regs window 0x50000000 +0x6000
/// region tx ring 0x60112000 +0x1000 physical=0xb95000
/// origin 21 identity bar0
/// %0 = load u32 regs+0x8   // line 21
/// return %0   // line 21
/// ```
public struct ProgramReader {
    private var named: NamedProgram

    /// Reads a text from its first line to its last.
    ///
    /// Throws: `ProgramTextError` for the first thing that is wrong.
    public static func read(_ text: String) throws(ProgramTextError) -> NamedProgram {
        var reader: ProgramReader?
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            var cursor = LineCursor(line: number, line)
            if cursor.isAtEnd || cursor.take("//") { continue }
            if reader == nil { reader = try ProgramReader(head: &cursor) } else { try reader?.readLine(&cursor) }
            cursor.skipBlanks()
            guard cursor.isAtEnd else { throw .excessText(cursor.place) }
        }
        guard let reader else { throw .missingHead(TextPlace(line: 1, column: 1)) }
        return reader.named
    }

    private init(head cursor: inout LineCursor) throws(ProgramTextError) {
        guard cursor.take("program -> ") else { throw .missingHead(cursor.place) }
        named = NamedProgram(Program(result: try Self.type(&cursor)), regionNames: [])
    }

    /// Regions and origins may come anywhere before the first item that needs them.
    private mutating func readLine(_ cursor: inout LineCursor) throws(ProgramTextError) {
        if cursor.take("region ") { return try readRegion(&cursor) }
        if cursor.take("origin ") { return try readOrigin(&cursor) }
        try readItem(&cursor)
    }

    // MARK: Regions and origins

    private mutating func readRegion(_ cursor: inout LineCursor) throws(ProgramTextError) {
        let place = cursor.place
        let name = try cursor.word(of: "the name of a region")
        guard !named.regionNames.contains(name) else { throw .regionTwice(name, place) }
        cursor.skipBlanks()
        let kindPlace = cursor.place
        let word = try cursor.word(of: "a kind of region")
        guard let kind = Region.Kind.allCases.first(where: { $0.word.description == word }) else {
            throw .unknownKind(word, kindPlace)
        }
        cursor.skipBlanks()
        let address = VirtualAddress(rawValue: try cursor.hexadecimal())
        try cursor.expect(" +")
        var region = Region(kind: kind, address: address, byteCount: try cursor.hexadecimal())
        if cursor.take(" physical=") { region.physical = PhysicalAddress(rawValue: try cursor.hexadecimal()) }
        if cursor.take(" selection=") {
            region.selection = UInt32(truncatingIfNeeded: try cursor.hexadecimal(atMost: UInt64(UInt32.max)))
        }
        named.program.regions.append(region)
        named.regionNames.append(name)
    }

    private mutating func readOrigin(_ cursor: inout LineCursor) throws(ProgramTextError) {
        let line = try cursor.decimal(atMost: UInt64(UInt16.max))
        var facts = FactSet()
        cursor.skipBlanks()
        while !cursor.isAtEnd {
            facts.formUnion(try Self.facts(&cursor))
            cursor.skipBlanks()
        }
        named.program.origins.append(Origin(line: UInt16(truncatingIfNeeded: line), facts: facts))
    }

    private static func facts(_ cursor: inout LineCursor) throws(ProgramTextError) -> FactSet {
        let place = cursor.place
        if cursor.isNext("0x") {
            return FactSet(rawValue: UInt32(truncatingIfNeeded: try cursor.hexadecimal(atMost: UInt64(UInt32.max))))
        }
        let word = try cursor.word(of: "a fact")
        let facts = (UInt32(0)..<32).map { FactSet(rawValue: 1 << $0) }
        guard let fact = facts.first(where: { $0.word?.description == word }) else { throw .unknownFact(word, place) }
        return fact
    }

    // MARK: Items

    private mutating func readItem(_ cursor: inout LineCursor) throws(ProgramTextError) {
        let start = cursor.place
        let number = cursor.take("%") ? try cursor.decimal() : nil
        if number != nil { try cursor.expect(" = ") }
        let wordPlace = cursor.place
        let word = try cursor.word(of: "an operation")
        guard let operation = Operation.allCases.first(where: { $0.word.description == word }) else {
            throw .unknownOperation(word, wordPlace)
        }
        let expected = operation.givesValue ? named.program.items.count : nil
        guard number == expected.map(UInt64.init) else { throw .wrongNumber(expected: expected, start) }
        var item = Item(operation, operation.row.rule.implicitType(in: named.program), origin: 0)
        try readOperands(of: &item, &cursor)
        cursor.skipBlanks()
        if !cursor.isAtEnd { item.origin = try origin(&cursor) }
        named.program.items.append(item)
    }

    private func readOperands(of item: inout Item, _ cursor: inout LineCursor) throws(ProgramTextError) {
        for letter in item.operation.row.operands.description.utf8 {
            switch OperandLetter(rawValue: letter) {
            case .type: item.type = try Self.type(&cursor)
            case .place: try readPlace(of: &item, &cursor)
            case .left: item.left = try Self.operand(&cursor)
            case .right: item.right = try Self.operand(&cursor)
            case .hexadecimal: item.immediate = try cursor.hexadecimal()
            case .decimal: item.immediate = try cursor.decimal()
            case .restIfLeft:
                if !cursor.isNext(" %") { return }
            case nil: try cursor.expect(String(UnicodeScalar(letter)))
            }
        }
    }

    private static func type(_ cursor: inout LineCursor) throws(ProgramTextError) -> ValueType {
        let place = cursor.place
        let word = try cursor.word(of: "a type")
        guard let type = ValueType.allCases.first(where: { $0.word.description == word }) else {
            throw .unknownType(word, place)
        }
        return type
    }

    private static func operand(_ cursor: inout LineCursor) throws(ProgramTextError) -> ItemReference {
        try cursor.expect("%")
        if cursor.take("?") { return .none }
        let number = try cursor.decimal(atMost: UInt64(ItemReference.none.rawValue) - 1)
        return ItemReference(rawValue: UInt16(truncatingIfNeeded: number))
    }

    private func readPlace(of item: inout Item, _ cursor: inout LineCursor) throws(ProgramTextError) {
        let place = cursor.place
        let name = try cursor.word(of: "the name of a region", upTo: "+")
        guard let region = named.regionNames.firstIndex(of: name), let number = UInt8(exactly: region) else {
            throw .unknownRegion(name, place)
        }
        item.region = number
        try cursor.expect("+")
        item.immediate = try cursor.hexadecimal()
        if cursor.take("+") { item.left = try Self.operand(&cursor) }
    }

    private func origin(_ cursor: inout LineCursor) throws(ProgramTextError) -> UInt16 {
        try cursor.expect("// line ")
        let linePlace = cursor.place
        let line = try cursor.decimal()
        let origins = named.program.origins
        guard let first = origins.firstIndex(where: { UInt64($0.line) == line }) else {
            throw .unknownOrigin(line, linePlace)
        }
        guard cursor.take(" origin ") else { return UInt16(truncatingIfNeeded: first) }
        let place = cursor.place
        let number = try cursor.decimal()
        guard let index = UInt16(exactly: number), Int(index) < origins.count, UInt64(origins[Int(index)].line) == line
        else { throw .unknownOrigin(number, place) }
        return index
    }
}

extension TypeRule {
    /// The type of an item that is printed without one.
    fileprivate func implicitType(in program: Program) -> ValueType {
        switch self {
        case .counter: .u32
        case .returned: program.result
        default: .void
        }
    }
}
