// Writes a program as text: its result, regions and origins, then an item a line, `%3 = load u32 regs+0x8   // line 21`.
// ProgramReader reads the text back. It prints ill-formed programs too, because that is when one wants to see them.

import Program

/// Prints programs.
public struct ProgramPrinter {
    let program: Program
    private let regionNames: [[UInt8]]

    /// - Parameter regionNames: names of the program's regions, in order; one without a name prints as `region` and its
    ///   number.
    public init(_ program: Program, regionNames: [[UInt8]]) {
        self.program = program
        self.regionNames = regionNames
    }

    /// Writes the whole program, of which nothing is lost but what an operation does not use of an item.
    public func print<Sink: ByteSink>(into sink: inout Sink) {
        printHead(into: &sink)
        printItems(into: &sink, namesOrigins: true)
    }

    /// Writes every item, each on a line, indented by the blocks that it is in.
    public func printItems<Sink: ByteSink>(into sink: inout Sink) { printItems(into: &sink, namesOrigins: false) }

    private func printItems<Sink: ByteSink>(into sink: inout Sink, namesOrigins: Bool) {
        var depth = 0
        for index in program.items.indices {
            let operation = program.items[index].operation
            if operation.closesBlock, depth > 0 { depth -= 1 }
            for _ in 0..<depth { sink.write("    ") }
            print(item: index, into: &sink, namesOrigin: namesOrigins)
            if operation.opensBlock { depth += 1 }
        }
    }

    /// Writes one item and a line feed.
    public func print<Sink: ByteSink>(item index: Int, into sink: inout Sink) {
        print(item: index, into: &sink, namesOrigin: false)
    }

    private func print<Sink: ByteSink>(item index: Int, into sink: inout Sink, namesOrigin: Bool) {
        let item = program.items[index]
        if item.operation.givesValue {
            write(ItemReference(index), into: &sink)
            sink.write(" = ")
        }
        sink.write(item.operation.word)
        writeOperands(of: item, into: &sink)
        writeOrigin(of: item, into: &sink, namesOrigin: namesOrigin)
        sink.write("\n")
    }

    private func writeOperands<Sink: ByteSink>(of item: Item, into sink: inout Sink) {
        let pattern = item.operation.row.operands
        for index in 0..<pattern.utf8CodeUnitCount {
            let byte = pattern.utf8Start[index]
            switch OperandLetter(rawValue: byte) {
            case .type: sink.write(item.type.word)
            case .place: writePlace(item, into: &sink)
            case .left: write(item.left, into: &sink)
            case .right: write(item.right, into: &sink)
            case .hexadecimal: sink.write(hexadecimal: item.immediate)
            case .decimal: sink.write(decimal: item.immediate)
            case .restIfLeft: if item.left == .none { return }
            case nil: sink.write(byte)
            }
        }
    }

    private func writePlace<Sink: ByteSink>(_ item: Item, into sink: inout Sink) {
        writeName(ofRegion: Int(item.region), into: &sink)
        sink.write("+")
        sink.write(hexadecimal: item.immediate)
        if item.left != .none {
            sink.write("+")
            write(item.left, into: &sink)
        }
    }

    func writeName<Sink: ByteSink>(ofRegion index: Int, into sink: inout Sink) {
        if index < regionNames.count { return sink.write(regionNames[index]) }
        sink.write("region")
        sink.write(decimal: UInt64(index))
    }

    private func write<Sink: ByteSink>(_ operand: ItemReference, into sink: inout Sink) {
        sink.write("%")
        if operand == .none { sink.write("?") } else { sink.write(decimal: UInt64(operand.rawValue)) }
    }

    /// The line says which origin it is, but for a line that has more than one.
    private func writeOrigin<Sink: ByteSink>(of item: Item, into sink: inout Sink, namesOrigin: Bool) {
        let index = Int(item.origin)
        guard index < program.origins.count else { return }
        let line = program.origins[index].line
        sink.write("   // line ")
        sink.write(decimal: UInt64(line))
        guard namesOrigin, program.origins.firstIndex(where: { $0.line == line }) != index else { return }
        sink.write(" origin ")
        sink.write(decimal: UInt64(index))
    }
}
