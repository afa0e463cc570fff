// Discovery as a kernel does it, on the host: boot information first, then the machine. Both ways of it are here,
// from a machine into a recording and from a recording back to the facts.

import Hardware

/// What discovery learned, and what it said while it learned it.
public struct Discovered: Hashable, Sendable {
    public var boot: BootInformation
    public var facts: MachineFacts
    public var oddities: [Oddity]
}

extension Recording {
    /// Discovers a machine.
    ///
    /// Throws: `RecordingError.bootInformation`.
    public static func discover(
        _ entry: BootEntry, _ access: inout some HardwareAccess
    ) throws(RecordingError) -> Discovered {
        var boot = BootInformation(source: .pvh)
        if entry.magic != 0 {
            do throws(BootInformationError) {
                boot = try BootInformation.read(magic: entry.magic, address: entry.address, &access)
            } catch {
                throw .bootInformation(error)
            }
        }
        var oddities: [Oddity] = []
        let facts = discoverMachine(boot, &access) { event in
            if case .found(let oddity) = event { oddities.append(oddity) }
        }
        return Discovered(boot: boot, facts: facts, oddities: oddities)
    }

    /// Discovers the recorded machine again.
    ///
    /// Throws: `RecordingError.divergence` where discovery asks for something else than was recorded, `.unread` where
    /// it asks for less, `.bootInformation`.
    public func replay() throws(RecordingError) -> Discovered {
        var access = ReplayingAccess(self)
        let discovered = try Self.discover(entry, &access)
        if let divergence = access.divergence { throw .divergence(divergence) }
        if access.unreadCount > 0 { throw .unread(accesses: access.unreadCount) }
        return discovered
    }
}
