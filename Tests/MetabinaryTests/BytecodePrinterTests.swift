// Code as text: an instruction a line, by the names of the image.

import Hardware
import Interpretation
import Metabinary
import Program
import Testing

@Suite struct BytecodePrinterTests {
    @Test func `an instruction is a line, with the names of the image`() throws {
        let code: [UInt8] = [
            0x01, 9, 0x0C, 0, 0x02, 4, 0x17, 0x1B, 0x04, 0, 6, 0x0D, 1, 5, 2, 0x20, 0x02, 0, 0x44, 6, 0x04, 1, 32, 8,
            0x47, 0, 0x11, 1, 0x09, 64, 0x43, 8, 0, 0x23, 1, 0x0B,
        ]
        let image = try MetabinaryImage(Rules.image(code: code, stage: StageTests.stage()))
        let device = image.devices[0]
        #expect(
            BytecodePrinter(image).text(of: device.functions[0], of: device) == """
                a at b:7
                     0  line 9
                     2  parameter a
                     4  push 4
                     6  equal
                     7  ifTrue
                     8      load a.a
                    11      bound 1 5 2
                    15  end
                    16  push 0
                    18  when to 26
                    20  load a+8 u32
                    24  forget #0
                    26  get a
                    28  extend u64
                    30  ask byteCount a
                    33  address a
                    35  returnValue

                """)
    }

    @Test func `all code of the atlas is printed, and ends where it ends`() throws {
        let image = try MetabinaryImage(try Rules.atlas())
        let printer = BytecodePrinter(image)
        var words: Set<Substring> = []
        for device in image.devices {
            for function in device.functions {
                let lines = printer.text(of: function, of: device).split(separator: "\n").dropFirst()
                words.formUnion(lines.compactMap { $0.split(separator: " ").dropFirst().first })
            }
            #expect(printer.text.contains(printer.text(of: device)))
        }
        let names = Set(Opcode.allCases.map { Substring("\($0)") })
        #expect(words.isSubset(of: names) && words.count > 30, "\(words.symmetricDifference(names))")
    }
}
