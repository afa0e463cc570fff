// The operations of the metabinary's stack machine, by their numbers. FORMAT.md says what each does; what is data of them
// - operands, stack, items, control - is a row of the table beside.

/// An operation of the stack machine.
///
/// A stack entry is static (a number known while generating) or dynamic (an item of the program). An operation on
/// static entries alone is carried out while generating and leaves nothing behind; any other emits items.
public enum Opcode: UInt8, Sendable, CaseIterable {
    case line = 0x01
    case push = 0x02
    case local = 0x03
    case load = 0x04
    case and = 0x05
    case or = 0x06
    case shiftLeft = 0x07
    case shiftRight = 0x08
    case extend = 0x09
    case truncate = 0x0A
    case returnValue = 0x0B
    case parameter = 0x0C
    case bound = 0x0D
    case loadAt = 0x0E
    case store = 0x0F
    case storeAt = 0x10
    case get = 0x11
    case getAt = 0x12
    case set = 0x13
    case setAt = 0x14
    case add = 0x15
    case subtract = 0x16
    case equal = 0x17
    case notEqual = 0x18
    case unsignedLess = 0x19
    case unsignedLessOrEqual = 0x1A
    case ifTrue = 0x1B
    case `else` = 0x1C
    case loop = 0x1D
    case wait = 0x1E
    case until = 0x1F
    case end = 0x20
    case pause = 0x21
    case releaseFence = 0x22
    case address = 0x23
    case fullFence = 0x30
    case swap = 0x31

    // The static stage.
    case fact = 0x40
    case entry = 0x41
    case choice = 0x42
    case ask = 0x43
    case when = 0x44
    case skip = 0x45
    case each = 0x46
    case forget = 0x47
    case multiply = 0x48
    case divide = 0x49
    case remainder = 0x4A
    case loopOf = 0x4B
    case boundOf = 0x4C
}
