// Writes a program as text, an item a line, for the observers of the pipeline: `%3 = load u32 regs+0x8   // line 21`.
// Nothing reads the text back. It prints ill-formed programs too, because that is when one wants to see them.

/// Prints programs.
public struct ProgramPrinter {
    private let program: Program
    private let regionNames: [[UInt8]]

    /// - Parameter regionNames: names of the program's regions, in order; one without a name prints as `region` and its
    ///   number.
    public init(_ program: Program, regionNames: [[UInt8]]) {
        self.program = program
        self.regionNames = regionNames
    }

    /// Writes every item, each on a line, indented by the blocks that it stands in.
    public func print<Sink: ByteSink>(into sink: inout Sink) {
        var depth = 0
        for index in program.items.indices {
            let operation = program.items[index].operation
            if operation.closesBlock, depth > 0 { depth -= 1 }
            for _ in 0..<depth { sink.write("    ") }
            print(item: index, into: &sink)
            if operation.opensBlock { depth += 1 }
        }
    }

    /// Writes one item and a line feed.
    public func print<Sink: ByteSink>(item index: Int, into sink: inout Sink) {
        let item = program.items[index]
        if item.operation.givesValue {
            write(ItemReference(rawValue: UInt32(truncatingIfNeeded: index)), into: &sink)
            sink.write(" = ")
        }
        sink.write(item.operation.word)
        writeOperands(of: item, into: &sink)
        if Int(item.origin) < program.origins.count {
            sink.write("   // line ")
            sink.write(decimal: UInt64(program.origins[Int(item.origin)].line))
        }
        sink.write("\n")
    }

    private func writeOperands<Sink: ByteSink>(of item: Item, into sink: inout Sink) {
        switch item.operation {
        case .constant:
            writeType(item, into: &sink)
            sink.write(hexadecimal: item.immediate)
        case .parameter:
            writeType(item, into: &sink)
            sink.write(decimal: item.immediate)
        case .load:
            writeType(item, into: &sink)
            writePlace(item, into: &sink)
        case .store:
            writeType(item, into: &sink)
            writePlace(item, into: &sink)
            sink.write(", ")
            write(item.right, into: &sink)
        case .and, .or, .exclusiveOr, .add, .subtract, .equal, .notEqual, .below, .belowOrEqual:
            writeType(item, into: &sink)
            write(item.left, into: &sink)
            sink.write(", ")
            write(item.right, into: &sink)
        case .shiftLeft, .shiftRight:
            writeType(item, into: &sink)
            write(item.left, into: &sink)
            sink.write(", ")
            sink.write(decimal: item.immediate)
        case .extend, .truncate:
            writeType(item, into: &sink)
            write(item.left, into: &sink)
        case .loop, .wait:
            sink.write(" ")
            sink.write(decimal: item.immediate)
        case .ifTrue, .until:
            sink.write(" ")
            write(item.left, into: &sink)
        case .returnValue:
            if item.left != .none {
                sink.write(" ")
                write(item.left, into: &sink)
            }
        case .publish, .fence, .otherwise, .end:
            break
        }
    }

    private func writeType<Sink: ByteSink>(_ item: Item, into sink: inout Sink) {
        sink.write(" ")
        sink.write(item.type.word)
        sink.write(" ")
    }

    private func writePlace<Sink: ByteSink>(_ item: Item, into sink: inout Sink) {
        if Int(item.region) < regionNames.count {
            sink.write(regionNames[Int(item.region)])
        } else {
            sink.write("region")
            sink.write(decimal: UInt64(item.region))
        }
        sink.write("+")
        sink.write(hexadecimal: item.immediate)
        if item.left != .none {
            sink.write("+")
            write(item.left, into: &sink)
        }
    }

    private func write<Sink: ByteSink>(_ operand: ItemReference, into sink: inout Sink) {
        sink.write("%")
        if operand == .none { sink.write("?") } else { sink.write(decimal: UInt64(operand.rawValue)) }
    }
}

extension Operation {
    /// The word that stands for the operation in a printed program.
    public var word: StaticString {
        switch self {
        case .constant: "constant"
        case .load: "load"
        case .and: "and"
        case .or: "or"
        case .shiftLeft: "shiftLeft"
        case .shiftRight: "shiftRight"
        case .extend: "extend"
        case .truncate: "truncate"
        case .parameter: "parameter"
        case .store: "store"
        case .publish: "publish"
        case .fence: "fence"
        case .exclusiveOr: "exclusiveOr"
        case .add: "add"
        case .subtract: "subtract"
        case .equal: "equal"
        case .notEqual: "notEqual"
        case .below: "below"
        case .belowOrEqual: "belowOrEqual"
        case .ifTrue: "if"
        case .otherwise: "otherwise"
        case .loop: "loop"
        case .wait: "wait"
        case .until: "until"
        case .end: "end"
        case .returnValue: "return"
        }
    }
}

extension ValueType {
    /// The word that stands for the type in rules and in printed programs.
    public var word: StaticString {
        switch self {
        case .void: "void"
        case .boolean: "bool"
        case .u8: "u8"
        case .u16: "u16"
        case .u32: "u32"
        case .u64: "u64"
        }
    }
}
