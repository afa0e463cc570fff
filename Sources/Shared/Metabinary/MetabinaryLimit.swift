// How large the parts of a metabinary may be. The compiler reports what exceeds them with a place in the rule's text;
// the image reader and the evaluator refuse it, so that no image can make the kernel work or allocate without bound.

/// Limits of the format, the same for the compiler and for the target.
public enum MetabinaryLimit {
    /// Units: bytes.
    public static let imageByteCount = 0x1_0000
    /// Units: bytes.
    public static let nameByteCount = 63
    public static let nameCount = 1024
    public static let classCount = 64
    public static let deviceCount = 256
    /// Matches of one device.
    public static let matchCount = 64
    /// Windows of one device.
    public static let windowCount = 6
    /// Functions of one device.
    public static let functionCount = 32
    /// Code of one function; as the machine has no jumps, also the limit of its steps.
    ///
    /// Units: bytes.
    public static let codeByteCount = 1024
    /// Entries of the stack while a function is evaluated.
    public static let stackDepth = 128
    /// Items of one program. No operation emits more than two, so code within its own limit stays within this one.
    public static let itemCount = 2048
    /// Highest number of a base address register.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 6.2.5.
    public static let baseAddressRegister: UInt8 = 5
    /// Highest end of a register in its window: code reaches windows by a signed 32-bit displacement.
    ///
    /// Units: bytes.
    public static let windowByteCount: UInt64 = 0x8000_0000
}
