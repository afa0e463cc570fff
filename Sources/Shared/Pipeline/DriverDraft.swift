// A driver while it is generated: what it has so far, and what is known of its function. The generator's stages add to it
// one after the other, and throw it away where one of them refuses.

import Hardware
import Metabinary

/// A driver on its way.
final class DriverDraft {
    /// The description, with each window at the place that the function has for it; its facts are not put in.
    let device: DeviceDescription
    var driver: GeneratedDriver
    var input = StaticInput()
    /// What each probe of the description has found out; `nil` before it ran.
    var answers: [UInt64?]

    init(of function: PCIFunction, by device: DeviceDescription) {
        self.device = device
        driver = GeneratedDriver(
            function: function.address, name: device.name, className: device.className,
            ancestors: device.itsClass.ancestors, windows: [], functions: [])
        answers = [UInt64?](repeating: nil, count: device.probes.count)
        input.function = function
        input.choices = [UInt8](repeating: 0, count: device.choices.count)
    }

    /// Adds a window, and how many bytes are decoded there.
    func add(_ window: PlacedWindow, byteCount: UInt64) {
        driver.windows.append(window)
        input.windowByteCounts.append(byteCount)
    }
}
