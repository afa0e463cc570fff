// Mistakes in the text itself: signs, words, the grammar, names and imports.

extension Mistake {
    static let unexpectedCharacter = Self(.unexpectedCharacter, "unexpected character $1", "$2")
    static let foreignSign = Self(.unexpectedCharacter, "$1 is no sign of this language", "$2")
    static let assignedCondition = Self(
        .unexpectedToken, "`=` assigns, and a condition is asked here", "write `==` to compare")
    static let foreignRange = Self(.unexpectedToken, "`$1` makes no range of numbers", "write `$2…$3`")
    static let elseWithIf = Self(.unexpectedToken, "`else` opens a block, and no statement", "write `else { if … }`")
    static let unexpectedToken = Self(.unexpectedToken, "expected $1, found $2", "$3")
    static let malformedNumber = Self(
        .malformedNumber, "`$1` is no number",
        "write decimal digits, or `0x` or `0b` and digits of that base; a name starts with a letter")
    static let numberPast64Bits = Self(
        .numberTooLarge, "`$1` does not fit 64 bits", "no number in a rule is above 0xFFFF_FFFF_FFFF_FFFF")
    static let numberTooLarge = Self(.numberTooLarge, "`$1` is too large for $2", "$3 (0x$4) is the most")
    static let nameTooLong = Self(
        .nameTooLong, "a name of $1 characters; $2 is the most", "shorten it: names appear in reports of 80 columns")
    static let reservedWord = Self(
        .reservedWord, "`$1` is reserved and not in the language yet", "$2")
    static let unknownProperty = Self(.unknownName, "$1 has no property $2", "$3")
    static let unknownType = Self(.unknownName, "unknown type $1", "$2")
    static let unknownName = Self(.unknownName, "unknown $1 $2", "$3")
    static let misspeltName = Self(.unknownName, "unknown $1 $2", "write `$4`, if that is meant; else $3")
    static let importedTwice = Self(.duplicateName, "`$1` is imported twice", "take one import out; the first is at $2")
    static let duplicateName = Self(
        .duplicateName, "$1 is declared twice in $2", "rename one of the two; the other is at $3")
    static let fieldReversed = Self(.fieldReversed, "field $1 runs from bit $2 down to bit $3", "write `#1: $3…$2`")
    static let fieldPastRegister = Self(
        .fieldPastRegister, "field $1 reaches bit $2; $3 has bits 0…$4",
        "correct the bit, or the $5's type, which is `u$6`")
    static let fieldsShareBit = Self(
        .fieldsOverlap, "fields `$1` and $2 share bit $3", "`$1` has $4; give each bit to one field")
    static let probeTooWide = Self(
        .valueTooWide, "a probe finds out 32 bits at most", "give it type `u32`, or ask twice")
    static let tooDeep = Self(.limitExceeded, "$1", "give a part of it a name by `let`")
    static let tooMany = Self(.limitExceeded, "$1 $3; $2 is the most", "$4")
    static let fileTooLarge = Self(
        .limitExceeded, "the file has $1 bytes and $2 lines", "$3 bytes and $4 lines are the most: split it")
    static let tooManyItems = Self(.limitExceeded, "$1 $3", "$2 are the most")
    static let missingFile = Self(
        .missingFile, "there is no file `$1`", "correct its path, which leads from the folder of this file")
    static let unusedImport = Self(
        .unusedImport, "nothing that `$1` declares is named here",
        "take the import out: a file imports what it names itself, not what those files import")
    static let importsItself = Self(.importCycle, "the file imports itself", "take the import out")
    static let importCycle = Self(
        .importCycle, "`$1` imports this file, at once or by way of others",
        "move what both need into a third file, and import that")
    static let notImported = Self(
        .notImported, "$1 is declared in a file that is not imported here",
        "write `import \"$2\"` at the head of this file")
    static let oneAlternative = Self(
        .needlessChoice, "there is one alternative", "take `choose` out, or add what else would do")
}
