// Finds the range of a function that a capability of its leads to: which base address register, from where on, and how
// far. Where in the capability these stand is the caller's knowledge; that what they say can be is checked here.

/// Where in a capability it is said which range of a function holds something.
///
/// Offsets count from the capability's first byte, which holds its ID.
public struct CapabilityLocator: Hashable, Sendable {
    /// A number in a capability, its low byte first.
    public struct Part: Hashable, Sendable {
        public var offset: UInt8
        /// 1, 2 or 4.
        public var byteCount: UInt8

        public init(offset: UInt8, byteCount: UInt8) {
            self.offset = offset
            self.byteCount = byteCount
        }
    }

    /// Capability ID.
    public var identifier: UInt8
    /// The byte that tells the capability from others of the same ID, and what it then holds.
    public var markOffset: UInt8
    public var mark: UInt8
    /// The byte that holds the number of the base address register.
    public var registerOffset: UInt8
    /// Where the range begins in what the register decodes.
    public var start: Part
    /// How long the range is.
    public var length: Part

    public init(
        identifier: UInt8 = 0, markOffset: UInt8 = 0, mark: UInt8 = 0, registerOffset: UInt8 = 0,
        start: Part = Part(offset: 0, byteCount: 1), length: Part = Part(offset: 0, byteCount: 1)
    ) {
        self.identifier = identifier
        self.markOffset = markOffset
        self.mark = mark
        self.registerOffset = registerOffset
        self.start = start
        self.length = length
    }

    /// Whether a function has a capability of that ID and mark.
    public func isIn(_ function: PCIFunction) -> Bool {
        function.capability(identifier, markOffset: markOffset, mark: mark) != nil
    }

    /// The range that the first usable capability of that ID and mark leads to, inside of what its register decodes. A
    /// function may have several, the same range once in ports and once in memory. One whose register has no address is
    /// used where no other is.
    ///
    /// - Parameters:
    ///   - minimumByteCount: how much of the range the caller needs.
    ///   - takesPorts: whether ports will do.
    ///
    /// Throws: `CapabilityError`, all cases; where none is usable, of the first.
    public func range(
        of function: PCIFunction, minimumByteCount: UInt64, takesPorts: Bool
    ) throws(CapabilityError) -> LocatedRange {
        var error: CapabilityError?
        var withoutAddress: LocatedRange?
        for found in function.capabilities where found.isOf(identifier, markOffset: markOffset, mark: mark) {
            do throws(CapabilityError) {
                let range = try range(in: found, of: function, minimumByteCount, takesPorts)
                if range.register.isAssigned { return range }
                withoutAddress = withoutAddress ?? range
            } catch let wrong {
                error = error ?? wrong
            }
        }
        if let withoutAddress { return withoutAddress }
        throw error ?? .absent(identifier: identifier, mark: mark)
    }

    /// The range that one capability leads to.
    @inline(never)
    private func range(
        in found: Capability, of function: PCIFunction, _ minimumByteCount: UInt64, _ takesPorts: Bool
    ) throws(CapabilityError) -> LocatedRange {
        let at = found.offset
        guard let number = found.number(at: registerOffset, 1),
            let first = found.number(at: start.offset, start.byteCount),
            let count = found.number(at: length.offset, length.byteCount)
        else { throw .incomplete(at: at) }
        let bar = UInt8(truncatingIfNeeded: number)
        guard let register = function.baseAddressRegister(bar) else { throw .noRegister(at: at, bar: bar) }
        guard takesPorts || register.kind != .io else { throw .wrongKind(at: at, bar: bar) }
        // Both have at most 32 bits.
        guard UInt64(first) + UInt64(count) <= register.byteCount else { throw .pastRegister(at: at, bar: bar) }
        guard UInt64(count) >= minimumByteCount else { throw .tooShort(at: at, bar: bar) }
        return LocatedRange(capability: found, register: register, offset: UInt64(first), byteCount: UInt64(count))
    }
}

/// A part of what a base address register decodes.
public struct LocatedRange: Hashable, Sendable {
    /// What leads to it.
    public var capability: Capability
    public var register: BaseAddressRegister
    /// Units: bytes from the start of what the register decodes.
    public var offset: UInt64
    /// Units: bytes.
    public var byteCount: UInt64
}

/// Why no capability leads to a range; `at` is the place of the one that contradicts in configuration space.
public enum CapabilityError: Error, Hashable, Sendable {
    /// No capability has that ID and that value in the byte that tells them apart.
    case absent(identifier: UInt8, mark: UInt8)
    /// It ends before it has said where the range is.
    case incomplete(at: UInt8)
    /// It names a base address register that the function does not have.
    case noRegister(at: UInt8, bar: UInt8)
    /// It names a base address register that decodes ports, which the registers are not for.
    case wrongKind(at: UInt8, bar: UInt8)
    /// Its range ends after what its base address register decodes.
    case pastRegister(at: UInt8, bar: UInt8)
    /// Its range ends before the registers that are looked for in it.
    case tooShort(at: UInt8, bar: UInt8)

    /// What is wrong, in a few words; the number of the register follows where `bar` has one.
    public var reason: StaticString {
        switch self {
        case .absent: "is not there with byte"
        case .incomplete: "says not where"
        case .noRegister: "names an absent BAR"
        case .wrongKind: "names ports, BAR"
        case .pastRegister: "leads past the end of BAR"
        case .tooShort: "is too short in BAR"
        }
    }

    /// Place of the capability in configuration space; of one that is not there its ID.
    public var place: UInt8 {
        switch self {
        case .absent(let identifier, _): identifier
        case .incomplete(let at), .noRegister(let at, _), .wrongKind(let at, _), .pastRegister(let at, _),
            .tooShort(let at, _):
            at
        }
    }

    /// The number that follows the reason: of the base address register, or the value that was looked for.
    public var number: UInt8? {
        switch self {
        case .incomplete: nil
        case .absent(_, let number), .noRegister(_, let number), .wrongKind(_, let number),
            .pastRegister(_, let number), .tooShort(_, let number):
            number
        }
    }
}
