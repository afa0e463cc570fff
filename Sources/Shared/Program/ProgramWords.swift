// The words of types and of kinds of regions, in rules, reports and printed programs alike.

extension ValueType {
    /// The word for the type.
    public var word: StaticString {
        switch self {
        case .void: "void"
        case .boolean: "bool"
        case .u8: "u8"
        case .u16: "u16"
        case .u32: "u32"
        case .u64: "u64"
        }
    }
}

extension Region.Kind {
    /// The word for the kind.
    public var word: StaticString {
        switch self {
        case .window: "window"
        case .ring: "ring"
        case .pool: "pool"
        case .state: "state"
        case .ports: "ports"
        }
    }
}
