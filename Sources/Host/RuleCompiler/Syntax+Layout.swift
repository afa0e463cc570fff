// The syntax tree of layouts: what is in a slot or a record, and who writes it.

extension Syntax {
    /// `layout Descriptor 16 bytes { … }`
    struct Layout: Named {
        var name: Name
        var byteCount: Number
        var fields: [LayoutField] = []

        /// Fields that take an address: those that name whose, and the first that does not.
        var addresses: [LayoutField] {
            let all = fields.filter { $0.meaning == .address || $0.meaning == .base }
            return all.filter { $0.target != nil } + all.filter { $0.target == nil }.prefix(1)
        }
    }

    /// `address at 0 u64 by driver as address`, `status at 12 u8 by both { DD: 0 }`
    struct LayoutField: Named {
        var name: Name
        var offset: Number
        /// Elements of an array.
        var count: Number?
        var bitCount: UInt8
        /// Whether the byte of the highest value comes first.
        var isBig = false
        /// The layout of the records that are here, whose fields then say who writes them.
        var layout: Name?
        var writer: Writer
        var meaning: Meaning?
        /// Whose buffer or record; left out, one of the pool of the ring or memory in which the field is.
        var target: Name?
        /// The bits that are the length, where others of the field say something else.
        var told: Field?
        /// Whether the length is what is missing to 0, with as many bits as there are.
        var isNegative = false
        var bits: [Field] = []
        var allowed: Allowed?
    }

    /// What a field tells the device of a buffer or a record.
    enum Meaning: String, CaseIterable {
        case address, length
        /// Where the memory begins: the device counts its records from there.
        case base
    }

    /// Who writes a field.
    enum Writer: String, CaseIterable {
        case driver, device, both
    }
}
