// Who wants to see what a stage made: the host's commands that explain and disassemble, and the tests that compare
// traces. Observers see everything and change nothing. The kernel uses the silent one, of which nothing is left in its
// code.

import Encoding
import Hardware
import Metabinary
import Program
import Verification

/// Sees what each stage of the pipeline made. Every method does nothing unless it is implemented.
public protocol PipelineObserver {
    /// A description matches a function of the machine.
    mutating func matched(_ function: PCIFunction, by device: DeviceDescription)
    /// The windows have their addresses.
    mutating func planned(_ windows: [PlacedWindow])
    /// A probe has found out something, or something is assumed in its place.
    mutating func probed(
        _ function: FunctionAddress, _ device: DeviceDescription, _ probe: ProbeDescription, _ value: UInt64,
        by source: FactSource)
    /// The facts are known and the alternatives chosen; what the description has of sizes follows from them.
    mutating func settled(_ device: DeviceDescription, _ facts: [UInt64], _ choices: [KeptChoice])
    /// The rings, pools and state have their addresses.
    mutating func allotted(_ memories: [PlacedMemory])
    /// What the code may touch is decided; the rules of the device come next.
    mutating func granted(_ grants: [Grant])
    /// A rule was evaluated into a program, which is not checked yet.
    mutating func evaluated(_ program: Program, of rule: FunctionDescription)
    /// The program was optimised.
    mutating func optimised(_ program: Program)
    /// The program was encoded, with its regions still by name.
    mutating func encoded(_ function: EncodedFunction)
    /// The function has its address, and its displacements are filled in.
    mutating func placed(_ function: EncodedFunction, at entry: VirtualAddress)
    /// The function has its name and its bytes, which nobody has verified.
    mutating func generated(_ function: GeneratedFunction)
    /// All functions of a driver are placed, and this is what the verifier is given.
    mutating func proven(_ code: [UInt8], at start: VirtualAddress, _ functions: [CodeFunction], _ grants: [Grant])
    /// The verifier accepted all code of the driver.
    mutating func verified(_ driver: GeneratedDriver)
    /// The device got no driver.
    mutating func refused(_ refusal: Refusal)
}

extension PipelineObserver {
    public mutating func matched(_ function: PCIFunction, by device: DeviceDescription) {}
    public mutating func planned(_ windows: [PlacedWindow]) {}
    public mutating func probed(
        _ function: FunctionAddress, _ device: DeviceDescription, _ probe: ProbeDescription, _ value: UInt64,
        by source: FactSource
    ) {}
    public mutating func settled(_ device: DeviceDescription, _ facts: [UInt64], _ choices: [KeptChoice]) {}
    public mutating func allotted(_ memories: [PlacedMemory]) {}
    public mutating func granted(_ grants: [Grant]) {}
    public mutating func evaluated(_ program: Program, of rule: FunctionDescription) {}
    public mutating func optimised(_ program: Program) {}
    public mutating func encoded(_ function: EncodedFunction) {}
    public mutating func placed(_ function: EncodedFunction, at entry: VirtualAddress) {}
    public mutating func generated(_ function: GeneratedFunction) {}
    public mutating func proven(
        _ code: [UInt8], at start: VirtualAddress, _ functions: [CodeFunction], _ grants: [Grant]
    ) {}
    public mutating func verified(_ driver: GeneratedDriver) {}
    public mutating func refused(_ refusal: Refusal) {}
}
