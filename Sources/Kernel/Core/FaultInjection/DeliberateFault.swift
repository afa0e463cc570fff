// Faults on request, so that boot tests see how each kind is reported. The kernel provokes one only when its command line
// asks for it.

import Hardware
import Platform
import Report

/// A fault that the command line can ask for.
enum DeliberateFault: UInt8, CaseIterable {
    case pageFault
    case invalidOpcode
    case divideError
    case swiftTrap
    case expiredWait
    case doubleFault
    case stackOverflow
    case writeToText
    case executeData

    /// Its name on the command line.
    var name: StaticString {
        switch self {
        case .pageFault: "page-fault"
        case .invalidOpcode: "invalid-opcode"
        case .divideError: "divide-error"
        case .swiftTrap: "swift-trap"
        case .expiredWait: "expired-wait"
        case .doubleFault: "double-fault"
        case .stackOverflow: "stack-overflow"
        case .writeToText: "write-to-text"
        case .executeData: "execute-data"
        }
    }

    /// Provokes the fault. Comes back only where the machine did not notice it.
    func provoke(_ clock: ClockFacts?, _ access: inout ProcessorAccess) {
        switch self {
        case .pageFault: _ = memoryRead(Self.unmappedAddress, 8)
        case .invalidOpcode: raiseInvalidOpcode()
        case .divideError: raiseDivideError()
        case .swiftTrap: _ = Self.overflowing(UInt8(truncatingIfNeeded: imageStart() | 0xFF))
        case .expiredWait: waitInVain(clock, &access)
        case .doubleFault:
            remove_divide_gate()
            raiseDivideError()
        case .stackOverflow: raiseStackOverflow()
        case .writeToText: memoryWrite8(imageTextStart(), 0)
        case .executeData:
            // In no driver's code: nothing takes this fault back.
            var call = GuardedCall()
            call.entry = imageEnd() - pageByteCount
            call_guarded(&call)
        }
    }

    /// An address that nothing maps.
    private static let unmappedAddress: UInt64 = 0x7FFF_F000

    /// Adds one to a value that the compiler cannot know, and that has no room for it.
    @inline(never)
    private static func overflowing(_ value: UInt8) -> UInt8 { value + 1 }

    private func waitInVain(_ clock: ClockFacts?, _ access: inout ProcessorAccess) {
        guard let clock else { return }
        do throws(WaitError) {
            try Clock(clock).wait(upTo: 1000, name: "a bit that is never set", &access) { _ in false }
        } catch {
            switch error {
            case .expired(let name, let bound):
                endWithFault("expired-wait", ascii(name), bound: bound)
            }
        }
    }
}
