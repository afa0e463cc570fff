import Hardware
import Platform
import Report

@c(kernelMain)
public func kernelMain(_ magic: UInt32, _ information: UInt64) {
    report.sink.open()
    report.writeStart(entry: magic == 0x36d7_6289 ? .multiboot2 : .pvh, options: [])
    var access = ProcessorAccess()
    for d in 0..<32 {
        let a = FunctionAddress(bus: 0, device: UInt8(d), function: 0)
        let id = access.readConfiguration(a, 0, .doubleWord)
        if id == .max { continue }
        report.write(PCIFunction(address: a, vendor: UInt16(truncatingIfNeeded: id), device: UInt16(id >> 16)))
    }
    DeliberateFault.doubleFault.provoke(nil, &access)
    Exit.leave(passed: true)
}
