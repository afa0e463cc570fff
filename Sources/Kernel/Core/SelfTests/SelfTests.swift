// The self-tests at the end of a boot, as KTAP: the clock, the rights of every mapped page, every generated function,
// called once and held to its contract, and at last the guard spaces. Those that move frames are called by ExchangeTests.swift.

import Hardware
import Metabinary
import Pipeline
import Platform
import Report

/// Runs numbered tests and counts what failed.
struct SelfTests {
    private(set) var count: UInt64 = 0
    private(set) var failedCount: UInt64 = 0
    /// Of these, the tests of cards behind which nobody answered.
    private(set) var silentCount: UInt64 = 0
    /// What the first of them lacked.
    private(set) var silence: StaticString?

    /// Tests of the machine, whatever drivers there are.
    static let machineTestCount: UInt64 = 6

    /// How many tests a driver needs: one for each function with a contract to break, and those of what goes through it.
    static func count(for driver: GeneratedDriver, _ option: ExchangeOption) -> UInt64 {
        var count: UInt64 = driver.isOf(PacketCard.className) ? exchangeTestCount(option) : 0
        for function in driver.functions where isTestedAlone(function, of: driver) {
            if Contract(of: function, in: driver).canBeBroken { count += 1 }
        }
        return count
    }

    /// Announces how many tests follow.
    init(planned: UInt64) {
        report.record(.tests)
        report.record(.plan) { $0.add(planned) }
    }

    /// Reports one test of the machine.
    @inline(never)
    mutating func check(_ passed: Bool, _ name: StaticString) {
        write(passed) { $0.put(name) }
    }

    /// Reports one test of a driver, or of a function of it.
    @inline(never)
    mutating func check(_ passed: Bool, _ name: StaticString, of driver: GeneratedDriver, _ function: [UInt8] = []) {
        write(passed) { text in
            text.put(driver.function)
            text.put(" ")
            text.put(driver.name)
            if !function.isEmpty {
                text.put(".")
                text.put(function)
            }
            text.put(" ")
            text.put(name)
        }
    }

    /// Reports a test of a card that it fails for want of a peer.
    @inline(never)
    mutating func miss(_ reason: StaticString, _ name: StaticString, of driver: GeneratedDriver) {
        check(false, name, of: driver)
        silentCount += 1
        if silence == nil { silence = reason }
    }

    private mutating func write(_ passed: Bool, _ name: (inout RecordText) -> Void) {
        count += 1
        if !passed { failedCount += 1 }
        report.record(passed ? .passed : .failed) { text in
            text.add(count)
            text.open()
            name(&text)
        }
    }

    /// Whether the counter of the clock moves; skipped on a machine that has none, which the verdict names.
    mutating func testClock(_ clock: ClockFacts?) {
        activity = Activity(step: "testing the clock")
        let start = timestamp()
        var turns: UInt64 = 0
        while timestamp() == start && turns < 1000 { turns += 1 }
        if clock == nil {
            check(true, "clock counts # SKIP there is none")
        } else {
            check(timestamp() > start, "clock counts")
        }
    }

    /// Walks the page tables: no page may be both writable and executable, and generated code must be read-only.
    mutating func testPageRights(_ drivers: [GeneratedDriver]) {
        activity = Activity(step: "testing the rights of pages")
        var wrongPages = 0
        var codePages = 0
        addressSpace.forEachPage { virtual, entry in
            let isWritable = entry & PageEntry.writable != 0
            let isExecutable = entry & PageEntry.noExecute == 0
            if isWritable && isExecutable { wrongPages += 1 }
            for driver in drivers {
                for function in driver.functions where function.entry.rawValue & ~(pageByteCount - 1) == virtual {
                    codePages += 1
                    if isWritable || !isExecutable { wrongPages += 1 }
                }
            }
        }
        let functionCount = drivers.reduce(0) { $0 + $1.functions.count }
        check(wrongPages == 0 && codePages == functionCount, "no page is writable and executable")
    }

    /// Whether nothing was written to guard space that nobody answered. The last test: no card reaches memory any more.
    mutating func testGuards(_ guards: GuardSpace) {
        activity = Activity(step: "looking at guard space")
        check(guards.isWhole, "guard space is whole")
    }

    /// Whether a function of a driver may be called at any time and alone.
    @inline(never)
    static func isTestedAlone(_ function: GeneratedFunction, of driver: GeneratedDriver) -> Bool {
        if driver.isOf(PacketCard.className) { return PacketCard.mayBeCalledAlone(function) }
        return function.parameterBounds.isEmpty
    }

    /// Calls every function of a driver that may be called alone, and holds what it returns to the contract of its class, where
    /// that says more than how many bits a result has: those the code cannot exceed by construction.
    ///
    /// - Throws: `fault`, and `breach` after the test that found it.
    mutating func testFunctions(of driver: GeneratedDriver) throws(DriverFailure) {
        for function in driver.functions where Self.isTestedAlone(function, of: driver) {
            activity = Activity(step: "running", subject: driver.name + [UInt8(ascii: ".")] + function.name)
            let value = function.signature.result(in: try CallTarget(function, of: driver).call())
            let contract = Contract(of: function, in: driver)
            report.writeResult(of: function, driver) { contract.add(value, to: &$0) }
            guard contract.canBeBroken else { continue }
            let isKept = contract.accepts(value)
            check(isKept, "keeps its contract", of: driver, function.name)
            guard isKept else { throw .breach(entry: function.entry, value: value) }
        }
    }
}
