// Drivers that failed: cut off from their device and the processor, named in the report, and not called again. The others go
// on; the verdict at the end remembers.

import Hardware
import Pipeline
import Report
import Verification

/// The drivers that are not called again.
struct Quarantine {
    /// In the order in which they failed.
    private(set) var drivers: [GeneratedDriver] = []

    /// Whether the driver of a function is quarantined.
    func holds(_ function: FunctionAddress) -> Bool {
        for driver in drivers where driver.function == function { return true }
        return false
    }

    /// Takes a driver in. Its function no longer decodes its ranges or reaches memory; its code and windows are unmapped.
    /// Its rings and buffers stay: a device that was late writes to nothing else.
    mutating func take(_ driver: GeneratedDriver, _ failure: DriverFailure, _ access: inout ProcessorAccess) {
        if !holds(driver.function) {
            drivers.append(driver)
            access.disconnect(driver.function)
            if let start = driver.codeStart { addressSpace.unmap(start, byteCount: driver.codeByteCount) }
            unmapWindows(of: driver)
        }
        report.write(failure, of: driver, during: activity.step, activity.subject)
    }
}

/// Takes the windows of a driver away.
func unmapWindows(of driver: GeneratedDriver) {
    for window in driver.windows where window.space == .memory {
        addressSpace.unmap(window.virtual, byteCount: window.byteCount)
    }
}
