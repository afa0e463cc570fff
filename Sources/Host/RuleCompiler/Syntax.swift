// The syntax tree: what the text says, before anything is known to be meant. A number that the lexer or the parser
// has reported as wrong is nil, and the checker then asks nothing of it.

/// What has a name of its own.
protocol Named {
    var name: Syntax.Name { get }
}

/// Nodes of the syntax tree.
enum Syntax {
    /// A name where it is declared or used.
    struct Name {
        var text: String
        var span: SourceSpan
    }

    /// A number of the text, or a fact in its place.
    struct Number {
        /// Of a fact, the largest number that it may be, once that is known.
        var value: UInt64?
        var span: SourceSpan
        var fact: Name?
        /// What a fact must not exceed here.
        var limit = UInt64.max
    }

    /// `import "ring_nic.meta"`
    struct Import {
        /// The file as it is written, relative to the folder of the one that imports it.
        var file: String
        var span: SourceSpan
    }

    /// All declarations of all sources.
    struct Atlas {
        var imports: [Import] = []
        /// Sources of which something could not be read, so that a use of an import may be missing.
        var brokenSources: Set<Int> = []
        var classes: [Class] = []
        var devices: [Device] = []
        /// A declaration could not be read at all, so that names may be missing.
        var isBroken = false
    }

    /// `class ring_nic 1 is nic { … }`
    struct Class: Named {
        var name: Name
        var version: Number
        /// The class whose members it has too.
        var parent: Name?
        var members: [Member] = []
        /// Facts that each of its devices states.
        var requiredFacts: [Name] = []
        /// States that each of its devices has.
        var states: [State] = []
        /// Facts and tables that each of its devices has, unless it overrides them.
        var facts: [Fact] = []
        var tables: [Table] = []
        /// Functions that it generates for every device.
        var functions: [Function] = []
        /// Something in it could not be read, so that members may be missing.
        var isBroken = false
    }

    /// `transmit(frame: own tx, length: u32 in 14…1514) -> sent { buffer: own tx 0…15 } | busy`
    struct Member: Named {
        var name: Name
        var parameters: [Parameter] = []
        var result: Result
        var resultSpan: SourceSpan
    }

    /// What a function returns.
    enum Result {
        /// `none`
        case nothing
        /// `up: bool`; the number of bits is `nil` for a type that was reported as unknown.
        case value(Name, bitCount: UInt8?)
        /// `ready | stuck | gone`
        case outcomes([Outcome])
    }

    /// `refused 2`, `sent { buffer: own tx 0…15 }`
    struct Outcome: Named {
        var name: Name
        /// What stands for it; where it is left out, one more than for the outcome before.
        var number: Number?
        var fields: [Field] = []
    }

    /// `length: u32 in 14…1514` or `frame: own tx`
    struct Parameter {
        var name: Name
        /// The ring whose buffer it is.
        var ring: Name?
        /// `nil` for a type that was reported as unknown.
        var bitCount: UInt8?
        var range: (low: Number, high: Number)?
        /// From the name to the end of the range.
        var span: SourceSpan
    }

    /// `device e is nic { … }`, or derived from another device; then what it inherits is in it once the parser is done
    /// with all files.
    struct Device: Named {
        var name: Name
        /// The class that it is of, or the device that it is derived from.
        var parent: Name
        var matches: [Match] = []
        var windows: [Window] = []
        var indirectWindows: [IndirectWindow] = []
        var registers: [Register] = []
        var mailboxes: [Mailbox] = []
        var layouts: [Layout] = []
        var rings: [Ring] = []
        var pools: [Pool] = []
        var memories: [Memory] = []
        var freePools: [FreePool] = []
        var states: [State] = []
        var definitions: [Definition] = []
        var routines: [Routine] = []
        var facts: [Fact] = []
        var tables: [Table] = []
        var probes: [Probe] = []
        var functions: [Function] = []
        /// Names of the declarations that come after `override`.
        var overrides: [Name] = []
        /// Whether it is derived from another device.
        var isDerived = false
        /// Names that it has of the device that it is derived from.
        var inherited: Set<String> = []
        /// Something in it could not be read, so that names may be missing.
        var isBroken = false
    }

    /// `match pci vendor 0x1234 device 0x0001, 0x0002`, `match pci class 0x01 0x08 0x02`
    struct Match {
        var span: SourceSpan
        var vendor: Number
        var devices: [Number]
        /// ID of a capability that a function has not which is meant.
        var without: Number?
        /// Base class, subclass and interface, of a match that names no vendor.
        var classCode: [Number] = []
    }

    /// `window regs = bar 0 memory`, `window io = bar 1 ports`, or `window regs = capability 0x09 where byte 3 == 1, bar byte 4, …`
    struct Window: Named {
        var name: Name
        /// The base address register; of one that a capability names, none.
        var bar: Number?
        /// Whether the registers lie in memory space; else they are ports.
        var isMemory = true
        var locator: Locator?
        /// Where it begins in configuration space.
        var configuration: Configuration?
        /// Where it is in a function that has no such place, in this order.
        var alternatives: [Window] = []
        /// What the device needs between two accesses. Units: microseconds.
        var pace: Number?
    }

    /// `register regs.STATUS at 0x0008 u16 ro { … }`
    struct Register: Named {
        var window: Name
        var name: Name
        var offset: Number
        /// Elements of an array of registers.
        var count: Number?
        var bitCount: UInt8
        var isReadable: Bool
        var isWritable: Bool
        /// Whether a bit that is written as one is cleared, and one that is written as zero stays.
        var clearsWritten = false
        /// Whether it is the mouth of a queue: each read takes an item, each write puts one.
        var isQueue = false
        /// Whether what is written to it may have the device forget what other registers were told, or take them for others.
        var voids = false
        var kind: Kind?
        var fields: [Field] = []
        var role: Role?
        var allowed: Allowed?
    }

    /// `LINK: 1` or `SPEED: 6…7`
    struct Field: Named {
        var name: Name
        var low: Number
        var high: Number
        var kind: Kind?
        var allowed: Allowed?
        /// The ring or pool of which an outcome carries a buffer there.
        var pool: Name?
    }

    /// `ring tx of Descriptor sends { count 256, base LOW:HIGH, bytes SIZE, head HEAD, tail TAIL, done status.DD }`
    struct Ring: Named {
        var name: Name
        var layout: Name
        /// Whether the driver fills slots for the device to send, not empties what the device received.
        var sends: Bool
        var count: Number?
        var base: (low: Name, high: Name)?
        var bytes: Name?
        var head: Name?
        var tail: Name?
        var done: (field: Name, bit: Name)?
    }

    /// `pool buffers of tx { bytes 2048, spare 8 }`
    struct Pool: Named {
        var name: Name
        var ring: Name
        var byteCount: Number
        var spare: Number?
        /// Bytes before the data in each buffer.
        var headroom: Number?
    }

    /// `state sequence: u16 in 0…999 = 0`, `state owner[8]: u8 = 0`, `cursor next over used.elements`
    struct State: Named {
        var name: Name
        /// Elements of a table.
        var count: Number?
        var bitCount: UInt8?
        var range: (low: Number, high: Number)?
        var kind: Kind?
        var first: Number
        /// The ring or pool whose buffers it holds, and no numbers.
        var pool: Name?
        /// The array that it runs around: then it is a cursor, and no number.
        var array: ArrayName?

        /// Whether it is a number, or a table of numbers.
        var isNumber: Bool { pool == nil && array == nil }
    }

    /// `define outgoing(buffer) = …`
    struct Definition: Named {
        var name: Name
        var parameters: [Name]
        var value: Expression
    }

    /// `define send(bit) { … }`: statements that are put in where they are named.
    struct Routine: Named {
        var name: Name
        var parameters: [Name]
        var statements: [Statement]
    }

    /// `generate link() -> up: bool { … }`
    struct Function: Named {
        var member: Member
        var statements: [Statement] = []
        var closingBrace: SourceSpan

        var name: Name { member.name }
    }
}
