// The few things that an exception handler must reach whatever was running. One processor, and no interrupts but in
// generated code: nothing else runs beside the code that uses them.

import Hardware
import Platform
import Report

/// Time-stamp count when the kernel began.
nonisolated(unsafe) var startOfRun: UInt64 = 0

/// The report's writing end, with the console behind it.
nonisolated(unsafe) var report = RecordWriter(sink: Console())

/// What the report tells later.
nonisolated(unsafe) var backlog = Backlog()

/// The page tables in use.
nonisolated(unsafe) var addressSpace = AddressSpace()

/// The way into configuration space.
nonisolated(unsafe) var configurationSpace = ConfigurationSpace()

/// First byte of memory after the kernel: its image, and the heap once there is one.
nonisolated(unsafe) var kernelEnd = PhysicalAddress(rawValue: imageEnd())

/// The drivers that are not called again.
nonisolated(unsafe) var quarantine = Quarantine()

/// What the kernel is doing.
nonisolated(unsafe) var activity = Activity(step: "starting")

/// Whether the verdict is out and the machine halts: nothing that comes then belongs to the report.
nonisolated(unsafe) var hasEnded = false

/// Whether a fault is being reported: another one then ends the run at once.
nonisolated(unsafe) var isReportingFault = false
