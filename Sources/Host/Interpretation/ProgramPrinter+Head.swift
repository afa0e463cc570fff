// The part of a printed program before its items: what it returns, its regions and its origins.

import Hardware
import Program

extension ProgramPrinter {
    /// Writes the type of the result, then each region and each origin on a line.
    func printHead<Sink: ByteSink>(into sink: inout Sink) {
        sink.write("program -> ")
        sink.write(program.result.word)
        sink.write("\n")
        for index in program.regions.indices {
            sink.write("region ")
            writeName(ofRegion: index, into: &sink)
            sink.write(" ")
            write(program.regions[index], into: &sink)
            sink.write("\n")
        }
        for origin in program.origins {
            sink.write("origin ")
            sink.write(decimal: UInt64(origin.line))
            write(origin.facts, into: &sink)
            sink.write("\n")
        }
    }

    private func write<Sink: ByteSink>(_ region: Region, into sink: inout Sink) {
        sink.write(region.kind.word)
        sink.write(" ")
        sink.write(hexadecimal: region.address.rawValue)
        sink.write(" +")
        sink.write(hexadecimal: region.byteCount)
        if region.physical.rawValue != 0 {
            sink.write(" physical=")
            sink.write(hexadecimal: region.physical.rawValue)
        }
        if region.selection != 0 {
            sink.write(" selection=")
            sink.write(hexadecimal: UInt64(region.selection))
        }
    }

    /// The words of the facts; what has none, as a number.
    private func write<Sink: ByteSink>(_ facts: FactSet, into sink: inout Sink) {
        var others = facts
        for bit in UInt32(0)..<32 {
            let fact = FactSet(rawValue: 1 << bit)
            guard facts.contains(fact), let word = fact.word else { continue }
            sink.write(" ")
            sink.write(word)
            others.remove(fact)
        }
        guard !others.isEmpty else { return }
        sink.write(" ")
        sink.write(hexadecimal: UInt64(others.rawValue))
    }
}
