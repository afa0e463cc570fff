// The width of one access to a port, a configuration register or memory.

/// Width of a single access.
///
/// Units: the raw value is the number of bytes.
public enum AccessWidth: UInt8, Sendable {
    case byte = 1
    case word = 2
    case doubleWord = 4
    case quadWord = 8
}
