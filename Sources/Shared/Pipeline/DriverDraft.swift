// A driver while it is generated: what it has so far, and what is known of its function. The generator's stages add to it
// one after the other, and throw it away where one of them refuses.

import Hardware
import Metabinary

/// A driver on its way.
final class DriverDraft {
    /// The description, with each window at the place that the function has for it; its facts are not put in.
    private(set) var device: DeviceDescription
    var driver: GeneratedDriver
    var input = StaticInput()
    /// What each probe of the description has found out; `nil` before it ran.
    var answers: [UInt64?]

    init(of function: PCIFunction, by device: DeviceDescription, hasTranslation: Bool, memoryShare: UInt64) {
        self.device = device
        driver = GeneratedDriver(
            function: function.address, name: device.name, className: device.className,
            ancestors: device.itsClass.ancestors, windows: [], functions: [])
        answers = [UInt64?](repeating: nil, count: device.probes.count)
        input.function = function
        (input.hasTranslation, input.memoryShare) = (hasTranslation, memoryShare)
        input.choices = [UInt8](repeating: 0, count: device.choices.count)
    }

    /// Notes which capability leads to a window, and that no more of it is there than that says.
    @inline(never)
    func note(_ located: LocatedRange, by locator: CapabilityLocator, for window: Int) {
        input.windowCapabilities.append((locator, located.capability))
        device = device.ending(window, at: located.byteCount)
    }

    /// Adds a window, and how many bytes are decoded there.
    func add(_ window: PlacedWindow, byteCount: UInt64) {
        driver.windows.append(window)
        input.windowByteCounts.append(byteCount)
    }
}
