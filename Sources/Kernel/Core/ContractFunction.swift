// A function of a driver as the contract of its class has it. Names are looked up once, before the first call; from then on
// outcomes and fields go by number, and the bits of a result are those that the rules say. It knows no class: a file for each
// says which names these are, PacketCard those of `packet_nic`.

import Metabinary
import Pipeline
import Report

/// A function that the kernel calls by its contract.
final class ContractFunction {
    /// What came of a call.
    struct Answer {
        /// Which of the outcomes of the contract, by its place among them; 0 where there are none.
        var outcome: Int
        var result: UInt64
    }

    private let signature: FunctionSignature
    private let target: CallTarget
    /// Those of the contract; any other breaks it.
    private var outcomes: [ResultOutcome] = []
    /// Those of the contract, of all outcomes, in its order.
    private(set) var fields: [ResultOutcome.Field] = []

    /// Binds a function.
    ///
    /// - Parameter row: the name of the function, then its outcomes, each with its fields after it; fields begin with a point.
    /// - Throws: `missing` for what the driver lacks.
    @inline(never)
    init(_ row: StaticString, of driver: GeneratedDriver) throws(DriverFailure) {
        var words = ContractWords(row)
        let name = words.next()
        guard let index = driver.functions.indices.first(where: { driver.functions[$0].name == name }) else {
            throw .missing(name)
        }
        signature = driver.functions[index].signature
        target = CallTarget(driver.functions[index], of: driver)
        while words.hasMore {
            let isField = words.takesPoint()
            let name = words.next()
            if isField {
                guard let field = outcomes[outcomes.count - 1].fields.first(where: { $0.name == name }) else {
                    throw .missing(name)
                }
                fields.append(field)
            } else {
                guard let outcome = signature.outcomes.first(where: { $0.name == name }) else { throw .missing(name) }
                outcomes.append(outcome)
            }
        }
    }

    /// Calls the function.
    ///
    /// - Throws: what a call throws, and `breach` for a result that is none of the outcomes.
    @inline(never)
    func call(_ first: UInt64 = 0, _ second: UInt64 = 0) throws(DriverFailure) -> Answer {
        let result = signature.result(in: try target.call(first, second))
        if outcomes.isEmpty { return Answer(outcome: 0, result: result) }
        for index in outcomes.indices where outcomes[index].matches(result) {
            return Answer(outcome: index, result: result)
        }
        throw breach(result)
    }

    /// The failure of a driver that returned what the contract does not allow.
    @inline(never)
    func breach(_ result: UInt64) -> DriverFailure { .breach(entry: target.entry, value: result) }
}

/// The words of a row of a contract, with a blank between each and the next.
private struct ContractWords {
    private let text: StaticString
    private var place = 0

    init(_ text: StaticString) { self.text = text }

    var hasMore: Bool { place < text.utf8CodeUnitCount }

    /// Takes a point, if one is here.
    mutating func takesPoint() -> Bool {
        guard text.utf8Start[place] == UInt8(ascii: ".") else { return false }
        place += 1
        return true
    }

    /// Takes a word, and the blank after it.
    mutating func next() -> [UInt8] {
        var word: [UInt8] = []
        while hasMore {
            let byte = text.utf8Start[place]
            place += 1
            if byte == UInt8(ascii: " ") { break }
            word.append(byte)
        }
        return word
    }
}
