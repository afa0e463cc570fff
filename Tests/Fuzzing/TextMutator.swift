// Edits of rule files, by seed: numbers, names, operators and words put in place of others of their kind, lines taken
// out, doubled, moved and brought from other files, operands grown to expressions, and bytes set to anything.

import RuleCompiler
import Support

/// Makes mutants of rule files.
struct TextMutator {
    private let files: RuleFiles
    private var random: SeededGenerator

    init(_ files: RuleFiles, _ random: SeededGenerator) {
        self.files = files
        self.random = random
    }

    /// Words that stand for one another.
    private static let alternatives: [[String]] = [
        ["u8", "u16", "u32", "u48", "u64", "bool"], ["ro", "rw", "wo", "w1c"], ["driver", "device", "both"],
        ["memory", "ports", "indirect", "pace"], ["configuration", "capability"],
        ["index", "offset", "length", "address", "lap"], ["fifo", "as"],
        ["sends", "receives"], ["address", "length"], ["claim", "reap", "take", "exchange"],
        ["post", "notify", "start", "put"], ["count", "bytes", "spare", "head", "tail", "base", "done", "align"],
        ["let", "return", "flush", "pause", "wait", "if", "for", "match", "publish", "reset"],
        ["own", "in"], ["little", "big"],
        ["state", "pool", "ring", "register", "window", "define", "layout", "cursor"],
    ]
    private static let operators = [
        "+", "-", "*", "&", "|", "<<", ">>", "==", "!=", "<", "<=", ">", ">=",
    ]
    private static let numbers: [UInt64] = [
        0, 1, 2, 3, 4, 7, 8, 12, 15, 16, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 1023, 1024, 4095, 4096, 4097,
        0x7FFF, 0xFFFF, 0x1_0000, 0x1_0001, 0x40_0000, 10_000_000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
        0x1_0000_0000, 1 << 47, 1 << 48, 1 << 63, .max,
    ]
    /// Statements and declarations, with places for names of registers and fields (`R`), other names (`N`) and numbers
    /// (`#`).
    private static let insertions = [
        "let v1 = R if v1 == # { R = # }", "let v2 = R + # R = v2 & #", "let v3 = u16 ( R - R ) R = v3", "R = #",
        "R = R", "N = #", "N = R & #", "N [ # ] = R", "N [ R & # ] = #", "R [ R & # ] = #",
        "R = ( R & # ) | ( R << # )",
        "if R == # { R = # }", "if R < R { R = # } else { N = # }", "if R . R { flush R }",
        "for i in 0 ..< # { R [ i ] = # }", "for i in 0 ..< # { for j in 0 ..< # { R = i + j } }",
        "for i in 0 ..< # { N [ i ] = R }", "for i in 0 ..< # { let x1 = R if x1 == i { R = x1 } }",
        "wait R != # within # us else return N", "wait R . R within # us else return N", "pause # us",
        "match R covering { # : { R = # } else : { } }",
        "match R & # covering { # … # : { R = # } else : { return N } }",
        "publish", "flush R", "reset state", "let v4 = N [ R & # ] N = v4", "let v5 = R * # if v5 > # { R = v5 & # }",
        "let v6 = ~ R if v6 != 0 { R = # }", "return N", "fence", "N . notify ( )", "N . start ( )",
        "let w1 = R let w2 = R let w3 = R let w4 = R let w5 = R let w6 = R let w7 = R let w8 = R let w9 = R "
            + "if ( w1 | w2 | w3 | w4 | w5 | w6 | w7 | w8 | w9 ) == # { R = w1 & w9 }",
        "if R == 1 { if R == 2 { if R == 3 { if R == 4 { if R == 5 { if R == 6 { if R == 7 { R = R } } } } } } }",
        "window w10 = bar # memory register w10 . R10 [ # ] at # rw", "pool p10 of N { bytes # , spare # }",
        "window w11 = bar # ports register w11 . R11 at # u8 rw",
        "register N . R12 at # u64 ro { A : # , B : # … # }",
        "match pci vendor # device #", "state s13 [ # ] : u16 in # … # = # define d13 ( a ) = s13 [ a ]",
        "window w14 = capability # where byte # == # , bar byte # , offset u32 at # , length u8 at # "
            + "register w14 . R14 at # rw", "override define N ( ) = N", "require N ( ) -> none",
        "window w40 = configuration register w40 . R40 at # u16 ro",
        "window w41 = configuration capability # "
            + "register w41 . R41 at # u8 rw register w41 . R42 at # ro",
        "window w43 = configuration capability # where byte # == # pace # us register w43 . R43 at # u16 w1c",
        "window w15 = indirect R , R register w15 . R15 at # rw", "window w16 = bar # memory pace # us",
        "mailbox m17 { request R , done R . R , answer R . R }", "let v18 = N . run ( # ) within # us else return N",
        "fact f19 = choose # , # define d19 ( ) = f19", "fact f20 in # … # = pci . device & # define d20 ( ) = f20",
        "table t21 = # , # , # , # fact f21 = t21 [ pci . revision & # ]", "when # < N { R = # } else { R = # }",
        "for each k22 in # , # , # { R [ k22 ] = k22 * # }", "choose { R = # } or { R = N R = # }",
        "for each k23 in 0 ..< # { R = k23 % # + # / # }", "probe p24 : u16 = # reads { return R & # }",
        "probe p25 : u8 restores R , R { R = # if R == # { fail } return R & # }",
        "pool p26 of N { bytes N , spare N }",
        "fact f27 = N . bytes", "match pci class # # #", "window w28 = bar # memory else bar # ports",
        "cursor c29 over N define d29 ( ) = c29 . index", "cursor c30 : u8 over N . N", "N . advance ( )",
        "N . advance ( R & # )", "R [ N . index ] = N . count", "if N . lap { R = N . offset }",
    ]
    /// Words of the language, which are no names.
    private static let words: Set<String> = [
        "import", "class", "device", "match", "override", "window", "register", "layout", "ring", "pool", "state",
        "define", "generate", "require", "let", "if", "wait", "pause", "for", "publish", "flush", "reset", "return",
        "is", "pci", "vendor", "bar", "memory", "ports", "at", "rw", "ro", "wo", "w1c", "u8", "u16", "u32", "u48",
        "u64",
        "bool", "by", "driver", "both", "as", "bytes", "count", "base", "head", "tail", "done", "sends", "receives",
        "of", "spare", "in", "else", "within", "us", "covering", "own", "none", "indirect", "pace",
        "fact", "table", "probe", "choose", "when", "each", "reads", "restores", "resets", "fail",
        "mailbox", "request", "busy", "answer", "run", "fifo", "cursor", "over", "advance", "lap",
    ]

    /// Files of a group with one to three edits, and what they are called.
    mutating func next() -> [RuleSource] {
        let isFamily = chance(2) || files.fixtures.isEmpty
        let group = pick(isFamily ? files.families : files.fixtures)
        // The larger a file, the more often it is edited.
        let sizes = group.pieces.map { $0.count + 20 }
        var place = number(below: sizes.reduce(0, +))
        var index = 0
        while place >= sizes[index] {
            place -= sizes[index]
            index += 1
        }
        var sources = group.sources
        if chance(8) {
            sources[index].text = bytesEdited(sources[index].text)
            return sources
        }
        var pieces = group.pieces[index]
        for _ in 0..<(chance(2) ? 1 : 1 + number(below: 3)) { edit(&pieces, of: group) }
        sources[index].text = Piece.text(of: pieces)
        return sources
    }

    // MARK: Pieces

    private mutating func edit(_ pieces: inout [Piece], of group: RuleFiles.Group) {
        guard pieces.count > 4 else { return }
        switch number(below: 24) {
        case 0..<5: changeNumber(&pieces)
        case 5..<8: changeName(&pieces)
        case 8..<10: changeSign(&pieces)
        case 10..<12: changeWord(&pieces)
        case 12: pieces.remove(at: number(below: pieces.count))
        case 13: pieces.insert(pick(pieces), at: number(below: pieces.count))
        case 14: pieces.swapAt(number(below: pieces.count), number(below: pieces.count))
        case 15, 16: editLines(&pieces, of: group)
        case 17: grow(&pieces)
        default: insertStatement(&pieces)
        }
    }

    private mutating func changeNumber(_ pieces: inout [Piece]) {
        guard let index = anyIndex(of: .number, in: pieces) else { return }
        let text = pieces[index].text.lowercased()
        let isHexadecimal = text.hasPrefix("0x")
        let old = UInt64(isHexadecimal ? String(text.dropFirst(2)) : text, radix: isHexadecimal ? 16 : 10) ?? 0
        let new: UInt64 =
            switch number(below: 8) {
            case 0: old &+ 1
            case 1: old &- 1
            case 2: old &* 2
            case 3: old / 2
            case 4: random.next() >> UInt64(number(below: 64))
            case 5, 6: pick(Self.numbers)
            default: UInt64(number(below: 40))
            }
        pieces[index].text = isHexadecimal ? "0x" + String(new, radix: 16) : String(new)
    }

    private mutating func changeName(_ pieces: inout [Piece]) {
        guard let index = anyIndex(of: .word, in: pieces), let other = anyIndex(of: .word, in: pieces) else { return }
        pieces[index] = pieces[other]
    }

    private mutating func changeSign(_ pieces: inout [Piece]) {
        for _ in 0..<8 {
            guard let index = anyIndex(of: .sign, in: pieces) else { return }
            guard Self.operators.contains(pieces[index].text) else { continue }
            pieces[index].text = pick(Self.operators)
            return
        }
    }

    private mutating func changeWord(_ pieces: inout [Piece]) {
        for _ in 0..<8 {
            guard let index = anyIndex(of: .word, in: pieces) else { return }
            guard let kind = Self.alternatives.first(where: { $0.contains(pieces[index].text) }) else { continue }
            pieces[index].text = pick(kind)
            return
        }
    }

    /// An operand becomes two operands with an operator between them.
    private mutating func grow(_ pieces: inout [Piece]) {
        guard let index = anyIndex(of: chance(2) ? .word : .number, in: pieces),
            let other = anyIndex(of: chance(2) ? .word : .number, in: pieces)
        else { return }
        let sign = { (text: String) in Piece(kind: .sign, text: text) }
        pieces.replaceSubrange(
            index...index,
            with: [sign("("), pieces[index], sign(pick(Self.operators)), pieces[other], sign(")")])
    }

    /// A line gets a statement or a declaration after it.
    private mutating func insertStatement(_ pieces: inout [Piece]) {
        guard let end = anyIndex(of: .lineEnd, in: pieces) else { return }
        var statement = Piece.pieces(of: pick(Self.insertions))
        for index in statement.indices {
            switch statement[index].text {
            case "R": statement[index] = name(in: pieces) { $0.first?.isUppercase == true }
            case "N": statement[index] = name(in: pieces) { $0.first?.isLowercase == true }
            case "#":
                let value = chance(2) ? UInt64(number(below: 20)) : pick(Self.numbers)
                statement[index] = Piece(kind: .number, text: String(value))
            default: break
            }
        }
        pieces.insert(contentsOf: statement, at: end + 1)
    }

    /// A name that stands somewhere in the text.
    private mutating func name(in pieces: [Piece], _ isMeant: (String) -> Bool) -> Piece {
        for _ in 0..<24 {
            guard let index = anyIndex(of: .word, in: pieces) else { break }
            if isMeant(pieces[index].text), !Self.words.contains(pieces[index].text) { return pieces[index] }
        }
        return Piece(kind: .word, text: "nobody")
    }

    private mutating func editLines(_ pieces: inout [Piece], of group: RuleFiles.Group) {
        let line = self.line(in: pieces)
        switch number(below: 4) {
        case 0: pieces.removeSubrange(line)
        case 1: pieces.insert(contentsOf: Array(pieces[line]), at: line.lowerBound)
        case 2:
            let moved = Array(pieces[line])
            pieces.removeSubrange(line)
            pieces.insert(contentsOf: moved, at: self.line(in: pieces).lowerBound)
        default:
            let other = pick(chance(2) ? pick(files.groups).pieces : group.pieces)
            var brought: [Piece] = []
            var first = self.line(in: other)
            for _ in 0...number(below: 3) {
                brought += other[first]
                guard first.upperBound < other.count else { break }
                first =
                    first.upperBound..<((other[first.upperBound...].firstIndex(of: .lineEnd) ?? other.count - 1) + 1)
            }
            pieces.insert(contentsOf: brought, at: line.lowerBound)
        }
    }

    /// Any line, its end included.
    private mutating func line(in pieces: [Piece]) -> Range<Int> {
        guard !pieces.isEmpty else { return 0..<0 }
        let place = number(below: pieces.count)
        let start = (pieces[..<place].lastIndex(of: .lineEnd) ?? -1) + 1
        return start..<((pieces[place...].firstIndex(of: .lineEnd) ?? pieces.count - 1) + 1)
    }

    private mutating func anyIndex(of kind: Piece.Kind, in pieces: [Piece]) -> Int? {
        guard !pieces.isEmpty else { return nil }
        let place = number(below: pieces.count)
        return pieces[place...].firstIndex { $0.kind == kind } ?? pieces[..<place].firstIndex { $0.kind == kind }
    }

    // MARK: Bytes

    /// A text with a few bytes of it set to anything, taken out or put in.
    private mutating func bytesEdited(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<1 + number(below: 4) {
            let place = number(below: bytes.count + 1)
            let end = min(bytes.count, place + number(below: 12))
            switch number(below: 5) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
            case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
            case 3 where chance(4): bytes.removeSubrange(place...)
            default:
                if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: random.next()) }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Chance

    private mutating func number(below limit: Int) -> Int { Int(random.next() % UInt64(max(1, limit))) }

    private mutating func chance(_ oneIn: Int) -> Bool { number(below: oneIn) == 0 }

    private mutating func pick<Element>(_ list: [Element]) -> Element { list[number(below: list.count)] }
}
