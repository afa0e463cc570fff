// Who owns which buffer, by what the contract `packet_nic 2` says of each outcome. It finds a buffer that two would own,
// whatever the card did; whoever calls a driver keeps one.

/// Owners of the buffers of both pools: the caller, or the driver.
public struct BufferLedger: Sendable {
    /// Buffers of the transmit pool that are the caller's.
    public private(set) var transmitFree: [Int] = []
    /// Buffers of the receive pool that are the caller's.
    public private(set) var receiveKept: [Int] = []
    /// Whether a number is out once at most: in a ring of bytes a card that lies may say twice that a frame begins there.
    private let isExclusive: Bool
    private let transmitCount: Int
    private let receiveCount: Int

    /// As after a bring-up: the caller owns the spare ones of the transmit pool.
    public init(_ machine: SimulatedMachine) {
        transmitCount = machine.bufferCount(machine.transmitPool)
        receiveCount = machine.bufferCount(machine.receivePool)
        isExclusive = machine.receivePool.kind == .pool
        reset()
    }

    /// The driver was brought up again.
    public mutating func reset() {
        transmitFree = Array(transmitCount - SimulatedMachine.spareCount..<transmitCount)
        receiveKept = []
    }

    /// A buffer was posted, and another came back for it.
    ///
    /// Throws: `wrongBuffer` where the caller owns the one that came back already.
    public mutating func exchange(posted: Int, idle: Int) throws(SimulationError) {
        transmitFree.removeAll { $0 == posted }
        guard idle != posted, idle < transmitCount, !transmitFree.contains(idle) else {
            throw .wrongBuffer(direction: .transmit, buffer: idle)
        }
        transmitFree.append(idle)
    }

    /// A buffer came with a frame, or with what is none.
    ///
    /// Throws: `wrongBuffer` where the caller owns it already.
    public mutating func receive(_ buffer: Int) throws(SimulationError) {
        guard buffer < receiveCount, !isExclusive || !receiveKept.contains(buffer) else {
            throw .wrongBuffer(direction: .receive, buffer: buffer)
        }
        receiveKept.append(buffer)
    }

    /// A buffer went back to the driver.
    public mutating func returnBuffer(_ buffer: Int) {
        if let index = receiveKept.firstIndex(of: buffer) { receiveKept.remove(at: index) }
    }
}
