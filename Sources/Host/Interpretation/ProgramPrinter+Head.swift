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
            if !origin.facts.isEmpty { sink.write([UInt8(ascii: " ")] + Array(origin.facts.words.utf8)) }
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
}
