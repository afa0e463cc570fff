// One device on its way through the pipeline: its description, what was decided for it, and its functions. StageRecord fills
// it in, DeviceRecord+Text says it in words.

import Hardware
import Metabinary
import Pipeline

/// What the stages made of a device of a machine.
public struct DeviceRecord {
    /// What a probe found out.
    struct Probe {
        var description: ProbeDescription
        var value: UInt64
        var source: FactSource
    }

    public let function: PCIFunction
    public let description: DeviceDescription
    /// The driver as far as it came, whole once it is verified.
    public internal(set) var driver: GeneratedDriver
    public internal(set) var isVerified = false
    var probes: [Probe] = []
    /// Values of the description's facts.
    var ruleFacts: [UInt64] = []
    var choices: [KeptChoice] = []
    /// Functions in the order in which they were generated, those of probes first.
    public internal(set) var functions: [FunctionRecord] = []
    public internal(set) var refusal: Refusal?

    init(_ function: PCIFunction, _ description: DeviceDescription) {
        self.function = function
        self.description = description
        driver = GeneratedDriver(
            function: function.address, name: description.name, className: description.className,
            ancestors: description.itsClass.ancestors, windows: [], functions: [])
    }

    /// Name of the description.
    public var name: String { text(description.name) }

    /// A function as headings name it: `e1000.link for 00:03.0`.
    func title(of function: FunctionRecord) -> String {
        "\(name).\(function.name) for \(self.function.address.busDeviceFunction)"
    }

    /// Functions of that name, with the device's name before it or without; all where no name is given.
    public func functions(named wanted: String?) -> [FunctionRecord] {
        functions.filter { wanted == nil || wanted == $0.name || wanted == "\(name).\($0.name)" }
    }
}
