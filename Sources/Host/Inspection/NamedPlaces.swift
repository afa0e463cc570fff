// Names for the memory that an instruction touches: a reader asks which register that is, not how far it lies from the
// instruction. The names are those of the driver's grants, which cover all that its code may touch.

import Verification

/// The places in memory that a driver's code may touch, by name.
struct NamedPlaces {
    private let grants: [Grant]

    init(_ grants: [Grant]) { self.grants = grants.filter { $0.space == .memory } }

    /// The text of an instruction with the name of a place where it has its address: `[regs.STATUS]` for
    /// `[rip + 0x10000002]`, `[rcx*4 + tx.buffers]` for `[rcx*4 + 0x60000004]`. What is in no grant stays as it is.
    func named(_ instruction: DisassembledInstruction) -> String {
        let next = instruction.address.rawValue &+ UInt64(instruction.bytes.count)
        return instruction.text.replacing(#/(\[|\+ )(rip ([+-]) )?0x([0-9a-f]+)(?=[^\[]*\])/#) { match in
            guard let number = UInt64(match.4, radix: 16), match.1 == "[" || match.2 == nil else { return match.0 }
            let address =
                switch match.3 {
                case "+": next &+ number
                case "-": next &- number
                default: number
                }
            return name(of: address).map { "\(match.1)\($0)" } ?? match.0
        }
    }

    /// `regs.MTA`, or `regs.MTA + 0x10` inside of what has several elements.
    private func name(of address: UInt64) -> String? {
        guard let grant = grants.first(where: { $0.start <= address && address - $0.start < $0.byteCount }) else {
            return nil
        }
        return address == grant.start ? text(grant.name) : "\(text(grant.name)) + \(plain(address - grant.start))"
    }
}
