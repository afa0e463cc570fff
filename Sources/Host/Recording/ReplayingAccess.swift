// Answers from a recording, as long as it is asked what was recorded. At the first other question it notes the
// difference and answers all ones from then on, as a machine does where nothing decodes.

import Hardware

/// An access that answers from a recording.
public struct ReplayingAccess: HardwareAccess {
    /// The first difference between what was asked and what was recorded.
    public struct Divergence: Hashable, Sendable, CustomStringConvertible {
        /// Number of the access, counted from 0.
        public var access: Int
        /// What was asked, as a line of a recording, with the value that was to be written.
        public var asked: String
        /// What was recorded there, as a line; `nil` at the recording's end.
        public var recorded: String?

        public var description: String {
            "access \(access): asked \"\(asked)\", recorded \(recorded.map { "\"\($0)\"" } ?? "nothing more")"
        }
    }

    public let recording: Recording
    /// Answers come from the recording, whichever way it was made.
    public var configurationMaps: [ConfigurationMap] = []
    /// Why it no longer answers, or `nil` as long as everything fitted.
    public private(set) var divergence: Divergence?
    /// Number of accesses that were answered.
    public private(set) var answered = 0
    private var run = 0
    private var index = 0

    public init(_ recording: Recording) { self.recording = recording }

    /// Accesses that were recorded and not asked for yet.
    public var unreadCount: Int { recording.count - answered }

    /// Gives what was recorded, or `nil` and notes the divergence.
    private mutating func next(
        _ kind: RecordedRun.Kind, _ width: UInt8, _ place: UInt64, written: UInt64? = nil
    ) -> RecordedRun? {
        guard divergence == nil else { return nil }
        var recorded: RecordedRun?
        if run < recording.runs.count {
            let whole = recording.runs[run]
            let values = kind == .readProcessorLeaf ? whole.values : [whole.values[index]]
            recorded = RecordedRun(kind: whole.kind, width: whole.width, place: whole.place(of: index), values: values)
        }
        if let recorded, recorded.kind == kind, recorded.width == width, recorded.place == place,
            written == nil || recorded.values == [written]
        {
            answered += 1
            index += 1
            if index == recording.runs[run].count { (run, index) = (run + 1, 0) }
            return recorded
        }
        let asked = RecordedRun(kind: kind, width: width, place: place, values: written.map { [$0] } ?? [])
        divergence = Divergence(access: answered, asked: asked.line, recorded: recorded?.line)
        return nil
    }

    public mutating func readPort(_ port: PortNumber, _ width: AccessWidth) -> UInt32 {
        UInt32(truncatingIfNeeded: read(.readPort, width, UInt64(port.rawValue)))
    }

    public mutating func writePort(_ port: PortNumber, _ width: AccessWidth, _ value: UInt32) {
        _ = next(.writePort, width.rawValue, UInt64(port.rawValue), written: UInt64(value))
    }

    public mutating func readConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth
    ) -> UInt32 {
        UInt32(
            truncatingIfNeeded: read(.readConfiguration, width, UInt64(function.rawValue) << 12 | UInt64(offset)))
    }

    public mutating func writeConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth, _ value: UInt32
    ) {
        let place = UInt64(function.rawValue) << 12 | UInt64(offset)
        _ = next(.writeConfiguration, width.rawValue, place, written: UInt64(value))
    }

    public mutating func readMemory(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt64 {
        read(.readMemory, width, address.rawValue)
    }

    public mutating func writeRegister(_ address: PhysicalAddress, _ width: AccessWidth, _ value: UInt32) {
        _ = next(.writeMemory, width.rawValue, address.rawValue, written: UInt64(value))
    }

    public mutating func readProcessorLeaf(_ leaf: UInt32, _ subleaf: UInt32) -> ProcessorLeaf {
        let recorded = next(.readProcessorLeaf, 0, UInt64(leaf) << 32 | UInt64(subleaf))
        let values = (recorded?.values ?? [.max, .max, .max, .max]).map { UInt32(truncatingIfNeeded: $0) }
        return ProcessorLeaf(
            leaf: leaf, subleaf: subleaf, eax: values[0], ebx: values[1], ecx: values[2], edx: values[3])
    }

    public mutating func readTimestamp() -> UInt64 { next(.readTimestamp, 0, 0)?.values[0] ?? .max }

    private mutating func read(_ kind: RecordedRun.Kind, _ width: AccessWidth, _ place: UInt64) -> UInt64 {
        let allOnes = UInt64.max >> (64 - 8 * UInt64(width.rawValue))
        return next(kind, width.rawValue, place)?.values[0] ?? allOnes
    }
}
