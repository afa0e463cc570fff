// A machine whose command line can be set is told a nonce, and its report must have it: what another boot said, or an
// earlier one, is then no report of this one. Machine calls it; GRUB passes no command line on.

import Report

extension MachineDescription.BootMedium {
    /// Puts a nonce in front of the kernel's command line, unless there is one. Returns the nonce that the machine is told.
    mutating func giveNonce() -> UInt64? {
        guard case .kernel(let path, let commandLine) = self else { return nil }
        if let nonce = BootNonce.taken(from: Array(commandLine.utf8)).nonce { return nonce.value }
        let value = UInt64.random(in: .min ... .max)
        let digits = String(value, radix: 16)
        let word = "nonce=" + String(repeating: "0", count: BootNonce.digitCount - digits.count) + digits
        self = .kernel(path: path, commandLine: commandLine.isEmpty ? word : word + " " + commandLine)
        return value
    }
}
