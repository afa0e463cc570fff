// Functions to verify, written in NASM's words; comments carry the evidence and the verdict. So a sample can be read
// as a whole, and its bytes come from somebody else's assembler.
//
//         ; given rdi 0..15, rsi              arguments, in the order of the calling convention
//         mov ecx, 4
//     .top: ; counted rcx: rcx 1..4, rdi = .top.rdi        a block that is claimed; a bare label is none
//         dec ecx
//         jne .top            ; refused claimNotMet found 1..9 allowed 1..4 grant ring
//         ret
//
// Kinds of blocks: `join`, `counted REG`, `clock REG`. A claim:
// `REG [LOW..HIGH] [bits N] [elapsed .LABEL] [= .LABEL.REG]`.

import Support
import Verification

/// What the verifier is expected to find.
struct Refusal: Equatable, CustomStringConvertible {
    var reason: VerificationError.Reason
    /// Units: bytes from the function's entry.
    var offset: Int
    var found: ClosedRange<UInt64>?
    var allowed: ClosedRange<UInt64>?
    var grant: String = ""

    var description: String {
        "\(reason) at \(offset), found \(found.map { "\($0)" } ?? "-"), allowed \(allowed.map { "\($0)" } ?? "-"), "
            + "grant '\(grant)'"
    }
}

extension Refusal {
    init(_ error: VerificationError) {
        let limits = { (range: ValueRange?) in
            range.flatMap { $0.low <= $0.high ? $0.low...$0.high : nil }
        }
        self.init(
            reason: error.reason, offset: error.offset, found: limits(error.found), allowed: limits(error.allowed),
            grant: String(decoding: error.grant, as: UTF8.self))
    }
}

/// A function with what is claimed and expected of it.
struct Sample {
    struct Malformed: Error { var line: String }

    /// Where the first sample lies.
    static let origin: UInt64 = 0x4000_0000

    let name: String
    var code: [UInt8] = []
    var address: UInt64 = 0
    var parameters: [ValueRange] = []
    var evidence = Evidence()
    var expected: Refusal?
    private var labels: [String] = []
    private var lines: [Substring]

    private init(_ name: String, _ text: String) {
        self.name = name
        lines = text.split(separator: "\n")
    }

    /// Assembles samples, all in one run.
    static func assembled(_ texts: [(name: String, text: String)]) throws -> [Sample] {
        var samples = texts.map { Sample($0.name, $0.text) }
        var source = "bits 64\ndefault rel\norg \(origin)\norigin:\n"
        for index in samples.indices { source += samples[index].source(index) }
        let bytes = try NASM.assemble(source: source)
        var offset = 0
        func number() -> Int {
            defer { offset += 4 }
            return (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        for index in samples.indices {
            let byteCount = number()
            let labels = samples[index].labels.map { ($0, number()) }
            samples[index].address = origin + UInt64(offset)
            samples[index].code = Array(bytes[offset..<offset + byteCount])
            offset += byteCount
            try samples[index].readComments(Dictionary(labels) { first, _ in first })
        }
        return samples
    }

    /// What the verifier says, `nil` for accepted.
    func verdict(_ grants: [Grant] = Sample.grants) -> Refusal? {
        do throws(VerificationError) {
            let function = CodeFunction(
                offset: 0, byteCount: code.count, parameters: parameters, evidence: evidence)
            try Verifier().verify(code, at: address, [function], grants)
            return nil
        } catch {
            return Refusal(error)
        }
    }

    // MARK: Text

    private static func comment(_ line: Substring) -> Substring? {
        line.firstIndex(of: ";").map { line[$0...].dropFirst().drop { $0 == " " } }
    }

    private static func label(_ line: Substring) -> String? {
        let word = line.drop { $0 == " " }.prefix { $0 != ":" && $0 != " " && $0 != ";" }
        return word.hasPrefix(".") ? String(word) : nil
    }

    /// For NASM: the length, the places of the labels, then the code.
    private mutating func source(_ index: Int) -> String {
        var text = "f\(index):\n"
        for line in lines {
            if let label = Self.label(line) { labels.append(label) }
            if let comment = Self.comment(line), comment.hasPrefix("refused") {
                labels.append(".refused")
                text += ".refused:\n"
            }
            // NASM counts from the instruction only to what it counts from the origin.
            text += line.replacing("[0x", with: "[rel origin - \(Self.origin) + 0x") + "\n"
        }
        let places = labels.map { "dd f\(index)\($0) - f\(index)\n" }.joined()
        return "dd e\(index) - f\(index)\n" + places + text + "e\(index):\n"
    }

    private mutating func readComments(_ places: [String: Int]) throws {
        let blocks = lines.compactMap { line in Self.comment(line).flatMap { _ in Self.label(line) } }
        for line in lines {
            guard let comment = Self.comment(line) else { continue }
            if let label = Self.label(line) {
                try readBlock(comment, at: places[label] ?? 0, blocks)
            } else if comment.hasPrefix("given ") {
                parameters = try comment.dropFirst(6).split(separator: ",").map { try claim($0, blocks).range }
            } else if comment.hasPrefix("refused ") {
                try readRefusal(comment.dropFirst(8), at: places[".refused"] ?? 0)
            }
        }
    }

    private mutating func readBlock(_ comment: Substring, at place: Int, _ blocks: [String]) throws {
        let parts = comment.split(separator: ":", maxSplits: 1)
        let words = (parts.first ?? "").split(separator: " ")
        let kind: BlockClaim.Kind
        switch words.first {
        case "join": kind = .join
        case "counted": kind = .counted(variant: try Self.register(words.last))
        case "clock": kind = .clock(start: try Self.register(words.last))
        default: throw Malformed(line: String(comment))
        }
        evidence.blocks.append(
            BlockClaim(offset: UInt32(place), kind: kind, firstClaim: UInt32(evidence.claims.count)))
        guard parts.count > 1 else { return }
        evidence.claims += try parts[1].split(separator: ",").map { try claim($0, blocks) }
    }

    private func claim(_ text: Substring, _ blocks: [String]) throws -> RegisterClaim {
        var words = text.split(separator: " ")[...]
        var claim = RegisterClaim(register: try Self.register(words.popFirst()), range: .anything)
        while let word = words.popFirst() {
            switch word {
            case "elapsed": claim.elapsedBlock = try Self.block(words.popFirst(), blocks)
            case "bits":
                claim.range = ValueRange(bits: try Self.number(words.popFirst()))
            case "=":
                guard let origin = words.popFirst(), let dot = origin.lastIndex(of: ".") else {
                    throw Malformed(line: String(text))
                }
                claim.originBlock = try Self.block(origin[..<dot], blocks)
                claim.originRegister = try Self.register(origin[dot...].dropFirst())
            default:
                let limits = try Self.limits(word)
                claim.range = ValueRange(low: limits.lowerBound, high: limits.upperBound)
            }
        }
        return claim
    }

    private mutating func readRefusal(_ text: Substring, at place: Int) throws {
        var words = text.split(separator: " ")[...]
        let name = words.popFirst() ?? ""
        guard let reason = VerificationError.Reason.allCases.first(where: { "\($0)" == name }) else {
            throw Malformed(line: String(text))
        }
        var refusal = Refusal(reason: reason, offset: place)
        while let word = words.popFirst() {
            switch word {
            case "found": refusal.found = try Self.limits(words.popFirst())
            case "allowed": refusal.allowed = try Self.limits(words.popFirst())
            case "grant": refusal.grant = String(words.popFirst() ?? "")
            default: throw Malformed(line: String(text))
            }
        }
        expected = refusal
    }

    private static func block(_ label: Substring?, _ blocks: [String]) throws -> UInt16 {
        guard let label, let block = blocks.firstIndex(of: String(label)) else {
            throw Malformed(line: "\(label ?? "")")
        }
        return UInt16(block)
    }

    private static func register(_ name: Substring?) throws -> UInt8 {
        let names: [Substring] = [
            "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
            "r15",
        ]
        guard let name, let number = names.firstIndex(of: name) else { throw Malformed(line: "\(name ?? "")") }
        return UInt8(number)
    }

    /// `LOW..HIGH`, or one number.
    private static func limits(_ text: Substring?) throws -> ClosedRange<UInt64> {
        let parts = (text ?? "").replacing("..", with: " ").split(separator: " ")
        let (low, high) = (try number(parts.first), try number(parts.last))
        guard low <= high else { throw Malformed(line: "\(text ?? "")") }
        return low...high
    }

    private static func number(_ text: Substring?) throws -> UInt64 {
        guard let text else { throw Malformed(line: "a number is missing") }
        if text == "max" { return .max }
        let value = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
        guard let value else { throw Malformed(line: String(text)) }
        return value
    }
}
