// Mistakes in classes and devices as wholes, and in their windows and registers.

extension Mistake {
    static let madeNameTooLong = Self(
        .nameTooLong, "`$1` of this has a name of $2 characters; $3 is the most", "shorten it")
    static let unusedByDevices = Self(
        .unusedName, "no device of class $1 uses $2", "use it or take it out: nothing would be generated for it")
    static let unusedDeclaration = Self(
        .unusedName, "$1 is never used", "use it or take it out: nothing would be generated for it")
    static let emptyWindow = Self(
        .unusedName, "no register is in window $1",
        "take it out: a window that nothing uses would still have to be mapped")
    static let unalignedRegister = Self(
        .unalignedRegister, "register $1 has $2 bytes and is at $3",
        "its offset must be a multiple of $2; or give it a narrower type, such as `u8`")
    static let matchesNoFunction = Self(
        .emptyMatch, "device $1 matches no function", "write `match pci vendor NUMBER device NUMBER`")
    static let matchWithoutDevice = Self(
        .emptyMatch, "the match names no device ID", "write `match pci vendor NUMBER device NUMBER`")
    static let matchedTwice = Self(
        .equalMatches, "$1 matches the same function twice", "leave it to one of them; the first is at $2")
    static let matchedByTwo = Self(
        .equalMatches, "$3 and $1 match the same function", "leave it to one of them; the first is at $2")
    static let missingMember = Self(
        .missingMember, "device $1 does not generate $2, which class $3 requires", "add `generate $4 { … }`")
    static let misspeltMember = Self(
        .notAMember, "class $1 has no member $2", "write `$3`, if that is meant; else take the function out")
    static let notAMember = Self(
        .notAMember, "class $1 has no member $2", "take the function out, or add a `require` at $3")
    static let resultMismatch = Self(
        .resultMismatch, "class $1 requires `$2`, this is `$3`", "write it as the class does, at $4")
    static let tooManyOfDevice = Self(
        .limitExceeded, "device $1 has $2 $3; $4 is the most",
        "join some of them, or write numbers where facts are always the same")
    static let windowsTooLarge = Self(
        .limitExceeded, "with $1 the windows take $2 bytes", "$3 are the most: declare only what the driver uses")
    static let tooManyMatches = Self(.limitExceeded, "$1 matches; $2 is the most", "split the description")
    static let tooManyPlaces = Self(.limitExceeded, "$1 places of a window", "$2 are the most")
    static let tooManyRegisters = Self(
        .limitExceeded, "window $3 has $1 registers", "$2 is the most: declare what the driver uses")
    static let registerPastWindow = Self(.limitExceeded, "register $1 ends at byte $2", "$3 is the most")
    static let tooManyParts = Self(
        .limitExceeded, "$3 has $1 fields; $2 are the most",
        "join fields that lie side by side into an array, or leave out what the driver does not use")
    static let tooManyTellingFields = Self(
        .limitExceeded, "a record of $3 tells of memory by $1 fields; $2 are the most",
        "join fields that lie side by side into an array, or leave out what the driver does not use")
    static let classOfItself = Self(
        .classCycle, "class $1 is a class of itself", "leave one of the classes between them without `is`")
    static let stateNotReset = Self(
        .stateNotReset, "no function gives $1 its first state",
        "write `reset state` in the function that brings the device up")
    static let numbersShared = Self(
        .registersOverlap, "registers $1 and $2 both have number $3", "declare each once; $1 is at $4")
    static let registersShareByte = Self(
        .registersOverlap, "registers $1 and $3 share byte $4", "declare each byte once; $1 is at $2")
    static let overridesNothing = Self(
        .overridesNothing, "$1 overrides nothing: device $2 $3", "take `override` out, or correct the name$4")
    static let inClassAlready = Self(
        .notOverridden, "the class of $1 has a $2 already",
        "write `override` before it, or rename it; the other is at $3")
    static let inheritedAlready = Self(
        .notOverridden, "device $1 inherits a $2 already",
        "write `override` before it, or rename it; the other is at $3")
    static let derivedFromItself = Self(
        .deviceCycle, "device $1 is derived from itself", "derive one of the devices between them from a class")
    static let markInHeader = Self(
        .wrongCapabilityPart, "byte $1 of a capability tells it from no other of its ID",
        "correct the offset: bytes 0 and 1 are the capability's ID and the place of the next one")
    static let partInHeader = Self(
        .wrongCapabilityPart, "byte $1 of a capability says nothing of a window",
        "correct the offset: bytes 0 and 1 are the capability's ID and the place of the next one")
    static let partPastCapability = Self(
        .wrongCapabilityPart, "bytes $1…$2 reach past those that are read of a capability",
        "correct the offset or the type: $3 is the last byte")
    static let partTakenTwice = Self(
        .wrongCapabilityPart, "byte $1 of the capability is taken for something else before",
        "correct the offset or the type: each byte says one thing")
    static let registerPastLength = Self(
        .wrongCapabilityPart, "register $1 ends at byte $2, and the capability's length has $3 bits",
        "correct the register's offset, or the type of the length")
    /// The mend of what a window behind two registers cannot go by.
    private static let twoRegisters =
        "name a register that takes the number and one that holds the value, both of a `bar` or a capability"
    static let selectorUnwritable = Self(.wrongIndirection, "$1 takes no number: it is not `rw` or `wo`", twoRegisters)
    static let selectorNotPlain = Self(
        .wrongIndirection, "$1 is an array, is reached through others, or has two parts in this", twoRegisters)
    static let selectorsApart = Self(.wrongIndirection, "$1 and $2 are in two windows", twoRegisters)
    static let selectorPaced = Self(
        .wrongIndirection, "$1 is given time before each access, and what goes through it has to be proven",
        "take `pace` out of its window, and write `pause` where it needs time")
    static let selectorTooNarrow = Self(.wrongIndirection, "$1 has no room for number $2", twoRegisters)
    static let selectedArray = Self(
        .wrongIndirection, "$1 is an array, and numbers select single registers", twoRegisters)
    static let selectedOfOtherWidth = Self(.wrongIndirection, "$1 has $2 bits, $3 has $4", twoRegisters)
    static let selectedOfOtherAccess = Self(.wrongIndirection, "$1 cannot be accessed as $2 is", twoRegisters)
    static let portPast32Bits = Self(
        .registerPastPorts, "register $1 has 64 bits, and no port has more than 32",
        "declare its halves as two registers of `u32`")
    static let registerPastPorts = Self(
        .registerPastPorts, "register $1 reaches past $2, and no base address register decodes more ports",
        "correct the offset, or declare `window #3` as `memory`")
    static let selectedPast32Bits = Self(
        .unselectedRegister, "register $1 has 64 bits, and configuration space is accessed by at most 32",
        "declare its halves as two registers of `u32`")
    static let selectedByIndex = Self(
        .unselectedRegister, "$1 is an array, and a register of configuration space is selected while generating",
        "declare its elements as registers of their own")
    static let selectedPastEnd = Self(
        .unselectedRegister, "register $1 reaches past byte $2, and a function has $3 bytes of configuration space",
        "correct the offset")
    static let selectedPastCapability = Self(
        .unselectedRegister, "register $1 reaches past byte $2, and a function has $3 bytes of configuration space",
        "correct the offset: capabilities begin at byte $4 or after it")
    static let guardedBridge = Self(
        .guardedRegister, "by $1 a bridge could be told to pass on what it does not: the device matches bridges",
        "declare it `ro`: bridges are set up by the machine alone")
    static let guardedCapability = Self(
        .guardedRegister, "by $1 the device could be told to write anywhere, or to be found elsewhere",
        "declare it `ro`: capability $2 is set up by the machine alone")
    static let guardedHeader = Self(
        .guardedRegister, "by $1 the device could be told to be found elsewhere: it is in the header",
        "declare it `ro`: the first $2 bytes are the machine's alone")
    static let placeTwice = Self(.placeTwice, "window $1 has this place already", "take one of the two out")
}
