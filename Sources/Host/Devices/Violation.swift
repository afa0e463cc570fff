// What a simulated device objects to: things that real hardware answers with silence, corruption or a hang. Each names
// the instruction during which it was noticed.

/// Misuse of a device by its driver.
public struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
    /// A descriptor ring of the device.
    public enum Ring: Hashable, Sendable {
        case transmit
        case receive
    }

    /// What was done.
    public enum Kind: Hashable, Sendable {
        /// An access of another width than 32 bits, or across two registers.
        case accessWidth(offset: UInt64, byteCount: Int)
        /// No register of this device is there.
        case noRegister(offset: UInt64)
        /// A write to a register that can only be read.
        case readOnlyRegister(offset: UInt64)
        /// Bits that the datasheet reserves were written as one.
        case reservedBits(offset: UInt64, bits: UInt32)
        /// The device was touched while it reset itself.
        case accessDuringReset(offset: UInt64)
        /// An engine was enabled, or a doorbell rung, with no ring behind it.
        case noRing(Ring)
        /// The ring's address is no multiple of 16, or its length none of 128 bytes.
        case ringNotAligned(Ring, base: UInt64, byteCount: UInt32)
        /// The ring lies, whole or in part, outside the memory for rings.
        case ringOutsideMemory(Ring, base: UInt64, byteCount: UInt32)
        /// Base, length or head changed while the engine ran.
        case ringMovedWhileEnabled(Ring, offset: UInt64)
        /// A head or tail that is no slot of the ring.
        case slotOutsideRing(Ring, slot: UInt32)
        /// The tail took back, or ran over, descriptors that the device still owns.
        case tailOverOwned(Ring, from: Int, to: Int)
        /// Another slot was handed over than the device looks at next.
        case slotOutOfOrder(Ring, slot: Int, expected: Int)
        /// A register was written at a time when the device's order of steps does not allow it.
        case outOfSequence(offset: UInt64)
        /// An engine's configuration was written while the engine was off, and is lost.
        case configuredWhileOff(offset: UInt64)
        /// The driver read what the device has not finished, or has not written at all.
        case readBeforeItCame(Ring, offset: Int)
        /// The driver wrote to a descriptor that the device owns.
        case descriptorChanged(Ring, slot: Int)
        /// A descriptor asks for memory outside the pools.
        case bufferOutsidePools(Ring, slot: Int, address: UInt64)
        /// Two descriptors that the device owns share a buffer.
        case bufferShared(Ring, slot: Int, address: UInt64)
        /// The driver wrote an address into a slot that is no buffer of that ring's pool.
        case addressNoBuffer(Ring, slot: Int, address: UInt64)
        /// The driver wrote a length into a slot that is more than a buffer.
        case lengthPastBuffer(Ring, slot: Int, byteCount: Int)
        /// The driver touched a buffer.
        case bufferTouched(virtual: UInt64, isWrite: Bool)
        /// A descriptor of a form that this device does not know, or without RS: it would never be reported as done.
        case badCommand(slot: Int, command: UInt8)
        /// A descriptor's length is 0, or above what a frame may have.
        case badLength(slot: Int, byteCount: Int)
        /// A frame left without check sum (IFCS clear).
        case frameWithoutCheckSum(slot: Int)
        /// A frame shorter than Ethernet allows left without padding (PSP clear).
        case shortFrame(slot: Int, byteCount: Int)
        /// The device moved data while its function was not a bus master.
        case notBusMaster(Ring)
        /// The device raised an interrupt that nobody handles.
        case interruptRaised(causes: UInt32)

        /// Whether it is the driver's doing whatever the device did: a place or a value that no answer of a device may
        /// lead to. What else a sound device objects to, a failing one may have brought about itself.
        public var isCertain: Bool {
            switch self {
            case .accessWidth, .noRegister, .readOnlyRegister, .reservedBits, .addressNoBuffer, .lengthPastBuffer,
                .bufferTouched:
                true
            default: false
            }
        }
    }

    public var kind: Kind
    public var place: CodePlace

    public init(_ kind: Kind, at place: CodePlace) {
        self.kind = kind
        self.place = place
    }

    public var description: String { "\(kind) at \(place)" }
}
