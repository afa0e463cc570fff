// The syntax tree of memory that a device shares with its driver and that is no ring.

extension Syntax {
    /// `memory rx of RxHeader { count 2436, align 16, base RBSTART, headroom 4 }`
    struct Memory: Named {
        var name: Name
        var layout: Name
        /// Number of records; left out, it is one.
        var count: Number?
        var alignment: Number?
        var base: (low: Name, high: Name?)?
        /// Whether the register takes the number of a page, not the address.
        var takesPage = false
        /// The memory that it lies right behind.
        var before: Name?
        /// The register that takes its size.
        var bytes: Name?
        /// The pool that addresses in it lead into, where they name none.
        var pool: Name?
        /// Bytes before the data of the buffer that begins at a record.
        var headroom: Number?
    }

    /// `pool tx { count 12, bytes 2048, headroom 12, data u16 }`
    struct FreePool: Named {
        var name: Name
        var count: Number
        var byteCount: Number
        var headroom: Number?
        /// The elements that the driver itself reads and writes the data by.
        var data: (span: SourceSpan, bitCount: UInt8)?
    }

    /// `as address of tx, rx` after a register, `as length of tx` after a field of one.
    struct Role {
        var meaning: Meaning
        /// The pools or memories; only an address may be of several, one at a time.
        var targets: [Name]
        /// The field that holds a length.
        var field: Field?
        /// Whether an address may be 0 as well.
        var mayBeZero = false
    }

    /// What a cursor runs around: `rx`, `rx_used.elements`.
    struct ArrayName {
        /// A memory, a ring, a pool, a state or a register.
        var base: Name
        /// An array in the layout of a memory.
        var field: Name?

        var last: Name { field ?? base }
    }
}

extension Syntax.Device {
    /// Whether a register or a field of a layout takes addresses of records of a memory.
    func leads(to memory: Syntax.Name) -> Bool {
        let fields = layouts.flatMap(\.fields).filter { [.address, .base].contains($0.meaning) }.compactMap(\.target)
        let roles = registers.compactMap(\.role).filter { $0.meaning == .address }
        return (fields + roles.flatMap(\.targets)).contains { $0.text == memory.text }
    }
}
