// The programs of every recorded machine, printed whole and read back: nothing of them is lost.

import Inspection
import Interpretation
import MachineFiles
import Pipeline
import Testing

@Suite struct ProgramTextTests {
    @Test(arguments: RecordedFacts.names)
    func `every program of a recorded machine comes back from its dump`(name: String) throws {
        var record = StageRecord()
        let facts = try RecordedFacts.named(name).facts
        _ = generate(facts, try ShippedAtlas.compiled.get().image, observer: &record)
        let functions = record.devices.flatMap(\.functions)
        #expect(functions.count > 4)
        let dump = MachineDump(of: record, MachineFile(facts: facts))
        let programs = functions.map(\.namedProgram)
        let optimised = functions.compactMap(\.namedOptimised)
        for (stage, programs) in [(Stage.program, programs), (.optimised, optimised)] {
            let texts = dump.blocks(stage).map(\.text)
            #expect(texts.count == functions.count && programs.count == functions.count)
            for (text, program) in zip(texts, programs) {
                let back = try ProgramReader.read(text)
                guard back == program else {
                    Issue.record("\(text)\nread as\n\(back.text)")
                    return
                }
            }
        }
    }
}
