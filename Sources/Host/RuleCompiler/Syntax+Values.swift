// The syntax tree of what may be written to a register or a field.

extension Syntax {
    /// `any`, `= 0, 4…7, rx_table.count`
    struct Allowed {
        var span: SourceSpan
        /// `nil` for any value.
        var values: [AllowedValue]?
    }

    /// `15`, `0…127`, `rx_table.count`, `1 after POINTER of rx`, `1 after rx and SIZE rx.count`
    struct AllowedValue {
        enum Amount {
            case range(low: Number, high: Number)
            /// `RING.count`, `MEMORY.bytes`, `MEMORY.order`
            case size(of: Name, Measure)
        }

        /// How large a memory is.
        enum Measure: String, CaseIterable {
            case count, bytes
            /// The power of two that its count is.
            case order
        }

        var amount: Amount
        var span: SourceSpan
        /// What the device was told before; all of it.
        var premises: [Premise] = []
    }

    /// What the device was told.
    enum Premise {
        /// `rx`: where the memory is, and of how many bytes where a register takes that.
        case memory(Name)
        /// `POINTER of setup or sends`
        case address(Name, of: [Name])
        /// `POINTER 0`, `SIZE rx.count`
        case value(Name, AllowedValue.Amount)
    }
}
