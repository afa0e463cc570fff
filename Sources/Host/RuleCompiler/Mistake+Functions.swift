// Mistakes in functions and probes: statements, outcomes, slots and buffers.

extension Mistake {
    static let valueAlone = Self(.unexpectedToken, "a value alone does nothing", "name it by `let`, or return it")
    static let unusedValue = Self(
        .unusedName, "$1 is never used",
        "use it or take it out: what it reads from the device would be read for nothing")
    static let valueAssigned = Self(
        .notAValue, "$1 is a value: it stays what it is", "give the new value another name by `let`")
    static let noSlot = Self(.notAValue, "$1 is no slot", "write `let SLOT = RING.claim() else return …`")
    static let valueLeavesRange = Self(
        .valueTooWide, "the value may leave the range $1…$2 of $3", "keep a part of it by `&`, or widen the range")
    static let loopNeverRuns = Self(.valueTooWide, "the loop never runs", "take it out")
    static let answerTooWide = Self(
        .valueTooWide, "the value may need $1 bits, the probe has $2",
        "keep a part of it by `&`, or give the probe a wider type")
    static let resultTooWide = Self(
        .valueTooWide, "the value may need $1 bits, the result has $2",
        "keep a part of it by a field or by `&`, or declare a wider result")
    static let outcomeFieldTooWide = Self(
        .valueTooWide, "the value may need $1 bits, $2 has $3",
        "keep a part of it by `&`, or give the outcome's field more bits")
    static let tooManyRuns = Self(
        .valueTooWide, "the loop may run $1 times while code is generated",
        "$2 is the most; `for` repeats while running")
    static let emptyRange = Self(
        .valueTooWide, "no value of $1 bits lies in the range", "correct the range or the type")
    static let probeWithoutAnswer = Self(
        .missingReturn, "probe $1 ends without an answer", "end it with `return VALUE`, or with `fail`")
    static let missingReturn = Self(.missingReturn, "$1 ends without a return", "end it with `return VALUE`")
    static let loopReturnsAtOnce = Self(
        .unreachableStatement, "the loop returns in its first run", "write what it does without a loop")
    static let unreachableStatement = Self(
        .unreachableStatement, "a statement after the return never runs", "take it out, or move it before the return")
    static let tooManyInOne = Self(.limitExceeded, "$3 has $1 $4", "$2 are the most")
    static let tooManyParameters = Self(.limitExceeded, "$1 parameters", "$2 are the most: as many as go in registers")
    static let tooManyNamedValues = Self(
        .limitExceeded, "more than $1 named values in a function", "join some of them into one")
    static let unwritableRegister = Self(
        .unwritableRegister, "register $1 is `ro`: it cannot be written",
        "write another register; or correct its access at $2")
    static let staticCondition = Self(
        .staticCondition, "the condition is known while code is generated",
        "`if` chooses while running; use `when`, which chooses while generating, or take the branch out")
    static let staticMatch = Self(
        .staticCondition, "the value is known while code is generated",
        "`match` chooses while running: take what the value chooses out of it")
    static let numberIsNoCondition = Self(
        .notACondition, "a number of $1 bits is no condition", "compare it: `VALUE != 0`")
    static let unboundedWait = Self(
        .unboundedWait, "the wait has no bound: a device that is stuck would stop everything",
        "write `wait CONDITION within NUMBER us else return VALUE`")
    static let bufferKeptByDefinition = Self(
        .bufferKept, "$1 has a buffer at its end that nobody can name any more",
        "handle buffers in the functions themselves")
    static let bufferLost = Self(
        .bufferKept, "`$1` is lost here", "move it into a slot or into the outcome before the return")
    static let bufferMovedOnFailure = Self(
        .bufferKept, "`$1` was moved, and the caller is told that it still owns it",
        "move it only where the first outcome, success, is returned")
    static let movedInOneArm = Self(
        .bufferGone, "`$1` is moved in one arm of a branch and not in the other",
        "move it before the branch, after it, or return from the arm")
    static let movedInLoop = Self(
        .bufferGone, "`$1` is moved in a loop, and is gone in its second run", "move it outside")
    static let missingAnswer = Self(.wrongOutcome, "the probe returns no answer", "write `return VALUE`, or `fail`")
    static let outcomeWithoutNumber = Self(
        .wrongOutcome, "outcome $1 has no number of its own up to 255", "give it one: `#1 NUMBER`")
    static let outcomeRefusedMissing = Self(
        .wrongOutcome, "$1 is checked, and there is no outcome to refuse it", "add the outcome `refused` to $2")
    static let missingResult = Self(.wrongOutcome, "$1 has a result, and none is returned", "write `return VALUE`")
    static let needlessResult = Self(.wrongOutcome, "$1 returns nothing", "write `return` alone")
    static let outcomeFieldMissing = Self(
        .wrongOutcome, "outcome $1 carries $2, which is not given", "write `#1 { $3 }`")
    static let outcomeFieldUnknown = Self(
        .wrongOutcome, "outcome $1 carries no $2", "$4take it out, or declare it at $3")
    static let unknownOutcome = Self(.wrongOutcome, "this is none of the outcomes of the function", "$1")
    static let ringOnlySends = Self(.slotMisused, "ring $1 sends: nothing is received from it", "write `#1.claim()`")
    static let ringTurnedRound = Self(
        .slotMisused, "ring $1 $2, and the functions of its class need one that $3",
        "write `ring #1 of … #3`; it is used at $4")
    static let slotNotOpen = Self(
        .slotMisused, "$1 is not the driver's to write here", "write a slot that was claimed, before it is posted")
    static let slotWithoutBuffer = Self(.slotMisused, "$1 owns no buffer here", "a slot hands its buffer out once")
    static let slotWithBuffer = Self(.slotMisused, "$1 owns a buffer already", "use `exchange`, or put once")
    static let slotNotClaimed = Self(
        .slotMisused, "$1 was not claimed of ring $2, or is posted already", "claim a slot, fill it and post it once")
    static let slotNotWritten = Self(
        .slotMisused, "$1 is posted before it is written", "write the whole descriptor and move a buffer in first")
    static let slotNotFilled = Self(
        .slotMisused, "$1 is posted before it is given a buffer",
        "write the whole descriptor and move a buffer in first")
    static let slotLeftAsItWas = Self(
        .slotMisused, "the loop leaves $1 as it was", "write the whole descriptor of every slot")
    static let nothingToWaitFor = Self(
        .wrongArguments, "nothing here takes its time: `within` has no meaning",
        "write `MAILBOX.run(VALUE) within NUMBER us else return VALUE`, or take `within` out")
    static let outcomeOfOtherPool = Self(
        .wrongArguments, "this is no buffer of $1", "give one of its own, or say at the outcome whose buffer it is")
    static let cannotFail = Self(
        .wrongArguments, "this cannot fail: there is nothing for `else`",
        "only `RING.claim()` and `RING.reap()` can; else write `let NAME = VALUE`")
    static let takesOneBuffer = Self(.wrongArguments, "this takes one buffer", "name the buffer that moves")
    static let bufferOfOtherPool = Self(
        .wrongArguments, "$1 is no buffer of $2",
        "only buffers of a ring's own pool go into its slots, and of a state's own in it")
    static let canFail = Self(.wrongArguments, "`#1.#2` can fail", "say what then: `let NAME = #1.#2() else return …`")
    static let writesNothing = Self(
        .writesNothing, "$1 returns nothing and writes nothing: whoever calls it asks for nothing",
        "write what it is to tell; or `return` alone, if nothing is to be told")
    static let notPublished = Self(
        .notPublished, "the device is told to look, and what was stored for it before is not published",
        "write `publish` before this: what was stored before is then visible before what is stored after")
    static let slotHasNoMethod = Self(
        .wrongArguments, "a slot has no $1 that returns something", "it has `exchange(BUFFER)` and `take()`")
    static let ownerHasNoMethod = Self(
        .wrongArguments, "a state that holds buffers has no $1",
        "write `let NAME = #2.exchange(BUFFER)`, by an index if it is a table")
    static let postTakesOneSlot = Self(.wrongArguments, "`post` takes one slot", "write `$1.post(SLOT)`")
    static let noSuchAction = Self(.wrongArguments, "there is no such $1", "$2")
    static let valuesNotCovered = Self(
        .valuesNotCovered, "no arm takes $1$2", "add an arm for it, or `else: { … }` as the last one")
    static let armNeverRuns = Self(.armNeverRuns, "this never decides: $1", "take it out, or correct its numbers")
    static let readModifyWrite = Self(
        .readModifyWrite, "register $1 is `w1c`: writing back what is read clears all of its bits that are set",
        "write the bits to clear and no others; to clear what was seen, `let seen = #1` before")
    static let incompleteMailbox = Self(.incompleteMailbox, "$1 lacks $2", "write `mailbox #1 $3`")
    static let storePastField = Self(.wrongPath, "the way goes on after field $1", "write the whole field in one store")
    static let recordOfOddSize = Self(
        .wrongPath, "a record of $1 is no whole number of stores", "write its fields one by one")
    static let releasedNothing = Self(
        .releasedNothing, "$1 is no buffer that this function owns",
        "name a parameter `own POOL`, or what came of `exchange`")
    static let dynamicCondition = Self(
        .dynamicCondition, "the condition is known only while the code runs",
        "use `if`, which chooses while running; `when` chooses while code is generated")
    static let armsReturnDifferently = Self(
        .armsDiffer, "one arm returns and the other goes on",
        "put what follows into the arm that goes on: only one of them is generated")
    static let armsMoveDifferently = Self(
        .armsDiffer, "`$1` is moved, written or posted in one arm and not in the other",
        "do it in every arm, or before them")
    static let probeDependsOnChoice = Self(
        .misusedProbe, "probe $1 depends on a choice",
        "a probe runs before alternatives are tried: let it use numbers and facts alone")
    static let probeLeavesAnyState = Self(
        .misusedProbe, "probe $1 leaves the device in any state, and nothing brings it up",
        "write `reset state` in the function that brings the device up, or `restores` here")
    static let registerNotRestorable = Self(
        .misusedProbe, "register $1 cannot be put back",
        "name one that is `rw`, no array, and waits for nothing; or say that the probe `resets`")
    static let onlyProbesFail = Self(.misusedProbe, "only a probe can fail", "return one of the outcomes of $1")
}
