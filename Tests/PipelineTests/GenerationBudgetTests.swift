// The account of a driver: what a description takes beyond it is refused by name, before it is tried on and on, and the next
// device has an account of its own.

import Hardware
import Metabinary
import RuleCompiler
import Testing

@testable import Pipeline

@Suite struct GenerationBudgetTests {
    /// Two devices: one whose two functions have these statements, for each of 64 combinations, and one with next to nothing.
    private static func rules(_ statements: String, facts: String = "") -> String {
        """
        class lamp 1 {
            require on() -> none
            require off() -> none
        }
        device hungry is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.POWER at 0x04 rw
            fact one = choose 1, 2, 3, 4, 5, 6, 7, 8
            fact two = choose 1, 2, 3, 4, 5, 6, 7, 8
            \(facts)
            generate on() -> none { POWER = one + two }
            generate off() -> none { \(statements) }
        }
        device modest is lamp {
            match pci vendor 0x1234 device 0x0002
            window regs = bar 0 memory
            register regs.POWER at 0x04 rw
            generate on() -> none { POWER = 1 }
            generate off() -> none { POWER = 0 }
        }
        """
    }

    private static func facts() -> MachineFacts {
        var facts = MachineFacts()
        facts.functions = [(UInt8(3), UInt16(1)), (4, 2)].map { place, device in
            var function = PCIFunction(
                address: FunctionAddress(bus: 0, device: place, function: 0), vendor: 0x1234, device: device)
            function.baseAddressRegisters = [
                BaseAddressRegister(
                    index: 0, kind: .memory32, isPrefetchable: false, base: 0xFD00_0000 + UInt64(place) << 16,
                    byteCount: 0x1000)
            ]
            return function
        }
        return facts
    }

    /// The reasons of refusals, `nil` for a driver, and what the first device took.
    private func outcomes(_ rules: String) throws -> (reasons: [String?], budget: GenerationBudget) {
        let compilation = RuleCompiler.compile([RuleSource(name: "a", text: rules)], ignoring: [.limitExceeded])
        let image = try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
        var generator = Generator(Self.facts(), image, observer: SilentObserver())
        var (reasons, budgets): ([String?], [GenerationBudget]) = ([], [])
        for function in generator.functions {
            var reason: [UInt8] = []
            if case .refused(let refusal)? = generator.generate(for: function) {
                refusal.error.writeReason(into: &reason)
            }
            reasons.append(reason.isEmpty ? nil : String(decoding: reason, as: UTF8.self))
            budgets.append(generator.budget)
        }
        return (reasons, budgets[0])
    }

    @Test func `what all combinations take is counted, and what is kept once more`() throws {
        let (reasons, budget) = try outcomes(Self.rules("for each i in 0..<10 { POWER = i }"))
        #expect(reasons == [nil, nil])
        // A number, a store and the return; twenty and the return.
        #expect(budget.itemCount == 65 * (3 + 21))
        #expect(budget.stepCount > 65 * 20 && !budget.isSpent)
    }

    @Test func `a device that takes too many items with all alternatives is refused, and the next has its driver`()
        throws
    {
        let (reasons, budget) = try outcomes(Self.rules("for each i in 0..<1023 { POWER = i }"))
        let reason = "off: evaluation: more than 131072 items for all functions and alternatives, line 13"
        #expect(reasons == [reason, nil])
        #expect(budget.itemCount == GenerationBudget.itemLimit + 1)
    }

    @Test func `steps that end in failures are counted, and no combination is tried once they are used up`() throws {
        // Sixteen thousand steps, and then a number too large for its register.
        let (reasons, budget) = try outcomes(
            Self.rules("for each i in 0..<1800 { when i * 3 + 1 == 7 { POWER = 2 } }"))
        let reason = "off: evaluation: more than 1048576 steps for all functions and alternatives, line 13"
        #expect(reasons == [reason, nil])
        #expect(budget.stepCount == GenerationBudget.stepLimit + 1)
    }
}
