// The text of `lspci -xxxx`: per function its bytes of configuration space and, where lspci was asked to be verbose,
// the ranges that the operating system knows. It reads the text and interprets no byte.
//
// Source: pciutils 3.9, lspci(8), and the output of that program.

import Hardware

/// What lspci printed of a machine.
public struct PCIDump: Hashable, Sendable {
    /// A range in the verbose text.
    public struct Range: Hashable, Sendable {
        /// Number of the base address register; `nil` where the text (`-v` with one v) does not say.
        public var index: UInt8?
        public var isPort: Bool
        /// `nil` where the system gave the range no address.
        public var base: UInt64?
        /// Units: bytes.
        public var byteCount: UInt64?
    }

    /// A function.
    public struct Function: Hashable, Sendable {
        /// PCI segment group.
        public var domain: UInt32
        public var address: FunctionAddress
        /// Vendor and device in the headline, which `-nn` and `-n` print.
        public var identity: (vendor: UInt16, device: UInt16)? {
            identifiers.map { (UInt16($0 >> 16), UInt16(truncatingIfNeeded: $0)) }
        }
        var identifiers: UInt32?
        /// Whether the headline names the class of Ethernet controllers; `nil` where it names no class.
        var namesEthernet: Bool?
        /// Configuration space from its start: 64, 128, 256 or 4096 bytes, or none.
        public var bytes: [UInt8] = []
        public var ranges: [Range] = []
        /// Line of the headline, counted from 1.
        public var line: Int
    }

    public internal(set) var functions: [Function] = []
    /// Where among them each is.
    var indices: [Place: Int] = [:]

    /// Domain and address of a function.
    struct Place: Hashable, Sendable {
        let domain: UInt32
        let address: FunctionAddress

        init(_ domain: UInt32, _ address: FunctionAddress) { (self.domain, self.address) = (domain, address) }
    }
}

/// Why a text is no dump.
public struct PCIDumpError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1.
    public var line: Int
    public var reason: String

    public var description: String { reason }
}
