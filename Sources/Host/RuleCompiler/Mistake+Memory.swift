// Mistakes in layouts, rings, pools and memories, and in what may be written where.

extension Mistake {
    static let unusedLayout = Self(.unusedName, "no ring or memory has records of layout $1", "use it or take it out")
    static let fieldsShareByte = Self(
        .fieldsOverlap, "fields `$1` and $2 share byte $3", "`$1` has bytes $4…$5; give each byte to one field")
    static let unalignedField = Self(
        .unalignedRegister, "field $1 has $2 bytes and is at $3",
        "its offset must be a multiple of $4; or give it a narrower type, such as `u8`")
    static let firstValueOutside = Self(
        .valueTooWide, "$1 holds $2…$3 in $4 bits and starts with $5", "correct the range, the type or the first value")
    static let tooManyValues = Self(
        .limitExceeded, "$1 values; $2 are the most", "join those beside one another by `…`")
    static let tooManyPremises = Self(.limitExceeded, "this waits for $1 memories and registers", "$2 are the most")
    static let tooManyPermits = Self(
        .limitExceeded, "$3 has $1 fields that say what may be written", "$2 are the most: join what is alike")
    static let memoryTooLarge = Self(.limitExceeded, "$3 has $1 bytes", "$2 are the most: make it smaller")
    static let unwritableTeller = Self(
        .unwritableRegister, "$1 is no register of $2 bits that can be written", "name another one, or correct it at $3"
    )
    static let deviceTellsItself = Self(
        .wrongWriter, "the device cannot tell itself of a buffer by $1", "take `as $2` out, or correct who writes it")
    static let deviceNeverWrites = Self(
        .wrongWriter, "the device never writes $1", "name a field by `device` or `both`")
    static let layoutOfOddSize = Self(
        .fieldPastLayout, "layout $1 has $2 bytes",
        "8, 16, 32, 64 or 128: whole stores of 8 bytes, and slots of a power of two")
    static let fieldPastLayout = Self(
        .fieldPastLayout, "field $1 ends at byte $2 of a layout of $3", "correct its offset, or the size of the layout")
    static let tableOfOddCount = Self(
        .unboundedIndex, "no number of bits bounds an index of $1 elements",
        "make it a power of two: an index is bounded by its bits")
    static let positionTellsOfMemory = Self(
        .incompleteRing, "$1 moves by $2, which tells where memory is, or moves another ring",
        "name the register of its head or its tail")
    static let poolNotLedTo = Self(
        .incompleteRing, "$1 has no field that leads to a buffer of pool $2",
        "write `as address` after the field of layout $3 that does")
    static let ringLacksPart = Self(.incompleteRing, "$1 lacks a part", "write all of `$2`")
    static let ringOfOddCount = Self(.incompleteRing, "$1 has $2 slots", "make it a power of two from 8 to 4096")
    static let buffersOfOddSize = Self(
        .incompleteRing, "$1 has buffers of $2 bytes", "make it a power of two above the headroom")
    static let ringWithoutPool = Self(.incompleteRing, "$1 needs one pool of buffers", "declare `pool NAME of #1`")
    static let toldOfRingTwice = Self(
        .incompleteRing, "$1 has $2 tell what it already tells of it",
        "give the address's halves and the size of each ring registers of their own")
    static let toldOfTwoRings = Self(
        .incompleteRing, "$1 has $2 tell what it already tells of another ring",
        "give the address's halves and the size of each ring registers of their own")
    static let meaningTwice = Self(
        .meaningTwice, "$1 and $2 both are the $3 of a buffer",
        "take one `as $3` out, or write `as $3 of NAME` after it")
    static let addressHidden = Self(
        .duplicateName, "$1 of layout $2 hides the address of a record of $3, which the device is told of",
        "give the field another name, such as `place`, or have the driver alone write it")
    static let addressTooNarrow = Self(
        .addressTooNarrow, "$1 has $2 bits, too few for an address", "give it type `u32` or `u64`")
    static let lengthWithoutAddress = Self(
        .lengthWithoutAddress, "$1 tells how long a buffer is, and no field tells where",
        "write `as address` after the field that does, or take `as length` out")
    static let selectorTellsOfMemory = Self(
        .wrongIndirection, "$1 tells the device where memory is",
        "name a register that takes the number and one that holds the value")
    static let layoutNotFilled = Self(
        .layoutNotFilled, "the last field of layout $1 ends at byte $2 of $3",
        "write `$2 bytes`, or declare what comes after it")
    static let poolOfOddSize = Self(
        .incompleteMemory, "$1 has $2 buffers of $3 bytes",
        "make the size a power of two above the headroom, and have at least one buffer")
    static let dataOfOddCount = Self(
        .incompleteMemory, "$1 has data that the driver moves, and $2 buffers",
        "make `count` a power of two, so that its bits bound the number of a buffer")
    static let dataWithHeadroom = Self(
        .incompleteMemory, "$1 has data that the driver moves, and a headroom",
        "take `headroom` out: who moves the data leaves room where it is wanted")
    static let recordsOfOddSize = Self(
        .incompleteMemory, "$1 has $2 records of $3 bytes at multiples of $4",
        "many records have no records in them and a power of two of bytes; so is an alignment")
    static let headroomPastMemory = Self(
        .incompleteMemory, "$1 has $2 bytes, and data would begin after them", "make `headroom` less than its size")
    static let addressTakenNowhere = Self(
        .incompleteMemory, "$1 lacks the register that takes its address",
        "write `base REGISTER`, or `as address of #1` after the field or register that leads there")
    static let notBehind = Self(
        .incompleteMemory, "$1 cannot lie right behind $2",
        "declare it next after that memory, and both without `headroom`")
    static let cannotTellOfMemory = Self(
        .incompleteMemory, "$1 cannot tell of $2", "let a register tell of it that can be written")
    static let memoryWithoutPool = Self(
        .incompleteMemory, "$1 tells of buffers, and names no pool that they are of", "write `pool NAME`")
    static let poolWithoutUse = Self(
        .incompleteMemory, "$1 names a pool, and tells of no buffer",
        "take `pool` out, or write `as address` after the field that leads there")
    static let orderOfOneByte = Self(
        .wrongByteOrder, "$1 is one byte",
        "take `big` out: what is told of buffers is checked as the processor writes it")
    static let tellsInOtherOrder = Self(
        .wrongByteOrder, "$1 tells of a buffer by a number that is turned round",
        "take `big` out: what is told of buffers is checked as the processor writes it")
    static let recordsAtOddOffsets = Self(
        .wrongNesting, "$1 is written in records that $2 has at odd places",
        "write `any` after each field, or give the records a power of two of bytes, at a multiple of them")
    static let arrayTellsOfBuffer = Self(
        .wrongNesting, "$1 tells of one buffer", "make it no array: records of an array can tell of more")
    static let elementsOfOddSize = Self(
        .wrongNesting, "$1 has elements of $2 bytes", "make layout $3 a power of two, so that an index is a shift")
    static let recordInSlot = Self(
        .wrongNesting, "$1 is a record in a slot", "give a slot fields, and records of records a memory of their own")
    static let nestedTwice = Self(
        .wrongNesting, "$1 holds records or arrays in its records",
        "give a slot fields, and records of records a memory of their own")
    static let ownerOfOddCount = Self(
        .ownerMisused, "$1 holds $2 of $3 buffers", "make it a power of two, and no more than $4 has")
    static let ownedTwice = Self(
        .ownedTwice, "$1 and $2 begin with the same buffers of $3",
        "make one table of both, or give one of them a pool of its own")
    static let noneForCaller = Self(
        .ownedTwice, "all $2 buffers of $1 begin in $3, and the caller of $4 is to own some",
        "have more of them: what the caller owns comes on top, as `spare` in the pool of a ring")
    static let toldTwice = Self(
        .toldTwice, "register $1 is to tell of two things",
        "let it take the same part of every memory that it tells of, and nothing of buffers")
    static let cursorOverOddCount = Self(
        .cursorMisused, "$1 $2 $3 elements",
        "make it a power of two, two at least: the index of $4 is low bits of its count")
    static let cursorWithoutTwoLaps = Self(
        .cursorMisused, "$1 $2 $3 elements, u$4 counts no two laps", "leave the type of $5 out, which is u16 then")
    static let neverStarted = Self(
        .neverStarted, "the device is never told where $1 is",
        "write `#1.start()`, or its address into a register, in the function that brings the device up")
    static let noArrayForCursor = Self(
        .cursorMisused, "$1 is no array to run around",
        "name a ring, a memory of several records, an array in the layout of a memory, a pool by itself, or a state or a register with `[COUNT]`"
    )
    static let lengthPastBuffer = Self(
        .lengthPastBuffer, "the length may be $1, $2 of $3 has $4 bytes",
        "bound it by `in LOW…HIGH` or by `&`, or make the buffers larger")
    static let addressMisplaced = Self(.memoryMisplaced, "$1 tells the device where `$2` is", "write `$2.start()`")
    static let sizeMisplaced = Self(
        .memoryMisplaced, "$1 tells the device of the $3 bytes of `$2`", "write `$2.start()`")
    static let windowTwice = Self(
        .windowTwice, "windows $1 and $2 both name $3", "declare all its registers in $1, at $4")
    static let valueUnstated = Self(
        .valueUnstated, "this may be other than 0, and nothing says what may be written to $1",
        "say it at $2: `= 1, 4…7`, or `any` where no value changes what memory the device reaches")
    static let bitsUnstated = Self(
        .valueUnstated,
        "this may be other than 0, and nothing says what may be written to bits 0x$3 of $1, which have no name",
        "say it at $2: `= 1, 4…7`, or `any` where no value changes what memory the device reaches")
    static let neverWritten = Self(.wrongPermit, "nothing is ever written to $1, which is `ro`", "take it out")
    static let toldByItsMemory = Self(.wrongPermit, "what $1 may be told is said by its memory", "take it out")
    static let valuesOfData = Self(
        .wrongPermit, "by way of $1 others are reached, which alone are held",
        "say it after each register of the window that names `#1`")
    static let permittedTwice = Self(
        .wrongPermit, "what may be written to $1 is said already, with what it is a part of", "take it out")
    static let allValuesWait = Self(
        .wrongPermit, "every value waits for something", "state what may always be written, such as 0")
    static let valuesReversed = Self(.wrongPermit, "the values run from $1 down to $2", "write the lower one first")
    static let valuePastBits = Self(.wrongPermit, "$1 needs more than $2 bits", "correct the value or the bits")
    static let rangeInSwappedBytes = Self(
        .wrongPermit, "no range of numbers can be held in bytes that are turned round", "state single values, or `any`")
    static let sizeInSwappedBytes = Self(.wrongPermit, "a size is not turned round", "write the number")
    static let premiseInMemory = Self(
        .wrongPermit, "what is stored in memory waits for no register", "state values without `after`")
    static let premiseWithoutEffect = Self(
        .wrongPermit, "this may be written whatever came before", "state it once, with `after`")
    static let addressOfRecordsOnly = Self(
        .wrongPermit, "no register takes the address of $1 itself",
        "write `REGISTER of #1`, of the register that is told of it")
    static let neverToldOfMemory = Self(
        .wrongPermit, "$1 is never told of $2", "name what comes after its `as address of`")
    static let premiseOfOtherWindow = Self(
        .wrongPermit, "$1 is no single register of the same window that is reached alike",
        "name one of window $2 that is written before")
    static let premiseNotHeld = Self(
        .wrongPermit, "$1 does not hold what it is told", "name a register that keeps what is written to it")
    static let premiseOfStart = Self(.wrongPermit, "$1 is told by `start()`", "name the memory: `after MEMORY`")
    static let permitOfDevice = Self(.wrongPermit, "only the device writes $1", "take it out")
    static let permitOfTeller = Self(.wrongPermit, "$1 is told of a buffer alone", "take it out")
    static let neverTold = Self(.wrongPermit, "$1 is never told $2", "write what it allows; that is at $3")
    static let neverToldZero = Self(.wrongPermit, "$1 is never told $2", "write `or 0` after what it is told of")
    static let positionPastRing = Self(
        .valueNotAllowed, "$1 tells a place in ring $2: $3 is the last one", "write `#2.start()` or `#2.notify()`")
    static let valueNotAllowed = Self(
        .valueNotAllowed, "$1 does not allow $2", "write another value; what it allows is at $3")
    static let memoryNotAwaited = Self(
        .memoryNotAwaited, "no value waits until the device was told where $1 is: it might use another place before",
        "write `= 0, 1 after #1` after the register or the bit that has the device use it")
}
