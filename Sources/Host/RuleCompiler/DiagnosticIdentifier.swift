// The table of everything that the compiler can find wrong. Identifiers are stable: a number is never used again for
// something else. For each there is a fixture that provokes it and a nearby one that passes.

/// What kind of mistake a diagnostic reports.
public enum DiagnosticIdentifier: Int, Sendable, CaseIterable {
    case unexpectedCharacter = 1
    case unexpectedToken = 2
    case malformedNumber = 3
    case numberTooLarge = 4
    case nameTooLong = 5
    case reservedWord = 6
    case unknownName = 7
    case duplicateName = 8
    case unusedName = 9
    case notAValue = 10
    case fieldReversed = 11
    case fieldPastRegister = 12
    case fieldsOverlap = 13
    case unalignedRegister = 14
    case unreadableRegister = 15
    case emptyMatch = 16
    case equalMatches = 17
    case missingMember = 18
    case notAMember = 19
    case resultMismatch = 20
    case valueTooWide = 21
    case dynamicShiftCount = 22
    case shiftTooFar = 23
    case missingReturn = 24
    case unreachableStatement = 25
    case limitExceeded = 26
    case unwritableRegister = 27
    case wrongWriter = 28
    case fieldPastLayout = 29
    case staticCondition = 30
    case notACondition = 31
    case unboundedWait = 32
    case unboundedIndex = 33
    case bufferKept = 34
    case bufferGone = 35
    case wrongOutcome = 36
    case slotMisused = 37
    case incompleteRing = 38
    case wrongArguments = 39
    case classCycle = 40
    case stateNotReset = 41
    case registersOverlap = 42
    case meaningTwice = 43
    case addressTooNarrow = 44
    case lengthWithoutAddress = 45
    case notABuffer = 46
    case missingFile = 47
    case unusedImport = 48
    case importCycle = 49
    case notImported = 50
    case overridesNothing = 51
    case notOverridden = 52
    case deviceCycle = 53
    case uncutValue = 54
    case nothingCut = 55
    case addressComputed = 56
    case dynamicProduct = 57
    case valuesNotCovered = 58
    case armNeverRuns = 59
    case wrongCapabilityPart = 60
    case readModifyWrite = 61
    case accessesJoined = 62
    case incompleteMailbox = 63
    case itemLost = 64
    case wrongIndirection = 65
    case kindsMixed = 66
    case registerPastPorts = 70
    case unselectedRegister = 71
    case guardedRegister = 72
    case layoutNotFilled = 80
    case incompleteMemory = 81
    case wrongByteOrder = 82
    case wrongNesting = 83
    case wrongPath = 84
    case ownerMisused = 85
    case toldTwice = 86
    case releasedNothing = 87
    case cursorMisused = 88
    case dynamicCondition = 100
    case dynamicFact = 101
    case factCycle = 102
    case needlessChoice = 103
    case factOutside = 104
    case armsDiffer = 105
    case openQuantity = 106
    case impureProbe = 107
    case placeTwice = 108
    case misplacedQuestion = 109
    case dividedByZero = 110
    case misusedProbe = 111
    case missingFact = 112
    case lengthPastBuffer = 130
    case memoryMisplaced = 131
    case notGenerated = 132
    case windowTwice = 133
    case valueUnstated = 134
    case wrongPermit = 135
    case valueNotAllowed = 136
    case memoryNotAwaited = 137
    case runsTooLong = 140

    /// The identifier as diagnostics show it, `M012`.
    public var text: String {
        let digits = String(rawValue)
        return "M" + String(repeating: "0", count: 3 - digits.count) + digits
    }

    /// What the mistake is, in one line.
    public var documentation: String {
        switch self {
        case .unexpectedCharacter: "A character that no word, number or sign of the language has."
        case .unexpectedToken: "A word, number or sign stands where the grammar has none of its kind."
        case .malformedNumber: "A number with a digit that its base does not have, or with none at all."
        case .numberTooLarge: "A number exceeds what its place in the description can hold."
        case .nameTooLong: "A name is longer than a report has room for."
        case .reservedWord: "A word is kept for a part of the language that is still to come."
        case .unknownName: "Nothing of that name is declared where it is used."
        case .duplicateName: "A name is declared twice in one scope."
        case .unusedName:
            "A window or a value is declared and never used: nothing unused is generated, so nothing is written."
        case .notAValue: "A name stands for something that cannot be computed with, or that has no fields."
        case .fieldReversed: "A field's range runs from its high bit to its low bit."
        case .fieldPastRegister: "A field reaches past the top bit of its register."
        case .fieldsOverlap: "Two fields of a register share a bit."
        case .unalignedRegister:
            "A register's offset is not a multiple of its size: devices need whole, aligned accesses."
        case .unreadableRegister: "A register that can only be written is read."
        case .emptyMatch: "A device description names no function that it is for."
        case .equalMatches: "Two matches cover the same function, so that none is the most specific."
        case .missingMember: "A device does not generate a member that its class requires."
        case .notAMember: "A device generates a function that its class does not have: nobody could call it."
        case .resultMismatch: "A generated function's result is not the one that its class requires."
        case .valueTooWide: "A returned value can need more bits than the declared result has."
        case .dynamicShiftCount: "A shift count is read from the device: counts are static, known while generating."
        case .shiftTooFar: "A shift leaves nothing of its value, or moves bits out at the top."
        case .missingReturn: "A function with a result ends without returning one."
        case .unreachableStatement: "A statement stands behind a return and could never run."
        case .limitExceeded: "Rules are larger or more deeply nested than the compiler or the metabinary allows."
        case .unwritableRegister: "A register that can only be read is written."
        case .wrongWriter:
            "A field is written by the side that does not own it, or read back from memory that the other "
                + "side may change."
        case .fieldPastLayout: "A field reaches past the end of its layout, or a layout is no whole number of stores."
        case .staticCondition:
            "A branch depends on nothing that changes while generated code runs: `when` chooses while generating."
        case .notACondition: "A number stands where a condition decides."
        case .unboundedWait: "A wait has no bound in time."
        case .unboundedIndex: "A number may lead outside of what it is an index of."
        case .bufferKept:
            "A buffer does not go where the outcome says: it is lost, or the caller is told that it still has it."
        case .bufferGone: "A buffer is used after it was moved."
        case .wrongOutcome:
            "A function returns what is none of its outcomes, or checks its arguments without an outcome to "
                + "refuse them."
        case .slotMisused:
            "A slot is posted before it is written and owns its buffer, or is used in a way that its ring has not."
        case .incompleteRing: "A ring lacks a part, or its parts do not fit together."
        case .wrongArguments: "A call has other arguments than what it calls, or calls what does not exist."
        case .classCycle: "A class is, by way of others, a class of itself."
        case .stateNotReset: "State is used that no function gives its first value."
        case .registersOverlap:
            "Two registers of a window share a byte, so that one could be written by way of the other."
        case .meaningTwice: "Two fields of a layout stand for the address of a buffer, or two for its length."
        case .addressTooNarrow: "A field that stands for an address has no room for one."
        case .lengthWithoutAddress: "A field of a layout stands for the length of a buffer, and none for its address."
        case .registerPastPorts: "A register in port space is wider than a port, or lies where no function has ports."
        case .unselectedRegister:
            "A register of configuration space is an array, has 64 bits, or lies where nothing can be selected."
        case .guardedRegister:
            "A register may be written by which a device would be found elsewhere, or could write anywhere."
        case .notABuffer:
            "A slot would lead the device to memory that is no buffer of its ring: every slot written has the address "
                + "of one."
        case .missingFile: "An import names a file that is not there."
        case .unusedImport: "A file imports another and names nothing that it declares."
        case .importCycle: "A file imports itself, at once or by way of others."
        case .notImported: "A file names what another one declares, and does not import that one itself."
        case .overridesNothing: "A declaration is to replace what the device does not inherit."
        case .notOverridden: "A derived device declares again what it inherits, without saying that it replaces it."
        case .deviceCycle: "A device is, by way of others, derived from itself."
        case .uncutValue: "What may be below zero or need more than 64 bits is used before a conversion has cut it."
        case .nothingCut: "A conversion could never cut anything off."
        case .addressComputed:
            "A rule computes with an address, or compares one: only the address of a buffer leads into its buffer."
        case .dynamicProduct: "A product that is no shift: one factor must be a static power of two, or both static."
        case .valuesNotCovered: "A `match` has no arm for what its value may be."
        case .armNeverRuns: "An arm of a `match` has numbers that earlier arms take, or that its value never is."
        case .wrongCapabilityPart:
            "A part of a capability lies in its first two bytes, past those that are read of it or over another part, or "
                + "is too narrow."
        case .lengthPastBuffer: "The device is told of more bytes than a buffer has."
        case .memoryMisplaced: "A register that tells the device where shared memory stands is told something else."
        case .notGenerated:
            "No code can be generated for a function, on any machine: it takes too many registers, or too many bytes."
        case .windowTwice:
            "Two windows of a device stand for one base address register, one capability, or one place in "
                + "configuration space."
        case .valueUnstated:
            "Something else than zero is written where a register or field of a device that reaches memory does not say "
                + "what may be."
        case .wrongPermit:
            "What is said to be allowed cannot be: there is no room for it, nothing to follow, or nothing to say."
        case .valueNotAllowed: "A register or a field is written a value that it does not allow."
        case .memoryNotAwaited:
            "The device is told where a memory is, and no value waits for that: what has it use the memory might come first."
        case .runsTooLong: "A call of a function may work or wait for longer than any caller can."
        case .dynamicCondition:
            "A choice while generating depends on what is known only while generated code runs: `if` chooses then."
        case .dynamicFact: "What must be known while code is generated depends on the device as it runs."
        case .factCycle: "A fact depends on itself, at once or by way of others."
        case .needlessChoice: "A choice has one alternative, or the same one twice."
        case .factOutside: "A fact is never in the range that is stated for it."
        case .armsDiffer:
            "The arms of a static choice leave a buffer or a slot in different states, or one alone returns."
        case .openQuantity: "A size is a fact of which some number would not do, or whose numbers are too many to tell."
        case .impureProbe: "A probe does more to its device than it says, or uses memory, which it has not."
        case .placeTwice: "Two places of a window are the same: the second would never be taken."
        case .misplacedQuestion: "A function asks what discovery learned, which only facts do."
        case .dividedByZero: "A static division may have no result."
        case .missingFact: "A device does not state a fact that its class requires."
        case .misusedProbe:
            "A probe cannot put back what it says, leaves its device as nobody expects it, or depends on a choice; or "
                + "something else than a probe fails."
        case .accessesJoined:
            "A statement has more than one access that something must happen before, so that their order is not said."
        case .incompleteMailbox: "A mailbox lacks a part that is used of it."
        case .itemLost: "A read takes an item out of a queue of the device, and drops it."
        case .wrongIndirection:
            "A window behind two registers whose registers do not fit: the one takes the number, the other the value; or a "
                + "register of such a window tells of memory."
        case .kindsMixed:
            "A number is used as what it is not: an offset in bytes as an index, a length as a place."
        case .layoutNotFilled: "A layout ends before the size that it states, so that one of the two is wrong."
        case .incompleteMemory: "Shared memory or a pool lacks a part, or its parts do not fit together."
        case .wrongByteOrder:
            "A field of a single byte has an order of bytes, or one that tells of a buffer has not the processor's."
        case .wrongNesting:
            "A record stands in a layout where none can: in itself, in a record, or in a slot of a ring."
        case .wrongPath: "A way into memory ends before a field, goes past one, or leads where no record is."
        case .ownerMisused: "A state that holds buffers is used as a number, or holds more than there are."
        case .toldTwice: "A register is to tell its device of two things."
        case .releasedNothing: "What is released is no buffer."
        case .cursorMisused:
            "A cursor runs around no array of a power of two of elements, or is used as a number, or as an offset where "
                + "none is."
        case .readModifyWrite: "What is read of a register is written back to it, where that clears bits not meant."
        }
    }
}
