// The programs of every recorded machine, printed whole and read back: nothing of them is lost.

import Interpretation
import Metabinary
import Pipeline
import Program
import Testing

/// Keeps the programs of all rules.
private struct EvaluatedPrograms: PipelineObserver {
    var programs: [NamedProgram] = []

    mutating func evaluated(_ program: Program, of rule: FunctionDescription) {
        programs.append(NamedProgram(program, regionNames: program.regions.indices.map { "memory\($0)" }))
    }
}

@Suite struct ProgramTextTests {
    @Test(arguments: RecordedFacts.names)
    func `every program of a recorded machine comes back from its text`(name: String) throws {
        var observer = EvaluatedPrograms()
        _ = generate(try RecordedFacts.named(name).facts, try ShippedAtlas.compiled.get().image, observer: &observer)
        #expect(observer.programs.count > 4)
        for named in observer.programs {
            let back = try ProgramReader.read(named.text)
            guard back == named else {
                Issue.record("\(named.text)\nread as\n\(back.text)")
                return
            }
        }
    }
}
