// A program as it is read from a text: the names of its regions are the text's, the program has none.

import Program

/// A program and the names of its regions.
public struct NamedProgram: Hashable, Sendable {
    public var program: Program
    public var regionNames: [String]

    /// The whole program as text.
    public var text: String {
        var bytes: [UInt8] = []
        ProgramPrinter(program, regionNames: regionNames.map { Array($0.utf8) }).print(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    public init(_ program: Program, regionNames: [String]) {
        self.program = program
        self.regionNames = regionNames
    }
}
