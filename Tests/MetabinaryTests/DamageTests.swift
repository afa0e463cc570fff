// Damaged images with the checksum repaired: each is refused with a typed error or gives programs that are well
// formed. A run tries a share of the bytes, METAOS_SEED decides which; METAOS_MUTANTS set to anything tries every value of
// every byte.

import Foundation
import Hardware
import Interpretation
import Metabinary
import Program
import Testing

@Suite struct DamageTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let isThorough = environment["METAOS_MUTANTS"] != nil
    private static let seed = environment["METAOS_SEED"].flatMap { Int($0) } ?? 1

    /// The bytes of an image that are tried: all of a small one, every sixteenth of the atlas.
    private static func places(in bytes: [UInt8]) -> StrideTo<Int> {
        let step = isThorough || bytes.count < 1024 ? 1 : 16
        return stride(from: seed % step, to: bytes.count, by: step)
    }

    /// Opens the image and evaluates all of it; counts what came out. A program that was seen before is not looked at
    /// again.
    private func open(_ bytes: [UInt8], _ seen: inout Set<Program>, _ what: @autoclosure () -> String) -> (
        programs: Int, refusals: Int
    ) {
        var programs = 0
        var refusals = 0
        do throws(MetabinaryError) {
            let image = try MetabinaryImage(bytes)
            for device in image.devices {
                for function in device.functions {
                    do throws(MetabinaryError) {
                        let program = try image.evaluate(
                            function, regions: Rules.regions(of: device), clockFrequency: 1_000_000_000)
                        programs += 1
                        guard seen.insert(program).inserted else { continue }
                        if let defect = program.defect { Issue.record("\(what()): \(defect)") }
                        #expect(throws: Never.self, "\(what())") { try ProgramChecker.check(program) }
                        if let escape = escape(of: program) { Issue.record("\(what()): \(escape)") }
                    } catch {
                        refusals += 1
                        #expect(error.offset < bytes.count, "\(what())")
                    }
                }
            }
        } catch {
            refusals += 1
            #expect(error.offset <= bytes.count, "\(what())")
        }
        return (programs, refusals)
    }

    /// Runs a program over a device that answers with ones and a state that is still empty, and says how it left its
    /// regions: no index may lead out of them, whatever the bytes were.
    private func escape(of program: Program) -> String? {
        var memory = AnsweringMemory { region, _, _ in program.regions[Int(region)].kind == .state ? 0 : .max }
        let outcome = ProgramInterpreter.run(program, [7, 60, 0, 0, 0, 0], memory: &memory)
        if case .leftRegion = outcome { return "\(outcome)" }
        return nil
    }

    private func images() throws -> [[UInt8]] {
        let body = "let a = LONG\nreturn a.HIGH << 20 | QUAD.LOW | WORD.MIDDLE & 0xF0 | BYTE.TOP"
        return [try Rules.atlas(), try Rules.compile(body: body)]
    }

    @Test func `Images cut at any byte are refused`() throws {
        var seen: Set<Program> = []
        for bytes in try images() {
            for count in Self.places(in: bytes) {
                let cut = Array(bytes.prefix(count))
                #expect(open(cut, &seen, "cut at \(count)").programs == 0)
                #expect(open(Rules.sealed(cut), &seen, "cut at \(count), sealed").programs == 0)
                // Cut in the middle, the checksum's place kept.
                if count >= 9, count < bytes.count - 4 {
                    let tables = Rules.sealed(cut + [0, 0, 0, 0])
                    #expect(open(tables, &seen, "tables cut at \(count)").programs == 0)
                }
            }
        }
    }

    @Test func `Images with any byte changed are refused or give well formed programs`() throws {
        let changes: [UInt8] = Self.isThorough ? Array(1...255) : [1, 128]
        var programs = 0
        var refusals = 0
        var seen: Set<Program> = []
        for (number, bytes) in try images().enumerated() {
            for index in Self.places(in: bytes) {
                for change in changes {
                    var damaged = bytes
                    damaged[index] ^= change
                    let count = open(Rules.sealed(damaged), &seen, "image \(number), byte \(index), change \(change)")
                    programs += count.programs
                    refusals += count.refusals
                }
            }
        }
        print("damaged images, seed \(Self.seed): \(programs) programs, \(refusals) refusals")
        #expect(programs > 0 && refusals > 0)
    }
}
