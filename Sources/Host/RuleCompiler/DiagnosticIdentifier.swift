// Everything that the compiler can find wrong. Identifiers are stable: a number is never used again for something else.
// For each there is a line in the manual, a fixture that provokes it and a nearby one that passes.

/// What kind of mistake a diagnostic reports.
public enum DiagnosticIdentifier: Int, Sendable, CaseIterable {
    case unexpectedCharacter = 1, unexpectedToken, malformedNumber, numberTooLarge, nameTooLong, reservedWord,
        unknownName, duplicateName, unusedName
    case notAValue = 10, fieldReversed, fieldPastRegister, fieldsOverlap, unalignedRegister, unreadableRegister,
        emptyMatch, equalMatches, missingMember, notAMember
    case resultMismatch = 20, valueTooWide, dynamicShiftCount, shiftTooFar, missingReturn, unreachableStatement,
        limitExceeded, unwritableRegister, wrongWriter, fieldPastLayout
    case staticCondition = 30, notACondition, unboundedWait, unboundedIndex, bufferKept, bufferGone, wrongOutcome,
        slotMisused, incompleteRing, wrongArguments
    case classCycle = 40, stateNotReset, registersOverlap, meaningTwice, addressTooNarrow, lengthWithoutAddress,
        notABuffer, missingFile, unusedImport, importCycle
    case notImported = 50, overridesNothing, notOverridden, deviceCycle, uncutValue, nothingCut, addressComputed,
        dynamicProduct, valuesNotCovered, armNeverRuns
    case wrongCapabilityPart = 60, readModifyWrite, accessesJoined, incompleteMailbox, itemLost, wrongIndirection,
        kindsMixed
    case registerPastPorts = 70, unselectedRegister, guardedRegister
    case layoutNotFilled = 80, incompleteMemory, wrongByteOrder, wrongNesting, wrongPath, ownerMisused, toldTwice,
        releasedNothing, cursorMisused, ownedTwice
    case dynamicCondition = 100, dynamicFact, factCycle, needlessChoice, factOutside, armsDiffer, openQuantity,
        impureProbe, placeTwice, misplacedQuestion
    case dividedByZero = 110, misusedProbe, missingFact
    case lengthPastBuffer = 130, memoryMisplaced, notGenerated, windowTwice, valueUnstated, wrongPermit,
        valueNotAllowed, memoryNotAwaited
    case runsTooLong = 140
    case writesNothing = 201, neverStarted, notPublished

    /// Whether it is in the way of no driver: the rule may be meant so.
    public var isWarning: Bool { rawValue > 200 }

    /// The identifier as diagnostics show it, `M012`.
    public var text: String {
        let digits = String(rawValue)
        return "M" + String(repeating: "0", count: 3 - digits.count) + digits
    }
}
