// What a rule asks of a function of the machine while generating. Image reader and evaluator read it alike; the answer comes
// from discovery alone, never from the device.

import Hardware

/// A question to what discovery learned of a function.
public enum Question: Hashable, Sendable {
    /// What configuration space says of every function; the raw value is in the metabinary.
    public enum Identity: UInt8, Sendable, CaseIterable {
        case vendor = 0
        case device = 1
        case revision = 2
        case subsystemVendor = 3
        case subsystem = 4
        /// Base class in bits 23:16, subclass in 15:8, interface in 7:0.
        case classCode = 5
        /// Messages that MSI can send; 0 without the capability.
        case messages = 6
        /// Vectors of the table of MSI-X; 0 without the capability.
        case vectors = 7
        /// 1 where the firmware's tables tell of an IOMMU, behind which an address of memory may lead elsewhere, else 0.
        case translation = 10
        /// Bytes of memory for rings, pools and guard space that the function may take: all there is where each finds room
        /// for the most that its description states, else the same for each that a rule describes.
        case memoryShare = 11
    }

    case identity(Identity)
    /// How many bytes the window of that index has, all that is decoded there.
    case byteCount(window: Int)
    /// A number in the first capability of an ID whose byte at `markOffset` is `mark`, any of that ID where that is 0; in the
    /// one that a window was found by where the same ID and byte lead to it.
    case capability(identifier: UInt8, markOffset: UInt8, mark: UInt8, CapabilityLocator.Part)

    /// What is in the metabinary for the kinds that are no identity.
    public static let byteCountKind: UInt8 = 8
    public static let capabilityKind: UInt8 = 9

    /// Reads the operand.
    ///
    /// Throws: `badFact` for a kind that is none, `badIndex` for a window that the device has not, `badWindow` for a part of
    /// a capability that nobody reads.
    @inline(never)
    init(_ reader: inout ImageReader, of device: DeviceDescription) throws(MetabinaryError) {
        let place = reader.offset
        let kind = try reader.byte()
        if let identity = Identity(rawValue: kind) {
            self = .identity(identity)
        } else if kind == Self.byteCountKind {
            self = .byteCount(window: try reader.index(below: device.windows.count))
        } else {
            guard kind == Self.capabilityKind else { throw .badFact(at: place) }
            let (identifier, markOffset, mark) = (try reader.byte(), try reader.byte(), try reader.byte())
            let partPlace = reader.offset
            let part = CapabilityLocator.Part(offset: try reader.byte(), byteCount: try reader.byte())
            guard part.isInCapability else { throw .badWindow(at: partPlace) }
            self = .capability(identifier: identifier, markOffset: markOffset, mark: mark, part)
        }
    }
}

/// What is known of a function while the rules of its description are evaluated.
public struct StaticInput: Sendable {
    /// As discovery found it.
    public var function: PCIFunction?
    /// Whether the machine has an IOMMU.
    public var hasTranslation = false
    /// Of the machine's memory for drivers. Units: bytes.
    public var memoryShare: UInt64 = 0
    /// How many bytes each window has. Units: bytes.
    public var windowByteCounts: [UInt64] = []
    /// The capabilities that windows were found by.
    public var windowCapabilities: [(locator: CapabilityLocator, capability: Capability)] = []
    /// The facts of the description, as far as they are evaluated.
    public var facts: [UInt64] = []
    /// The alternative that is tried of each choice.
    public var choices: [UInt8] = []

    public init() {}

    /// The answer of discovery, or `nil` where it has none.
    func answer(to question: Question) -> UInt64? {
        switch question {
        case .byteCount(let window): return window < windowByteCounts.count ? windowByteCounts[window] : nil
        case .identity(let identity):
            guard let function else { return nil }
            return answer(to: identity, of: function)
        case .capability(let identifier, let markOffset, let mark, let part):
            let found = windowCapabilities.first {
                $0.locator.identifier == identifier && $0.locator.markOffset == markOffset && $0.locator.mark == mark
            }
            let capability =
                found?.capability ?? function?.capability(identifier, markOffset: markOffset, mark: mark)
            return capability?.number(at: part.offset, part.byteCount).map { UInt64($0) }
        }
    }

    private func answer(to identity: Question.Identity, of function: PCIFunction) -> UInt64 {
        switch identity {
        case .vendor: return UInt64(function.vendor)
        case .device: return UInt64(function.device)
        case .revision: return UInt64(function.revision)
        case .subsystemVendor: return UInt64(function.subsystemVendor)
        case .subsystem: return UInt64(function.subsystem)
        case .classCode: return UInt64(function.classCode)
        case .translation: return hasTranslation ? 1 : 0
        case .memoryShare: return memoryShare
        case .messages, .vectors:
            for capability in function.capabilities {
                let count = identity == .messages ? capability.messageCount : capability.messageTable?.vectorCount
                if let count { return UInt64(count) }
            }
            return 0
        }
    }
}
