// Sizes and counts of what the atlas gives may only fall. Capstone counts instructions and branches; our own counts must
// be the same.

import Hardware
import Inspection
import Pipeline
import Testing

@Suite struct FigureTests {
    /// What the atlas gives on the recorded machines: of each figure the highest.
    private static func measured() throws -> FigureTable {
        let atlas = try ShippedAtlas.compiled.get()
        var table = FigureTable(["metabinary.bytes": atlas.metabinary.count])
        for machine in try RecordedFacts.all.get() {
            var observer = SilentObserver()
            for driver in generate(machine.facts, atlas.image, observer: &observer).compactMap(\.driver) {
                table.values.merge(try figures(of: driver)) { max($0, $1) }
            }
        }
        return table
    }

    private static func figures(of driver: GeneratedDriver) throws -> [String: Int] {
        let name = String(decoding: driver.name, as: UTF8.self)
        var figures = ["\(name).driver.bytes": driver.byteCount]
        for function in driver.functions {
            let name = "\(name).\(String(decoding: function.name, as: UTF8.self))"
            let instructions = try Disassembler().instructions(of: function.bytes, at: function.entry, named: name)
            let branchCount = instructions.count(where: \.isConditionalBranch)
            #expect(instructions.count == function.marks.count && branchCount == function.branchCount, "\(name)")
            figures["\(name).bytes"] = function.bytes.count
            figures["\(name).instructions"] = instructions.count
            figures["\(name).branches"] = branchCount
        }
        return figures
    }

    @Test func `no size or count is above its line, or below it`() throws {
        let fixture = BlessedText(path: "figures/generated.txt")
        let table = try #require(FigureTable(text: fixture.text ?? ""), "a line of the table is none")
        let measured = try Self.measured()
        let mode = BlessedText.Mode.current
        let blessed = mode == .compare ? table : table.blessed(measured, mayRaise: mode == .raise)
        if blessed != table { try fixture.write(blessed.text) }
        for complaint in blessed.complaints(about: measured) { Issue.record("\(complaint)") }
    }

    @Test func `every shipped driver is measured`() throws {
        let names = try ShippedAtlas.compiled.get().image.devices.map { String(decoding: $0.name, as: UTF8.self) }
        let measured = try Self.measured()
        for name in names { #expect(measured.values["\(name).driver.bytes"] ?? 0 > 0, "\(name)") }
    }

    // MARK: The table itself

    private static let table = FigureTable(["a.bytes": 12, "a.branches": 0, "b.bytes": 7])

    @Test func `a table comes back from its text`() {
        #expect(FigureTable(text: Self.table.text) == Self.table)
        #expect(Self.table.text.hasSuffix("\na.branches 0\na.bytes    12\nb.bytes    7\n"))
        for line in ["a.bytes", "a.bytes twelve", "a.bytes 12 13", "a.bytes 12\na.bytes 12"] {
            #expect(FigureTable(text: line) == nil)
        }
    }

    @Test func `a figure above, below, new or gone is a complaint that says what to do`() {
        #expect(Self.table.complaints(about: Self.table).isEmpty)
        let measured = FigureTable(["a.bytes": 13, "b.bytes": 6, "c.bytes": 1])
        #expect(
            Self.table.complaints(about: measured) == [
                "a.branches was not measured: run make bless to strike it out",
                "a.bytes is 13, above 12; if it must be, METAOS_BLESS=raise make bless raises it",
                "b.bytes is 6, below 7: run make bless to lower it",
                "c.bytes is 1 and has no line: run make bless to add it",
            ])
    }

    @Test func `blessing lowers, adds and strikes out, and raises only where that is asked for`() {
        let measured = FigureTable(["a.bytes": 13, "b.bytes": 6, "c.bytes": 1])
        let blessed = Self.table.blessed(measured, mayRaise: false)
        #expect(blessed == FigureTable(["a.bytes": 12, "b.bytes": 6, "c.bytes": 1]))
        #expect(blessed.complaints(about: measured).count == 1)
        let raised = Self.table.blessed(measured, mayRaise: true)
        #expect(raised == measured)
        #expect(raised.complaints(about: measured).isEmpty)
    }
}
