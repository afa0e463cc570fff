// The self-tests of one driver: its functions alone, then what goes through its card. A driver that fails is quarantined, and
// what is left of its tests is skipped with the reason.

import Hardware
import Pipeline
import Report

extension SelfTests {
    /// Tests a driver as far as it goes.
    mutating func test(
        _ driver: GeneratedDriver, _ facts: MachineFacts, _ guards: GuardSpace, _ option: ExchangeOption,
        _ injury: DriverInjury?, _ access: inout ProcessorAccess
    ) {
        let planned = count + Self.count(for: driver, option)
        let failedBefore = failedCount
        if !quarantine.holds(driver.function) {
            do throws(DriverFailure) {
                try testFunctions(of: driver)
                if driver.isOf(PacketCard.className) {
                    injury?.disturbBringup(of: driver, &access)
                    try testExchange(through: driver, facts, guards, option, injury)
                }
            } catch {
                quarantine.take(driver, error, &access)
            }
        }
        let isQuarantined = quarantine.holds(driver.function)
        if isQuarantined, failedCount == failedBefore, count < planned {
            check(false, "stays out of quarantine", of: driver)
        }
        while count < planned {
            check(
                true, isQuarantined ? "goes on # SKIP it is quarantined" : "goes on # SKIP an earlier test failed",
                of: driver)
        }
    }
}
