// The timer in the interrupt controller of the processor itself (the local APIC): where its registers are, and how its
// counts relate to time. It touches no register; the kernel's watchdog does, and asks here what to make of them.

/// Why a processor's own timer is of no use to a watchdog.
public enum LocalTimerError: Error, CaseIterable {
    case missing
    case disabled
    /// Firmware left the controller in the mode in which its registers are no memory, and no way back is safe.
    case extended
    case unmapped
    /// There is nothing to measure it by.
    case unclocked
    case stopped
    /// Its counter is too short for the time.
    case short
    case silent

    /// What a report says of it.
    public var words: StaticString {
        switch self {
        case .missing: "the processor has no interrupt controller"
        case .disabled: "the interrupt controller is disabled"
        case .extended: "the interrupt controller is in x2APIC mode"
        case .unmapped: "the interrupt controller could not be mapped"
        case .unclocked: "there is no clock to measure the timer by"
        case .stopped: "the timer does not count"
        case .short: "the timer cannot count so far"
        case .silent: "the timer does not interrupt"
        }
    }
}

/// The timer of a local APIC.
public struct LocalTimer: Hashable, Sendable {
    /// The page of the controller's registers.
    public let registers: PhysicalAddress
    /// How fast it counts. Units: hertz; zero until it was measured.
    public private(set) var frequency: UInt64 = 0

    /// Takes the model-specific register IA32_APIC_BASE.
    ///
    /// Layout: 10 x2APIC mode, 11 enabled, from 12 on the address of the page.
    ///
    /// Source: Intel SDM, volume 3A, sections 11.4.4 "Local APIC Status and Location" and 11.12.1.
    public init(baseRegister: UInt64) throws(LocalTimerError) {
        guard baseRegister & 1 << 11 != 0 else { throw .disabled }
        guard baseRegister & 1 << 10 == 0 else { throw .extended }
        registers = PhysicalAddress(rawValue: baseRegister & 0x000F_FFFF_FFFF_F000)
    }

    /// Takes a measurement: so many counts of the timer, which began before so many of the time-stamp counter and ended after
    /// them. So a pause of the machine between makes the timer faster than it is, never slower; of several measurements the
    /// slowest is kept.
    public mutating func measure(
        counts: UInt32, timestamps: UInt64, _ clock: ClockFacts
    ) throws(LocalTimerError) {
        guard counts > 0, timestamps > 0 else { throw .stopped }
        // Below 2^24 counts no product reaches 2^64, whatever the clock's frequency; more in a measurement are too fast.
        guard counts < 1 << 24, Clock.frequencies ~= clock.frequency else { throw .short }
        let measured = max(UInt64(counts) * clock.frequency / timestamps, 1)
        frequency = frequency == 0 ? measured : min(frequency, measured)
    }

    /// Counts in so many milliseconds, at least one.
    public func counts(milliseconds: UInt32) throws(LocalTimerError) -> UInt32 {
        let (product, overflow) = frequency.multipliedReportingOverflow(by: UInt64(milliseconds))
        guard !overflow, let counts = UInt32(exactly: product / 1000) else { throw .short }
        return max(counts, 1)
    }
}
