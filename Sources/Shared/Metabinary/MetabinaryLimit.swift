// How large the parts of a metabinary may be. The compiler reports what exceeds them with a place in the rule's text;
// the image reader and the evaluator refuse it, so that no image can make the kernel work or allocate without bound.

import Program

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
    /// Bytes of a capability that may say where a window is: as many as discovery reads.
    public static let capabilityByteCount: UInt64 = 64
    /// Registers of one window.
    public static let registerCount = 256
    /// Memories of one device.
    public static let memoryCount = 16
    /// Parts of one memory that are granted by themselves.
    public static let partCount = 32
    /// Most fields of a slot or of an element that tell of memory.
    public static let fieldCount = 8
    /// Runs of bits of a register or an element that say what may be written.
    public static let allowedValuesCount = 64
    /// Values that such bits may have.
    public static let allowedValueCount = 16
    /// Memories and registers that one such value may wait for.
    public static let premiseCount = 15
    /// Highest number of a register behind two others.
    public static let selectedNumber: UInt64 = 0xFFFF
    /// Elements of an array of registers of which a value waits until each was told.
    public static let toldElementCount: UInt64 = 16
    /// Size of one memory.
    ///
    /// Units: bytes.
    public static let memoryByteCount: UInt64 = 0x40_0000
    /// Largest alignment of a memory.
    ///
    /// Units: bytes.
    public static let memoryAlignment: UInt64 = 0x1000
    /// Size of the pages by whose number some devices are told of memory.
    ///
    /// Units: bytes.
    public static let pageByteCount: UInt64 = 0x1000
    /// Cells of the state of one device.
    public static let cellCount = 64
    /// Elements of one cell.
    public static let elementCount: UInt64 = 4096
    /// Parameters of one function.
    ///
    /// Source: System V ABI, AMD64 supplement, section 3.2.3: integer arguments in registers.
    public static let parameterCount = 6
    /// Outcomes of one function.
    public static let outcomeCount = 16
    /// Fields of one outcome.
    public static let outcomeFieldCount = 8
    /// Blocks that may be open at a time.
    public static let blockDepth = 16
    /// Runs of a loop.
    public static let loopCount: UInt64 = 0x1_0000
    /// Longest bound of a wait.
    ///
    /// Units: microseconds.
    public static let waitMicroseconds: UInt64 = 10_000_000
    /// Longest pause that every clock up to 10 GHz can count, which rules may ask for.
    ///
    /// Units: microseconds.
    public static let pauseMicroseconds: UInt64 = 50_000
    /// Functions of one device.
    public static let functionCount = 32
    /// Code of one function.
    ///
    /// Units: bytes.
    public static let codeByteCount = 4096
    /// Operations that the evaluation of one function may take, all runs of its static loops counted.
    public static let stepCount = 16_384
    /// Tables of one device.
    public static let tableCount = 32
    /// Entries of one table.
    public static let entryCount = 256
    /// Facts of one device.
    public static let factCount = 64
    /// Choices of one device.
    public static let choiceCount = 6
    /// Alternatives of one choice.
    public static let alternativeCount = 8
    /// Combinations of all alternatives of one device: so often are its functions evaluated and encoded.
    public static let combinationCount = 64
    /// Probes of one device.
    public static let probeCount = 8
    /// Places where a window may be.
    public static let placeCount = 4
    /// Entries of the stack while a function is evaluated.
    public static let stackDepth = 128
    /// Items of one program.
    public static let itemCount = Program.itemLimit
    /// Highest number of a base address register.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 6.2.5.
    public static let baseAddressRegister: UInt8 = 5
    /// Highest end of a register in its window: a quarter of the room that is set aside for the windows of a machine.
    ///
    /// Units: bytes.
    public static let windowByteCount: UInt64 = 0x400_0000
    /// The same of a window of ports: a function decodes no more.
    ///
    /// Units: bytes.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 6.2.5.1.
    public static let portWindowByteCount: UInt64 = 256
}
