// Mistakes in values: what names stand for, types and sizes, facts.

extension Mistake {
    static let unusedName = Self(.unusedName, "$1 is never used", "use it or take it out")
    static let bufferIsNoValue = Self(.notAValue, "a buffer of $1 is no value", "write `#1[INDEX].address`")
    static let descriptorIsNoNumber = Self(.notAValue, "$1 is a whole descriptor, no number", "write `SLOT = #1(…)`")
    static let noValueByItself = Self(
        .notAValue, "$1 is no value by itself",
        "name a register, a field or a named value; inside a function registers are named without their window")
    static let windowIsNoValue = Self(
        .notAValue, "$1 is a window, not a value",
        "write $2: inside a function registers are named without their window")
    static let noElements = Self(
        .notAValue, "$1 has no elements", "only registers and states that are declared as `NAME[COUNT]` have")
    static let numberIsNoRecord = Self(
        .notAValue, "a number is no $1", "write `#1 { FIELD: VALUE }`, or a definition of one")
    static let recordOfOtherLayout = Self(.notAValue, "the slot has layout $1", "write `#1 { … }`")
    static let wholeRecordIsNoNumber = Self(.notAValue, "a whole $1 is no number", "write `SLOT = #1 { … }`")
    static let methodIsNoValue = Self(
        .notAValue, "`#1.#2` is no part of a value", "give its result a name: `let NAME = #1.#2(…)`")
    static let slotIsNoNumber = Self(.notAValue, "$1 is a slot, not a number", "take one of its fields, or post it")
    static let bufferIsNoNumber = Self(.notAValue, "$1 is a buffer, not a number", "take its `address`, or move it")
    static let noFields = Self(
        .notAValue, "`$1` is a computed value and has no fields",
        "take the field of a register, or of a name that `let` gave to a register")
    static let unreadableRegister = Self(
        .unreadableRegister, "register $1 is `wo`: it cannot be read",
        "read another register; or correct its access at $2")
    static let productPast64Bits = Self(
        .valueTooWide, "the product may need more than 64 bits", "multiply smaller numbers, or give the fact a range")
    static let productTooWide = Self(.valueTooWide, "the product may need $1 bits", "keep a part of the value by `&`")
    static let valueTooWide = Self(
        .valueTooWide, "the value may need $1 bits, $2 has $3", "keep a part of it by a field or by `&`")
    static let dynamicShiftCount = Self(
        .dynamicShiftCount, "the shift count is read from the device", "write a number: counts are static")
    static let shiftedPastBit63 = Self(
        .shiftTooFar, "a value of $1 bits moves past bit 63 when shifted left by $2",
        "shift by at most $3, or keep fewer bits of the value first")
    static let shiftTooFar = Self(
        .shiftTooFar, "a value of $1 bits may be shifted by $2", "shift by less, or keep fewer bits of the value first")
    static let shiftedOut = Self(
        .shiftTooFar, "nothing is left of a value of $1 bits shifted right by $2", "shift by at most $3")
    static let bitShiftedOut = Self(
        .shiftTooFar, "nothing is left of a value of $1 bits shifted right by $2", "take the shift out")
    static let tooManyExpansions = Self(
        .limitExceeded, "more than $1 definitions are put in here",
        "name what is computed more than once by `let`, or loop over what repeats")
    static let tooManyProbes = Self(
        .limitExceeded, "more than $2 probes",
        "ask for several things at once: a fact takes the bits of what a probe found out apart")
    static let tooManyChoices = Self(
        .limitExceeded, "$1 choices, $2 combinations of alternatives", "$3 and $4 are the most: decide some")
    static let driverWritesField = Self(
        .wrongWriter, "the driver writes $1: what is there now, the device may have put",
        "keep what was written, or read a field by `device` or `both`")
    static let deviceWritesField = Self(
        .wrongWriter, "only the device writes $1; the driver leaves it zero",
        "leave it out, or correct who writes it at $2")
    static let keptBufferUnbounded = Self(
        .unboundedIndex, "of a buffer that was kept only the bits of its number are known, up to $1; $2 has $3",
        "have a power of two of buffers; or tell the device of a buffer before it is kept")
    static let bufferIndexUnbounded = Self(
        .unboundedIndex, "the index may be $1, $2 has $3 buffers", "$4")
    static let tableIndexUnbounded = Self(
        .unboundedIndex, "the index may be $1, $2 has $3", "bound it by `%`, or give the fact a range")
    static let indexUnbounded = Self(
        .unboundedIndex, "the index may use $1 bits, $2 has $3 elements", "$4")
    static let bufferGone = Self(.bufferGone, "$1 was moved and is another's now", "use it before it moves")
    static let bufferIsInTable = Self(.slotMisused, "the buffer of $1 is in the table", "`take()` it, or `exchange` it")
    static let takesOneValue = Self(.wrongArguments, "$1 takes one value", "write `#1(VALUE)`")
    static let usedMoreThanOnce = Self(
        .wrongArguments, "$1 uses this value more than once",
        "give it a name by `let` before, so that it is computed once")
    static let needlessIndex = Self(.wrongArguments, "$1 has no elements", "take the index out")
    static let missingIndex = Self(.wrongArguments, "$1 has elements, and none of them is named", "write `#1[INDEX]`")
    static let definedByItself = Self(
        .wrongArguments, "$1 is defined by itself", "write it as its definition says, at $2")
    static let wrongValueCount = Self(
        .wrongArguments, "$1 takes $3 values, here are $4", "write it as its definition says, at $2")
    static let addressLeftOut = Self(
        .notABuffer, "$1 is left out: the device would find address 0",
        "give an idle slot a buffer's address too: `#1: slot.buffer`")
    static let notAnAddressOfPool = Self(
        .notABuffer, "this is not the address of a $1 of `$2`",
        "write `BUFFER.address`, `slot.buffer` in a loop over slots, or `$2[INDEX].address`")
    static let uncutDifference = Self(
        .uncutValue, "the difference may be below zero",
        "say how many bits are meant: `u16(…)`; u8, u16 and u32 keep the low ones")
    static let uncutSum = Self(
        .uncutValue, "the sum may need 65 bits",
        "say how many bits are meant: `u16(…)`; u8, u16 and u32 keep the low ones")
    static let nothingCut = Self(
        .nothingCut, "the value never needs more than $1 bits: nothing is cut off",
        "take $2 out: a value goes wherever it fits")
    static let addressComputed = Self(
        .addressComputed, "an address is no number to compute with",
        "give the device the `address` of a buffer as it is")
    static let factorNoPowerOfTwo = Self(
        .dynamicProduct, "the factor may be no power of two", "choose it among powers of two, or add shifted values")
    static let dynamicDivision = Self(
        .dynamicProduct, "a value that is known only while the code runs is divided",
        "shift it, or keep its low bits by `&`: generated code does not divide")
    static let factorOfOddBits = Self(
        .dynamicProduct, "$1 is no power of two", "multiply by a static power of two, or add shifted values")
    static let dynamicFactors = Self(
        .dynamicProduct, "both factors are known only while the code runs",
        "multiply by a static power of two, or add shifted values")
    static let capabilityPartUnread = Self(
        .wrongCapabilityPart, "byte $1 of a capability is not read", "correct the offset: bytes 2…$2 are")
    static let accessesJoined = Self(
        .accessesJoined, "this statement has a second access that must not be beside another",
        "read one of them before, by `let NAME = #1`: so the order is said")
    static let itemLost = Self(
        .itemLost, "$1 is a queue: $2 takes items out and drops them",
        "look at a register that tells of the queue, and read the item by `let NAME = #1`")
    static let kindsMixed = Self(
        .kindsMixed, "this is $1 $2, $3",
        "make the one of the other by a shift or a product by the size of an element; or correct what comes after `as`")
    static let addressElsewhere = Self(
        .kindsMixed, "this is an address, and $1 takes none", "put it where `as address` says that one goes")
    static let noMemoryOfRecords = Self(.wrongPath, "$1 is no memory of records", "take what comes after it out")
    static let missingRecordIndex = Self(.wrongPath, "$1 has $2 records", "write `#1[INDEX].FIELD`")
    static let indexOfOneRecord = Self(.wrongPath, "$1 is one record", "take the index out")
    static let arrayInManyRecords = Self(.wrongPath, "$1 is an array in one of many records", "name a field before it")
    static let missingElementIndex = Self(.wrongPath, "$1 has $2 elements", "write `#1[INDEX]`")
    static let missingRecordField = Self(.wrongPath, "$1 holds whole records", "write `#1.FIELD`, of one of them")
    static let missingBufferIndex = Self(.wrongPath, "$1 has $2 buffers", "write `#1[NUMBER].data[INDEX]`")
    static let recordIsNoNumber = Self(.wrongPath, "a whole record of $1 is no number", "name one of its fields")
    static let readPastField = Self(.wrongPath, "the way goes on after field $1", "end it there, or with a bit of it")
    static let poolWithoutData = Self(
        .wrongPath, "this leads to no data of a buffer of $1",
        "write `data TYPE` in the pool, of a type as wide as what is moved at a time")
    static let noDataOfBuffer = Self(
        .wrongPath, "this leads to no data of a buffer of $1", "write `BUFFER.data[INDEX]` or `#1[NUMBER].data[INDEX]`")
    static let holdsBuffers = Self(
        .ownerMisused, "$1 holds buffers, no numbers",
        "write `let NAME = #1.exchange(BUFFER)`, by an index if it is a table")
    static let cursorIsNoNumber = Self(
        .cursorMisused, "$1 is a cursor, no number to read or to set",
        "take its `index`, `offset`, `lap` or `count`; it moves by `#1.advance()`")
    static let cursorWithoutOffset = Self(
        .cursorMisused, "$1 runs around nothing that lies in shared memory",
        "take its `index`: an offset is one in a memory, a ring or an array in a layout")
    static let dynamicFact = Self(
        .dynamicFact, "$1",
        "use numbers, facts, tables and what discovery learned; a `probe` asks the device beforehand")
    static let dynamicCount = Self(
        .dynamicFact, "how often a loop turns is known while code is generated, and $1 is known only while it runs",
        "count to the most that it may be, and ask inside: `for NAME in 0..<MOST { if NAME < #1 { … } }`")
    static let factCycle = Self(.factCycle, "$1 depends on itself", "say one of the facts between them by numbers")
    static let alternativeTwice = Self(.needlessChoice, "$1 is among the alternatives already", "take it out")
    static let factOutside = Self(.factOutside, "$1 is never in $2…$3", "correct the range or the value")
    static let openQuantity = Self(
        .openQuantity, "$1 may be $2…$3",
        "`choose` it, take it out of a table, or give it a short range: each number must do")
    static let illegalQuantity = Self(.openQuantity, "$1 may be $2, and $3", "leave that number out")
    static let probeDoesNotRestore = Self(
        .impureProbe, "the probe writes $1 and does not put it back",
        "name it after `restores`, or say that the probe `resets`")
    static let probeOnlyReads = Self(
        .impureProbe, "the probe `reads`, and here it writes", "write `restores #1`, or `resets`")
    static let probeSelects = Self(
        .impureProbe, "to reach $1, `$2` is written, which the probe does not put back",
        "name `$2` before it after `restores`, or say that the probe `resets`")
    static let probeTellsOfMemory = Self(
        .impureProbe, "$1 tells the device of memory, and a probe has none",
        "leave it to the functions: a probe runs before memories are placed")
    static let probeHasNoMemory = Self(
        .impureProbe, "a probe has no rings, no buffers, no state and no variables",
        "use registers alone: it runs before the sizes of memories are known")
    static let misplacedQuestion = Self(
        .misplacedQuestion, "a function asks what discovery learned",
        "give it a name by `fact NAME = …` in the device, and use that")
    static let dividedByZero = Self(
        .dividedByZero, "this is zero", "give the fact a range without 0, or choose it among other numbers")
    static let mayBeDividedByZero = Self(
        .dividedByZero, "this may be zero", "give the fact a range without 0, or choose it among other numbers")
    static let missingFact = Self(
        .missingFact, "device $1 does not state $2, which class $3 requires",
        "add `fact #2 = VALUE`, or a probe of that name; what it means is said at $4")
    static let misspeltFact = Self(
        .missingFact, "device $1 does not state $2, which class $3 requires", "write `#2` for `#4`, if that is meant")
}
