// Mistakes that show once rules are code: what generation takes, and what a machine with everything refuses.

extension Mistake {
    static let deviceTooLarge = Self(
        .limitExceeded, "to generate all of `$1` may take more than $2, $3 times each",
        "offer fewer alternatives: all functions are evaluated for every combination")
    static let functionTooLarge = Self(
        .limitExceeded, "to generate `$1` may take more than $2",
        "split it, or repeat it while the code runs, by `for`; a fact that counts may have a range")
    static let imageTooLarge = Self(
        .limitExceeded, "the metabinary has $1 names and $2 bytes", "$3 names and $4 bytes are the most")
    static let codeTooLarge = Self(
        .limitExceeded, "the code of $1 takes $2 bytes; $3 is the most", "name what is computed more than once by `let`"
    )
    static let imageRefused = Self(.notGenerated, "the metabinary is refused: $1", "split the atlas")
    static let registersRunOut = Self(
        .notGenerated, "$1",
        "name fewer values at a time, and use them soon: generated code keeps all of them in registers")
    static let functionRefused = Self(.notGenerated, "$1", "split the function, or loop over what it repeats")
    static let timeRefused = Self(.notGenerated, "$1", "have loops turn fewer times, or wait for less")
    static let proofNotFound = Self(.notGenerated, "$1", "bound what is written here: no proof of it was found")
    static let configurationRunsOut = Self(
        .notGenerated, "no function has room in configuration space for all registers of `$1`",
        "declare fewer, or correct their offsets: 256 bytes are all that a function has")
    static let registerRefused = Self(
        .notGenerated, "$1", "write a register that tells of memory through one window only")
    static let partNotAllowed = Self(
        .valueNotAllowed, "some bits of `$1` are written $2, which they do not allow",
        "write there what the declaration of `$1` states")
    static let valueTooEarly = Self(
        .valueNotAllowed, "`$1` is written $2 before all was told that this waits for",
        "tell it before, with no branch, loop or `wait` and no store that `voids` between the two")
    static let probesWaitTooLong = Self(
        .runsTooLong, "the probes of `$1` may wait for more than 60 seconds, all together",
        "give them shorter bounds: no driver is there before all have run")
    static let probesWorkTooLong = Self(
        .runsTooLong, "the probes of `$1` may work for more than a second, all together",
        "give them shorter bounds: no driver is there before all have run")
    static let callWaitsTooLong = Self(
        .runsTooLong,
        "a call of `$1` may wait for more than 60 seconds: what is in a loop counts as often as all loops around it turn",
        "give waits and pauses shorter bounds, or loops with waits fewer turns")
    static let callWorksTooLong = Self(
        .runsTooLong,
        "a call of `$1` may work for more than a second: what is in a loop counts as often as all loops around it turn",
        "have the loops turn fewer times, or do a part of it on each call")
}
