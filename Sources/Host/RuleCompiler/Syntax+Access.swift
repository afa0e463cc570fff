// The syntax tree of where windows are, of registers that are behind others, of commands, and of what numbers are
// numbers of.

extension Syntax {
    /// `window csr = indirect RAP, RDP`: registers that one other selects by number and another one holds.
    struct IndirectWindow: Named {
        var name: Name
        /// The register that takes the number.
        var select: Name
        /// The register in which the selected one is read and written.
        var data: Name
    }

    /// `mailbox eeprom { request EERD, done EERD.DONE, answer EERD.DATA }`
    struct Mailbox: Named {
        var name: Name
        var request: Name?
        /// The bit by which the device says that it is done, and whether it is set then or clear.
        var done: (register: Name, field: Name, isSet: Bool)?
        var answer: (register: Name, field: Name?)?
    }

    /// What a number is a number of, where it says so: these are not mixed.
    enum Kind: String, CaseIterable {
        /// The number of an element, from 0.
        case index
        /// Bytes from the start of something.
        case offset
        /// Bytes of something.
        case length
        /// A place in physical memory.
        case address
    }

    /// `capability 0x09 where byte 3 == 1, bar byte 4, offset u32 at 8, length u32 at 12`
    struct Locator {
        var identifier: Number
        var mark: LocatorPart
        var markValue: Number
        var register: LocatorPart
        var start: LocatorPart
        var length: LocatorPart
    }

    /// `configuration`, `configuration capability 0x01`, `configuration capability 0x09 where byte 3 == 5`
    struct Configuration {
        var span: SourceSpan
        /// ID of the capability that it begins with; `nil` for one that begins with the first byte.
        var identifier: Number?
        /// The byte that tells the capability from others of its ID, and what it then holds.
        var mark: (part: LocatorPart, value: Number)?
    }

    /// `byte 4` or `u32 at 8`
    struct LocatorPart {
        var offset: Number
        var byteCount: UInt8
    }
}
