// Which declarations of a device something uses. Every part of the checker notes what it meets; at the end the rest is
// reported.

/// What is used of a device.
final class UsedNames {
    private var names: Set<String> = []
    /// Whether a function sets states to their first values.
    var resetsState = false
    /// Rings and memories that a register is told of.
    var startedMemories: Set<String> = []
    /// Whether all of the device could be checked, so that nothing more can use a name.
    var isWhole = false

    func insert(_ name: String) { names.insert(name) }

    func contains(_ name: Name) -> Bool { names.contains(name.text) }
}
