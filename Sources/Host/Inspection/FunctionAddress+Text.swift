// The place of a PCI function as everybody writes it.

import Hardware

extension FunctionAddress {
    /// `bus:device.function` in hexadecimal digits.
    public var busDeviceFunction: String {
        func pair(_ number: UInt8) -> String { (number < 16 ? "0" : "") + hexadecimal(number) }
        return "\(pair(bus)):\(pair(device)).\(function)"
    }
}
