// metaos figures: measures what is built, writes it as one flat JSON object, and renews a document's table.

import FoundationEssentials

extension Command {
    static var figures: Command {
        Command(
            name: "figures", summary: "measures what is built, for Tests/FIGURES.md",
            options: [
                Option(name: "--build", placeholder: "DIR", help: "where the build stands; .build"),
                Option(name: "--table", placeholder: "FILE", help: "whose table is renewed; Tests/FIGURES.md"),
            ],
            notes: ["A figure that could not be measured keeps its row, and standard error says why."],
            run: figures)
    }

    private static func figures(_ arguments: Arguments) throws -> ExitStatus {
        let build = arguments.value("--build") ?? ".build"
        let document = arguments.value("--table") ?? "Tests/FIGURES.md"
        var measurement = Measurement(build: build)
        measurement.measureAll()
        for note in measurement.notes { Output.note("metaos: \(note)") }
        let figures = measurement.figures
        try OutputFiles.writeIfChanged(Array(figures.json.utf8), to: "\(build)/figures.json")
        if let bytes = FileManager.default.contents(atPath: document) {
            let text = String(decoding: bytes, as: UTF8.self)
            if let renewed = figures.renewingTable(in: text) {
                try OutputFiles.writeIfChanged(Array(renewed.utf8), to: document)
            } else {
                Output.note("metaos: \(document) has no two lines \(Figures.marker) for the table")
            }
        }
        for row in figures.table { Output.line(row) }
        return figures.isEmpty ? .failed : .passed
    }
}
