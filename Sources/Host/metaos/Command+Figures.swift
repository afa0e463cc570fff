// metaos figures: measures what is built, writes it as one flat JSON object, and renews the table in the README.

import FoundationEssentials

extension Command {
    static var figures: Command {
        Command(
            name: "figures", summary: "measures what is built, for .build/figures.json and README.md",
            options: [
                Option(name: "--build", placeholder: "DIR", help: "where the build stands; .build"),
                Option(name: "--readme", placeholder: "FILE", help: "whose table is renewed; README.md"),
            ],
            notes: ["A figure that could not be measured is left out, and standard error says why."],
            run: figures)
    }

    private static func figures(_ arguments: Arguments) throws -> ExitStatus {
        let build = arguments.value("--build") ?? ".build"
        let readme = arguments.value("--readme") ?? "README.md"
        var measurement = Measurement(build: build)
        measurement.measureAll()
        for note in measurement.notes { Output.note("metaos: \(note)") }
        let figures = measurement.figures
        try OutputFiles.writeIfChanged(Data(figures.json.utf8), to: "\(build)/figures.json")
        if let bytes = FileManager.default.contents(atPath: readme) {
            let text = String(decoding: bytes, as: UTF8.self)
            if let renewed = figures.renewingTable(in: text) {
                try OutputFiles.writeIfChanged(Data(renewed.utf8), to: readme)
            } else {
                Output.note("metaos: \(readme) has no two lines \(Figures.marker) for the table")
            }
        }
        for row in figures.table { Output.line(row) }
        return figures.isEmpty ? .failed : .passed
    }
}
