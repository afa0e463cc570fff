// Ends a call of generated code that does not return. The timer of the processor's own interrupt controller is set before
// each guarded call and stopped after it (Boot/guarded.asm); this file finds, measures and tries it once, at boot. Where it is
// of no use the report says so, and nothing ends such a call.

import Hardware
import Platform
import Report

/// The watchdog over calls of generated code.
enum Watchdog {
    /// Time that a call has where the command line does not say.
    ///
    /// A legal function takes 61 s at most: its waits may add up to a minute, and its turns to a second of work. Half as much
    /// again is for a machine that works more slowly than such bounds assume, or that its host lets stand meanwhile. Nobody
    /// waits for it but with a driver that is lost.
    ///
    /// Units: seconds.
    static let standardLimit: UInt32 = 90
    /// Highest time that the command line can ask for. Units: seconds.
    static let highestLimit: UInt32 = 300

    /// Lets every guarded call from here on take so many seconds.
    static func start(_ seconds: UInt32, _ clock: ClockFacts?) {
        activity = Activity(step: "starting the watchdog")
        do throws(LocalTimerError) {
            let timer = try measured(clock)
            let counts = try timer.counts(milliseconds: seconds * 1000)
            try tryOut(timer)
            set_watchdog(counts)
            report.write(watchdog: seconds, timer)
        } catch {
            set_watchdog(0)
            report.write(noWatchdog: error)
        }
    }

    /// The timer, running freely and keeping its interrupts to itself, and how fast.
    private static func measured(_ clock: ClockFacts?) throws(LocalTimerError) -> LocalTimer {
        // Intel SDM, volume 2A, CPUID: leaf 1, EDX bit 9 is a local APIC.
        guard processorIdentification(1, 0).edx & 1 << 9 != 0 else { throw .missing }
        guard let clock else { throw .unclocked }
        var timer = try LocalTimer(baseRegister: modelSpecificRegister(0x1B))
        guard (try? addressSpace.map(page, to: timer.registers, byteCount: pageByteCount, .device)) != nil else {
            throw .unmapped
        }
        Register.taskPriority.write(highestPriorityBelowWatchdog)
        Register.spuriousInterrupt.write(enabled | UInt32(spuriousVector))
        Register.timer.write(masked | UInt32(watchdogVector))
        Register.divisor.write(divisorOf128)
        let span = Clock(clock).timestamps(microseconds: measurementTime)
        for _ in 0..<3 {
            Register.initialCount.write(.max)
            let start = timestamp()
            while timestamp() - start < span {}
            let end = timestamp()
            try timer.measure(counts: .max - Register.currentCount.read(), timestamps: end - start, clock)
        }
        Register.initialCount.write(0)
        return timer
    }

    /// Sees whether the timer ends a call that takes longer than it may. From here on the timer interrupts.
    private static func tryOut(_ timer: LocalTimer) throws(LocalTimerError) {
        Register.timer.write(UInt32(watchdogVector))
        set_watchdog(try timer.counts(milliseconds: 1))
        var call = GuardedCall()
        call.entry = probeTurns()
        call.start = probeTurns()
        call.byteCount = probeTurnsEnd() - probeTurns()
        call_guarded(&call)
        guard call.hasFaulted == 1, call.vector == UInt64(watchdogVector) else {
            Register.timer.write(masked | UInt32(watchdogVector))
            throw .silent
        }
    }

    /// Has interrupts wait for the next call that are none of its business, for the boot test that sees them change nothing:
    /// that of a timer which ran out when the call before returned, two that a device sent, one of them by the spurious vector,
    /// and one that is not let in.
    static func sendLateInterrupts() {
        for vector in [watchdogVector, watchdogVector + 1, spuriousVector, 0x30] {
            Register.command.write(toItself | UInt32(vector))
        }
    }

    /// Where the registers are mapped.
    private static let page = VirtualAddress(rawValue: UInt64(localControllerPage))
    /// Time over which the timer is measured once. Units: microseconds.
    private static let measurementTime: UInt64 = 2000

    // Values of the registers (Intel SDM, volume 3A, sections 11.5.1, 11.5.4, 11.6.1, 11.8.3.1 and 11.9).
    private static let enabled: UInt32 = 1 << 8
    private static let masked: UInt32 = 1 << 16
    private static let divisorOf128: UInt32 = 0b1010
    /// Destination, and level: assert.
    private static let toItself: UInt32 = 1 << 18 | 1 << 14
    /// Vectors of the watchdog's sixteen come through, and none of those below: a device's interrupt waits for good.
    private static let highestPriorityBelowWatchdog = UInt32(watchdogVector) - 0x10

    /// Registers of a local APIC, by their places in its page.
    ///
    /// Source: Intel SDM, volume 3A, table 11-1.
    private enum Register: UInt64 {
        case taskPriority = 0x80
        case spuriousInterrupt = 0xF0
        case command = 0x300
        case timer = 0x320
        case initialCount = 0x380
        case currentCount = 0x390
        case divisor = 0x3E0

        func read() -> UInt32 { UInt32(truncatingIfNeeded: memoryRead(UInt64(localControllerPage) + rawValue, 4)) }

        func write(_ value: UInt32) { memoryWrite32(UInt64(localControllerPage) + rawValue, value) }
    }
}
