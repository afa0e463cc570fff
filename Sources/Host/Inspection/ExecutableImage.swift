// The sections of an ELF image, as far as figures need them.
//
// Source: System V Application Binary Interface, edition 4.1, chapters 4 and 5; ELF-64 Object File Format, version 1.5.

/// A 64-bit little-endian ELF image.
public struct ExecutableImage {
    /// Bytes of all sections that hold instructions.
    public let textByteCount: UInt64

    /// Reads the section headers, or returns `nil` where the bytes are no such image.
    public init?(_ bytes: [UInt8]) {
        // Magic number, class 2 (64 bits), data 1 (little-endian).
        guard bytes.count >= 64, bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else { return nil }
        func number(at offset: Int, byteCount: Int) -> UInt64? {
            guard offset >= 0, offset + byteCount <= bytes.count else { return nil }
            return bytes[offset..<offset + byteCount].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        guard let table = number(at: 0x28, byteCount: 8), table < UInt64(bytes.count),
            let entrySize = number(at: 0x3A, byteCount: 2), let entryCount = number(at: 0x3C, byteCount: 2)
        else { return nil }
        var sum: UInt64 = 0
        for index in 0..<Int(entryCount) {
            let header = Int(table) + index * Int(entrySize)
            guard let flags = number(at: header + 8, byteCount: 8), let size = number(at: header + 32, byteCount: 8)
            else { return nil }
            // SHF_EXECINSTR
            if flags & 4 != 0 { sum += size }
        }
        textByteCount = sum
    }
}
