// What a guarded run shows of code that is not safe: the first thing that it did and must not do.

/// The first violation of a run.
public struct GuardViolation: Hashable, Sendable, CustomStringConvertible {
    /// What was done.
    public enum Kind: Hashable, Sendable {
        /// An access to memory or a port of which no grant holds all.
        case outsideGrants
        /// A write where only reading is granted, or the other way round.
        case wrongDirection
        /// An access to a part of an element that must be taken whole.
        case notWhole
        /// A write after which an element is not within its limits.
        case limitBroken
        /// A write to the code that runs.
        case codeWritten
        /// An access to the caller's stack, or a write over the return address.
        case callersStack
        /// Control left the code.
        case outsideCode
        /// An instruction that no driver may execute.
        case forbiddenInstruction
        /// More instructions than any call may take.
        case endless
        /// An exception of the processor.
        case exception(code: UInt32)
        /// The function returned with another stack pointer than it was entered with.
        case stackPointer
        /// A register that belongs to the caller came back changed.
        case registerNotPreserved(String)
        /// The function returned with the direction flag set.
        case directionFlag
        /// What was written has the device reach memory that its driver has not got: the register or field, and why.
        case deviceStrays(String)
    }

    public var kind: Kind
    /// The instruction that did it, or that ran last.
    ///
    /// Units: bytes from the start of the code.
    public var offset: Int
    /// What was accessed; 0 where nothing was.
    public var address: UInt64 = 0
    public var byteCount = 0
    public var isWrite = false
    /// Name of the grant whose terms were broken; empty where no grant holds the access.
    public var grant = ""

    public var description: String {
        let access = byteCount > 0 ? " \(isWrite ? "write" : "read") of \(byteCount) at 0x\(hex(address))" : ""
        return "+0x\(hex(UInt64(offset))): \(kind)\(access)\(grant.isEmpty ? "" : ", \(grant)")"
    }

    private func hex(_ value: UInt64) -> String { String(value, radix: 16) }
}
