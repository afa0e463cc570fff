// What an interpreted program came to, held against what its code left in RAX.

import Interpretation
import Program

extension ProgramInterpreter.Outcome {
    /// How the result of the code differs from what the program means; `nil` where it does not. What is above the bits of
    /// the result's type means nothing.
    func difference(fromResult result: UInt64, of program: Program) -> String? {
        guard case .returned(let expected) = self else { return "means \(self)" }
        let returned = result & program.result.mask
        return program.result == .void || returned == expected ? nil : "returns \(returned), means \(expected)"
    }
}
