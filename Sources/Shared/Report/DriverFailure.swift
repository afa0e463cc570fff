// Why a driver is not called again: what the kernel throws where a driver fails, and what a record `quarantine` says.

import Hardware

/// What a driver did that ended its use.
public indirect enum DriverFailure: Error {
    /// Its code raised an exception; `address` is what a page fault was about.
    case fault(
        name: StaticString, vector: UInt64, errorCode: UInt64, instruction: VirtualAddress, address: VirtualAddress?)
    /// The function with that entry did not return; the watchdog ended it at that instruction.
    case endless(entry: VirtualAddress, instruction: VirtualAddress)
    /// Its device did not come up; the word is the outcome of bring-up.
    case bringup(StaticString)
    /// The function with that entry returned what its contract does not know.
    case breach(entry: VirtualAddress, value: UInt64)
    /// The function with that entry does not take an argument that its contract allows; it was not called.
    case argument(entry: VirtualAddress, value: UInt64)
    /// Its device wrote through all of the guard space after the memory of that name, or where the driver has no memory
    /// beside: what else it wrote is not known.
    case overrun([UInt8])
    /// It lacks what its contract calls so: a function, one of its outcomes, what that carries, or a pool.
    case missing([UInt8])
    /// It could not be mapped, and why.
    case installation(StaticString)
    /// It was to be called again, which is a mistake of the caller.
    case quarantined
}
