// Why a simulated run cannot go on: the code left its grants or its calling convention, or the simulation could not be
// set up. What the device objects to is a `Violation` instead.

/// A run that failed.
public enum SimulationError: Error, Hashable, Sendable {
    /// What an access does.
    public enum AccessKind: Hashable, Sendable {
        case read
        case write
        case fetch
    }

    /// The code touched what it was not granted.
    case strayAccess(AccessKind, address: UInt64, byteCount: Int, at: CodePlace)
    /// More instructions than any call may take.
    case endless(at: CodePlace)
    /// An exception of the processor: an instruction that it does not know, or INT3 between functions.
    case exception(code: UInt32, at: CodePlace)
    /// A register that belongs to the caller came back changed.
    case registerNotPreserved(String, function: String)
    /// The stack pointer, or what lies above it, came back changed.
    case stackNotRestored(function: String)
    /// A result that the contract does not know.
    case outcomeOutsideContract(function: String, value: UInt64)
    /// A call took more instructions, or more time-stamp counts, than it may whatever the device does.
    case limitExceeded(function: String, instructionCount: Int, elapsed: UInt64)
    /// An access to the window that is of no register of the description, or in a direction that it does not have.
    case accessNotDeclared(WindowAccess)
    /// The device was told of a ring elsewhere, or of another length, than the driver has.
    case ringMisplaced(WindowAccess)
    /// The driver has no function of that name.
    case noFunction(String)
    /// The driver has no such memory.
    case noMemory(String)
    /// The engine refused what it was asked for while it was set up.
    case engine(step: String, code: UInt32)
    /// The device objected.
    case violation(Violation)
    /// A frame came out other than it went in.
    case wrongFrame(direction: FrameDirection, sequence: Int, detail: String)
    /// A frame came that nobody sent.
    case unexpectedFrame(direction: FrameDirection, byteCount: Int)
    /// The driver says that what its device wrote makes no sense.
    case lost
    /// A buffer came back that its receiver has already, or that is not one.
    case wrongBuffer(direction: FrameDirection, buffer: Int)
    /// Nothing moves any more.
    case stalled(transmitted: Int, received: Int)
    /// Bring-up or the link did not come to its end.
    case notReady(outcome: BringUpOutcome)
}

/// A way that frames take.
public enum FrameDirection: Hashable, Sendable {
    case transmit
    case receive
}
