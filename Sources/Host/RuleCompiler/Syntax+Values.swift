// The syntax tree of what may be written to a register or a field.

extension Syntax {
    /// `any`, `= 0, 4…7, rx_table.count`
    struct Allowed {
        var span: SourceSpan
        /// `nil` for any value.
        var values: [AllowedValue]?
    }

    /// `15`, `0…127`, `rx_table.count`, `1 after POINTER of rx`
    struct AllowedValue {
        enum Amount {
            case range(low: Number, high: Number)
            /// `RING.count`, `MEMORY.bytes`
            case size(of: Name, isByteCount: Bool)
        }

        var amount: Amount
        var span: SourceSpan
        /// What another register was told right before.
        var cause: Cause?
    }

    /// `after POINTER of setup or sends`, `after POINTER 0`
    struct Cause {
        var register: Name
        /// None for 0.
        var memories: [Name]
    }
}
