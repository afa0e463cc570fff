// What the checker hands to the emitter: every name resolved, every width and type decided, nothing left to ask. Its
// expressions and statements are the operations of the metabinary's machine, as trees.

import Hardware
import Metabinary
import Program

/// The rules of an atlas, checked.
struct CheckedAtlas {
    struct Class {
        var name: String
        var version: UInt8
        /// Index of the class that it is, which is before it.
        var parent: Int?
    }

    struct Device {
        var name: Syntax.Name
        /// Index of the class.
        var itsClass: Int
        var matches: [(vendor: UInt16, device: UInt16)] = []
        /// Base class in bits 23:16, subclass in 15:8, interface in 7:0.
        var classMatches: [UInt32] = []
        var windows: [Window] = []
        var memories: [Memory] = []
        var cells: [Cell] = []
        var functions: [Function] = []
        var stage = Stage()
    }

    /// What is left to the static stage.
    struct Stage {
        var tables: [[UInt64]] = []
        /// Each names facts before it alone.
        var facts: [Fact] = []
        var choices: [Choice] = []
        var quantities: [Quantity] = []
        var probes: [Probe] = []

        var isEmpty: Bool { tables.isEmpty && facts.isEmpty && choices.isEmpty }
    }

    struct Fact {
        var name: String
        var span: SourceSpan
        var lowest: UInt64
        var highest: UInt64
        /// `nil` where a probe finds it out.
        var code: Expression?
        var probe: Int?
    }

    struct Choice {
        var name: String
        var span: SourceSpan
        var count: Int
    }

    struct Quantity {
        var kind: QuantityDescription.Kind
        var index: Int
        var fact: Int
    }

    struct Probe {
        var function: Function
        var purity: ProbeDescription.Purity
        var assumed: UInt64?
        var registers: [(window: Int, index: Int)]
    }

    struct Window {
        var name: Syntax.Name
        var bar: UInt8
        /// Whether the registers lie in memory space; else they are ports.
        var isMemory: Bool
        var locator: CapabilityLocator?
        var configuration: ConfigurationPlace?
        /// Further places, of which only these three mean anything.
        var alternatives: [Window] = []
        /// End of the highest register.
        var byteCount: UInt64
        /// In rising order of offset.
        var registers: [Register] = []

        /// Whether some place of it is one of ports.
        var mayBePorts: Bool { !isMemory || alternatives.contains { !$0.isMemory } }
    }

    struct Register {
        var name: Syntax.Name
        var offset: UInt64
        var bitCount: UInt8
        var count: UInt64
        var isReadable: Bool
        var isWritable: Bool
        var role = RegisterDescription.Role.plain
        /// Indices of the memories that the role is about.
        var memories: [Int] = []
        /// The bits that hold a length.
        var lengthBits: (first: UInt8, count: UInt8) = (0, 0)
        /// Whether an address may be 0 as well.
        var mayBeZero = false
        /// Whether a store to it makes void what other registers were told.
        var voids = false
        /// What may be written besides what the role says; `nil` for anything.
        var allowed: [AllowedBits]?
    }

    /// What may be written to some bits.
    struct AllowedBits {
        /// A number, or a size of the memory with that index.
        enum Number {
            case range(low: UInt64, high: UInt64)
            case byteCount(of: Int)
            case count(of: Int)
            case index(of: Int)
        }

        struct Value {
            var number: Number
            /// All that the device was told before.
            var premises: [Premise] = []
        }

        /// What registers of the window were told last.
        enum Premise {
            /// All that registers take of the memory with that index.
            case whole(memory: Int)
            case address(register: Int, memory: Int)
            case number(register: Int, Number)
        }

        var firstBit: UInt64
        var bitCount: UInt8
        /// Those that may be set, each by itself; `nil` where values are stated.
        var bits: UInt64?
        var values: [Value] = []
    }

    struct Memory {
        var name: Syntax.Name
        var kind: Region.Kind
        var byteCount: UInt64
        var alignment: UInt64
        /// Size of a slot of a ring, of a buffer of a pool.
        var elementByteCount: UInt64 = 0
        /// Bytes from the start of an element to the data of the buffer of its number.
        var headroom: UInt64 = 0
        /// Index of the memory that addresses point into which name none.
        var pool = 0
        /// Fields of a slot by which the device is told of other memory.
        var fields: [Syntax.LayoutField] = []
        /// What else the driver writes of a slot.
        var written: [Syntax.LayoutField] = []
        /// What may be written there.
        var allowed: [AllowedBits]?
        /// What code reaches of memory that is no ring.
        var parts: [Part] = []
    }

    /// A part of shared memory that is granted by itself.
    struct Part {
        var name: String
        var offset: UInt64
        var byteCount: UInt64
        var elementByteCount: UInt64
        var isReadable: Bool
        var isWritable: Bool
        /// Fields of an element by which the device is told of other memory.
        var fields: [Syntax.LayoutField]
        /// Whether it is the data of buffers, which the driver moves and the device does not reach.
        var isData = false
        /// What else the driver writes of an element.
        var written: [Syntax.LayoutField] = []
        /// What may be written there; `nil` for anything.
        var allowed: [AllowedBits]?
    }

    struct Cell {
        var name: String
        var bitCount: UInt8
        var count: UInt64
        var mask: UInt64
    }

    struct Function {
        var name: Syntax.Name
        var parameters: [(name: String, bitCount: UInt8)] = []
        var resultName: String
        /// 0 where there is no result.
        var resultBitCount: UInt8
        /// How the result is laid out, in the order of the rule; none where it is one value.
        var outcomes: [ResultOutcome] = []
        var statements: [Statement] = []
    }

    /// Where a load reads and a store writes.
    enum Place {
        case register(window: Int, Int)
        /// A place of a ring's slots.
        case slots(region: Int, bitCount: UInt8, offset: UInt64)
        /// A place of a part of other shared memory.
        case part(region: Int, Int, bitCount: UInt8, offset: UInt64)
    }

    indirect enum Statement {
        /// A value that stays on the stack under its place.
        case value(Expression)
        case store(Place, index: Expression?, Expression, SourceSpan)
        case set(cell: Int, index: Expression?, Expression, SourceSpan)
        case condition(Expression, [Statement], otherwise: [Statement]?, SourceSpan)
        /// The counter takes the next place of the stack.
        case loop(count: UInt64, [Statement], SourceSpan)
        /// Before each look at the condition, the statements of `look` run.
        case wait(Expression, look: [Statement], microseconds: UInt64, expired: [Statement], SourceSpan)
        case pause(microseconds: UInt64, SourceSpan)
        case publish(SourceSpan)
        /// One arm is generated; the values that it names lie above `depth`.
        case when(Expression, [Statement], otherwise: [Statement], depth: Int, SourceSpan)
        /// Generated that often; the number of the run takes the next place of the stack.
        case each(Expression, [Statement], SourceSpan)
        /// A loop whose count is a fact.
        case loopOf(Expression, [Statement], SourceSpan)
        case fence(SourceSpan)
        case returnValue(Expression?, SourceSpan)

        /// The place in the rule that asks for it.
        var span: SourceSpan {
            switch self {
            case .value(let value): value.span
            case .store(_, _, _, let span), .set(_, _, _, let span), .condition(_, _, _, let span),
                .loop(_, _, let span), .wait(_, _, _, _, let span), .pause(_, let span), .publish(let span),
                .when(_, _, _, _, let span), .each(_, _, let span), .loopOf(_, _, let span), .fence(let span),
                .returnValue(_, let span):
                span
            }
        }
    }

    /// An operation, and the place in the rule that asks for it.
    struct Expression {
        indirect enum Operation {
            case number(UInt64)
            case local(Int)
            case parameter(Int)
            /// Returns the refusal where the value is outside.
            case bound(Expression, lowest: UInt64, highest: UInt64, refusal: UInt64)
            /// The same up to a fact.
            case boundOf(Expression, lowest: UInt64, highest: Expression, refusal: UInt64)
            case fact(Int)
            case entry(table: Int, Expression)
            /// Number of the alternative that is tried.
            case choice(Int)
            /// The one that is tried.
            case alternatives(choice: Int, [Expression])
            case ask(Question)
            case load(Place, index: Expression?)
            case get(cell: Int, index: Expression?)
            case address(region: Int)
            case binary(Opcode, Expression, Expression)
            case extend(Expression, bitCount: UInt8)
            case truncate(Expression, bitCount: UInt8)
            /// The bytes in the reverse order.
            case swap(Expression, bitCount: UInt8)
        }

        var operation: Operation
        var span: SourceSpan
    }

    var classes: [Class] = []
    var devices: [Device] = []
}

extension CheckedAtlas.Device {
    /// Index of the memory that a field tells of: the one that it names, of a ring its pool, or the pool of its own memory.
    func memory(toldBy field: Syntax.LayoutField, of memory: CheckedAtlas.Memory) -> Int {
        guard let name = field.target, let index = memories.firstIndex(where: { $0.name.text == name.text }) else {
            return memory.pool
        }
        return memories[index].kind == .ring && memories[index].parts.isEmpty ? memories[index].pool : index
    }
}
