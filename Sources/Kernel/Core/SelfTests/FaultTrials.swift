// The self-tests that fault on purpose, by the same way back as a fault in generated code: one that loses all that it should
// keep, a write to every executable page, and the execution of every writable one.

import Hardware
import Platform
import Report

extension SelfTests {
    /// Whether a call that faults gives its caller back what a callee keeps.
    mutating func testRecovery() {
        activity = Activity(step: "testing the way back from a fault")
        var call = GuardedCall()
        call.entry = probeLoss()
        call.start = probeLoss()
        call.byteCount = probeLossEnd() - probeLoss()
        let isKept = probe_registers(&call) == 1
        check(isKept && call.hasFaulted == 1 && call.vector == 13, "a fault ends the call and no more")
    }

    /// Tries every mapped page: those of drivers, their rings, buffers and windows, and the kernel's own.
    mutating func testRefusals() {
        activity = Activity(step: "trying the rights of pages")
        var triedWrites = 0
        var refusedWrites = 0
        var triedFetches = 0
        var refusedFetches = 0
        addressSpace.forEachPage { virtual, entry in
            if entry & PageEntry.noExecute == 0 {
                triedWrites += 1
                if Self.refusesWrite(virtual) { refusedWrites += 1 }
            }
            if entry & PageEntry.writable != 0 {
                triedFetches += 1
                if Self.refusesExecution(virtual) { refusedFetches += 1 }
            }
        }
        check(triedWrites > 0 && refusedWrites == triedWrites, "executable pages refuse writes")
        check(triedFetches > 0 && refusedFetches == triedFetches, "writable pages refuse execution")
    }

    /// Writes the first byte of a page again: a page that takes it is not harmed.
    private static func refusesWrite(_ page: UInt64) -> Bool {
        var call = GuardedCall()
        call.entry = probeWrite()
        call.arguments.0 = page
        call.arguments.1 = memoryRead(page, 1)
        call.start = probeWrite()
        call.byteCount = probeWriteEnd() - probeWrite()
        // Intel SDM, volume 3A, section 4.7: bit 0 present page, bit 1 write, bit 4 instruction fetch.
        return isPageFault(&call, 0b11, page)
    }

    /// Calls the first byte of a page.
    private static func refusesExecution(_ page: UInt64) -> Bool {
        var call = GuardedCall()
        call.entry = page
        call.start = page
        call.byteCount = pageByteCount
        return isPageFault(&call, 0b10001, page) && call.rip == page
    }

    /// Whether a call ends in a page fault of that kind at that address.
    @inline(never)
    private static func isPageFault(_ call: inout GuardedCall, _ errorCode: UInt64, _ address: UInt64) -> Bool {
        call_guarded(&call)
        return call.hasFaulted == 1 && call.vector == 14 && call.errorCode == errorCode && call.address == address
    }
}
