// Why a metabinary is refused. Damaged or hostile bytes end here and never in a trap; the pipeline reports the
// message and the place.

/// Reason why an image, or a function of it, is refused.
///
/// `at` is the offset in the image of the byte that shows it.
public enum MetabinaryError: Error, Equatable, Sendable {
    // The header and the checksum.
    case tooShort(byteCount: Int)
    case tooLong(byteCount: Int)
    case badMagic
    case unsupportedVersion(UInt8)
    case wrongByteCount(stated: UInt32, actual: Int)
    case wrongChecksum(stated: UInt32, computed: UInt32)
    // The tables.
    case endsEarly(at: Int)
    case bytesLeftOver(at: Int)
    case numberTooLarge(at: Int)
    case badName(at: Int)
    case badIndex(at: Int)
    case badMatch(at: Int)
    case badWindow(at: Int)
    case badResult(at: Int)
    case badMemory(at: Int)
    case badCell(at: Int)
    case badSlot(at: Int)
    /// What may be written that cannot be: bits or values that the element has no room for, sizes of no memory, a cause that
    /// is no register.
    case badValues(at: Int)
    case badPart(at: Int)
    case badRole(at: Int)
    case ringWithoutBase(at: Int)
    case badParameter(at: Int)
    case badTable(at: Int)
    case badChoice(at: Int)
    case badFact(at: Int)
    case badQuantity(at: Int)
    case badProbe(at: Int)
    // The code, as the image is read.
    case unknownOpcode(at: Int)
    case badType(at: Int)
    case badRegister(at: Int)
    case badRange(at: Int)
    case badCount(at: Int)
    // The code, as it is evaluated.
    case stackTooShallow(at: Int)
    case stackTooDeep(at: Int)
    case typesDiffer(at: Int)
    case valueTooWide(at: Int)
    case shiftTooFar(at: Int)
    case loadPastRegion(at: Int)
    case tooManyItems(at: Int, line: UInt16)
    case staticCondition(at: Int)
    case unboundedIndex(at: Int)
    case pastCell(at: Int)
    case blocksTooDeep(at: Int)
    case wrongBlock(at: Int)
    case noClock(at: Int)
    case codeAfterReturn(at: Int)
    case missingReturn(at: Int)
    case notStatic(at: Int)
    case dividedByZero(at: Int)
    case pastTable(at: Int)
    case factMissing(at: Int)
    case factOutside(at: Int)
    case badSkip(at: Int)
    case tooManySteps(at: Int, line: UInt16)
    // The account of the driver.
    case tooManyStepsInAll(at: Int, line: UInt16)
    case tooManyItemsInAll(at: Int, line: UInt16)

    /// Offset in the image that the reason belongs to, 0 for the whole of it.
    public var offset: Int {
        switch self {
        case .tooShort, .tooLong, .badMagic, .unsupportedVersion, .wrongByteCount, .wrongChecksum:
            0
        case .endsEarly(let at), .bytesLeftOver(let at), .numberTooLarge(let at), .badName(let at), .badIndex(let at),
            .badMatch(let at), .badWindow(let at), .badResult(let at), .badMemory(let at), .badCell(let at),
            .badSlot(let at), .badValues(let at), .badPart(let at), .badRole(let at), .ringWithoutBase(let at),
            .badParameter(let at),
            .unknownOpcode(let at),
            .badType(let at), .badRegister(let at), .badRange(let at),
            .badCount(let at), .staticCondition(let at), .unboundedIndex(let at), .pastCell(let at),
            .blocksTooDeep(let at), .wrongBlock(let at), .noClock(let at), .stackTooShallow(let at),
            .stackTooDeep(let at), .typesDiffer(let at),
            .valueTooWide(let at), .shiftTooFar(let at), .loadPastRegion(let at),
            .tooManyItems(let at, _), .codeAfterReturn(let at), .missingReturn(let at), .badTable(let at),
            .badChoice(let at), .badFact(let at), .badQuantity(let at), .badProbe(let at), .notStatic(let at),
            .dividedByZero(let at), .pastTable(let at), .factMissing(let at), .factOutside(let at), .badSkip(let at),
            .tooManySteps(let at, _), .tooManyStepsInAll(let at, _), .tooManyItemsInAll(let at, _):
            at
        }
    }

    /// Line of the rule at which a limit was reached, counted from 1; `nil` for every other reason.
    public var line: UInt16? {
        switch self {
        case .tooManyItems(_, let line), .tooManySteps(_, let line), .tooManyStepsInAll(_, let line),
            .tooManyItemsInAll(_, let line):
            line
        default: nil
        }
    }

    /// The reason in words, for a report.
    public var message: StaticString {
        switch self {
        case .tooShort: "metabinary: shorter than its header"
        case .tooLong: "metabinary: longer than its limit"
        case .badMagic: "metabinary: no metabinary stands here"
        case .unsupportedVersion: "metabinary: format version not supported"
        case .wrongByteCount: "metabinary: stated size is not its size"
        case .wrongChecksum: "metabinary: checksum does not hold"
        case .endsEarly: "metabinary: a table ends early"
        case .bytesLeftOver: "metabinary: bytes are left over"
        case .numberTooLarge: "metabinary: a number exceeds its limit"
        case .badName: "metabinary: a name is not printable ASCII"
        case .badIndex: "metabinary: an index has no entry"
        case .badMatch: "metabinary: a match of unknown kind"
        case .badWindow: "metabinary: a window that cannot be"
        case .badResult: "metabinary: a result that cannot be"
        case .badMemory: "metabinary: a memory that cannot be"
        case .badCell: "metabinary: a cell that the state does not hold"
        case .badSlot: "metabinary: slots that cannot be"
        case .badValues: "metabinary: allowed values that cannot be"
        case .badPart: "metabinary: a part of a memory that cannot be"
        case .badRole: "metabinary: a register with a role that cannot be"
        case .ringWithoutBase: "metabinary: a ring that no registers tell its device of"
        case .badParameter: "metabinary: a parameter that cannot be"
        case .badTable: "metabinary: a table that cannot be"
        case .badChoice: "metabinary: choices that cannot be"
        case .badFact: "metabinary: a fact that cannot be"
        case .badQuantity: "metabinary: a quantity that cannot be"
        case .badProbe: "metabinary: a probe that cannot be"
        case .unknownOpcode: "metabinary: unknown opcode"
        case .badType: "metabinary: no type has that number of bits"
        case .badRegister: "metabinary: a register that its window or ring does not hold"
        case .badRange: "metabinary: a range that holds nothing"
        case .badCount: "metabinary: a loop that never runs"
        case .stackTooShallow: "evaluation: an operand is missing"
        case .stackTooDeep: "evaluation: too many values at a time"
        case .typesDiffer: "evaluation: operands differ in type"
        case .valueTooWide: "evaluation: a value does not fit its type"
        case .shiftTooFar: "evaluation: a shift moves bits out of its type"
        case .loadPastRegion: "evaluation: a register lies past the end of its window"
        case .tooManyItems: "evaluation: more than 2048 items"
        case .staticCondition: "evaluation: a condition is no boolean of the device"
        case .unboundedIndex: "evaluation: an index may leave its region"
        case .pastCell: "evaluation: a value may exceed its cell"
        case .blocksTooDeep: "evaluation: blocks nested too deep"
        case .wrongBlock: "evaluation: blocks do not match"
        case .noClock: "evaluation: a pause, and no clock to measure it"
        case .codeAfterReturn: "evaluation: code after the return"
        case .missingReturn: "evaluation: a function does not return"
        case .notStatic: "evaluation: a value is not known while generating"
        case .dividedByZero: "evaluation: a division by zero"
        case .pastTable: "evaluation: an entry that its table does not have"
        case .factMissing: "evaluation: the machine does not tell"
        case .factOutside: "evaluation: a fact lies outside of its range"
        case .badSkip: "evaluation: code goes on where none is"
        case .tooManySteps: "evaluation: more than 16384 steps"
        case .tooManyStepsInAll: "evaluation: more than 1048576 steps for all functions and alternatives"
        case .tooManyItemsInAll: "evaluation: more than 131072 items for all functions and alternatives"
        }
    }
}
