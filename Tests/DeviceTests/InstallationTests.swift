// What the simulated machine puts into a driver's memory before the first call: noise, and in every slot an address of
// its pool, as the kernel does.

import Devices
import Pipeline
import Program
import Testing
import Verification

@Suite struct InstallationTests {
    @Test func `every slot of the generated driver's rings leads into its pool before the first call`() throws {
        let driver = try DriverUnderTest.generated.driver
        let machine = try SimulatedMachine(driver, seed: 1)
        for (ring, pool) in [("tx", machine.transmitPool), ("rx", machine.receivePool)] {
            let placed = try #require(driver.memories.first { $0.name == Array(ring.utf8) })
            let slots = machine.memory.pointer(to: placed)
            for slot in 0..<256 {
                let address = slots.loadUnaligned(fromByteOffset: 16 * slot, as: UInt64.self)
                #expect(address == pool.physical.rawValue, "slot \(slot) of \(ring)")
            }
            // The rest is noise: nobody promised it clean.
            let rest = (0..<256).map { slots.loadUnaligned(fromByteOffset: 16 * $0 + 8, as: UInt64.self) }
            #expect(Set(rest).count > 200)
        }
    }

    @Test func `after bring-up no slot leads anywhere but into its pool`() throws {
        let driver = try DriverUnderTest.generated.driver
        let machine = try SimulatedMachine(
            driver, clockFrequency: DriverUnderTest.generated.clockFrequency, seed: 2)
        #expect(try machine.bringUp() == .ready)
        for grant in driver.grants where !grant.isWhole {
            let ring = try #require(driver.memories.first { $0.virtual.rawValue == grant.start })
            let slots = machine.memory.pointer(to: ring)
            for slot in 0..<256 {
                let address = slots.loadUnaligned(fromByteOffset: 16 * slot, as: UInt64.self)
                #expect(grant.limits[0].range.contains(address), "slot \(slot)")
            }
        }
    }
}
