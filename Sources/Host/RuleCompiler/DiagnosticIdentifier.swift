// Everything that the compiler can find wrong. Identifiers are stable: a number is never used again for something else.
// For each there is a line in the manual, a fixture that provokes it and a nearby one that passes.

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
    case ownedTwice = 89
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
    case writesNothing = 201
    case neverStarted = 202
    case notPublished = 203

    /// Whether it is in the way of no driver: the rule may be meant so.
    public var isWarning: Bool { rawValue > 200 }

    /// The identifier as diagnostics show it, `M012`.
    public var text: String {
        let digits = String(rawValue)
        return "M" + String(repeating: "0", count: 3 - digits.count) + digits
    }
}
