// Faults: processor exceptions, traps of the Swift runtime, waits that ended by their bound, memory that ran out. Each is
// reported by name with the activity in which it happened, and ends the run as failed; none resets the machine in silence.
// An exception in generated code that was called is none of these: it ends the call (GeneratedCode.swift).

import Hardware
import Platform
import Report

/// Names of the exception vectors 0 to 31.
///
/// Source: Intel SDM, volume 3A, table 6-1; vectors 28 to 30: AMD64 APM, volume 2, table 8-1.
func exceptionName(_ vector: UInt64) -> StaticString {
    switch vector {
    case 0: "divide-error"
    case 1: "debug"
    case 2: "non-maskable-interrupt"
    case 3: "breakpoint"
    case 4: "overflow"
    case 5: "bound-range-exceeded"
    case 6: "invalid-opcode"
    case 7: "device-not-available"
    case 8: "double-fault"
    case 10: "invalid-tss"
    case 11: "segment-not-present"
    case 12: "stack-segment-fault"
    case 13: "general-protection"
    case 14: "page-fault"
    case 16: "x87-floating-point"
    case 17: "alignment-check"
    case 18: "machine-check"
    case 19: "simd-floating-point"
    case 20: "virtualization"
    case 21: "control-protection"
    case 28: "hypervisor-injection"
    case 29: "vmm-communication"
    case 30: "security"
    default: "reserved-vector"
    }
}

/// Called by Boot/exceptions.asm for every exception outside generated code, on the stack of that exception; does not come
/// back.
@c(exceptionTaken)
func exceptionTaken(_ frame: UnsafePointer<ExceptionFrame>) {
    if hasEnded { haltForever() }
    let state = frame.pointee
    if isReportingFault { endAtOnce() }
    isReportingFault = true
    report.sink.breakLine()
    startReport()
    report.record(.exception) { text in
        text.add(name(of: state), state.vector, state.errorCode, state.rip)
        if text.option(state.vector == 14) { text.add(pageFaultAddress()) }
        text.addActivity(activity.step, activity.subject)
    }
    end(failure: "fault")
}

/// The exception's name, or a better one where what happened can be told.
private func name(of state: ExceptionFrame) -> StaticString {
    // UD2 is what the Swift compiler puts where a check fails.
    let isInText = state.rip >= imageTextStart() && state.rip + 2 <= imageTextEnd()
    if state.vector == 6, isInText, memoryRead(state.rip, 2) == 0x0B0F { return "swift-trap" }
    if state.vector == 14, pageFaultAddress() &- mainStackGuard() < pageByteCount { return "stack-overflow" }
    return exceptionName(state.vector)
}

/// Called by memory.c when the heap cannot serve a request; does not come back.
@c(heapExhausted)
func heapExhausted() {
    endWithFault("heap-exhausted")
}

/// Reports a fault that is not an exception, and ends the run.
///
/// - Parameters:
///   - subject: What the fault is about, ASCII; empty for nothing.
///   - bound: Microseconds that an expired wait lasted.
func endWithFault(_ name: StaticString, _ subject: [UInt8] = [], bound: UInt64? = nil) -> Never {
    if isReportingFault { endAtOnce() }
    isReportingFault = true
    startReport()
    report.record(.fault) { text in
        text.add(name)
        if text.option(!subject.isEmpty) { text.add(subject) }
        text.option(bound != nil)
        if let bound { text.add(bound) }
        text.addActivity(activity.step, activity.subject)
    }
    end(failure: "fault")
}

/// Writes the first record where a fault came before it: without it nobody could check the others. Its nonce is the one
/// that was drawn, because the command line has not been read.
private func startReport() {
    if report.count == 0 { report.writeStart(entry: nil, options: []) }
}

/// Ends a run that was told to have a fault when another one came: with a verdict, if what came in between were the records
/// before it.
private func endAtOnce() -> Never {
    report.sink.breakLine()
    if backlog.drop() { end(failure: "fault") }
    Exit.leave(.failed)
}

/// Writes the verdict of a run that cannot go on, and leaves.
private func end(failure reason: StaticString) -> Never {
    end(.failed, nil) { text in
        text.option(true)
        text.add(reason)
    }
}

/// Fixed text as bytes.
func ascii(_ text: StaticString) -> [UInt8] {
    [UInt8](UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
}
