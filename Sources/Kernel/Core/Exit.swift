// The end of a run: under an emulator that offers it, the exit status; everywhere else a halt that can be read.

import Platform
import Report

/// What the machine does when the verdict is out.
enum Exit {
    /// Where QEMU's isa-debug-exit is: it turns 0x10 into the only status for success, 33, the next values into 35 and 37.
    private static let port: UInt16 = 0xF4

    /// Ends the run; does not come back.
    @inline(never)
    static func leave(_ verdict: Verdict) -> Never {
        report.sink.drain()
        activity = Activity(step: "halted")
        if isDebugExitPresent { portWrite8(port, verdict.exitValue) }
        hasEnded = true
        report.sink.showOnScreen("It is now safe to switch off this machine.")
        haltForever()
    }

    /// Whether the port ends the emulator. Only asked under a hypervisor (CPUID leaf 1, ECX bit 31): on a real machine the
    /// port may be anything. isa-debug-exit reads as zero, a port that nothing decodes as all ones.
    private static var isDebugExitPresent: Bool {
        processorIdentification(1, 0).ecx & 1 << 31 != 0 && portRead8(port) == 0
    }
}
