// The kernel's machine code as it lies in the image: its functions, what assembly there is, and its data. It knows ELF as far
// as that takes, and judges nothing; `KeptRegisterTests` does.

/// Code and data of a kernel.
struct KernelCode {
    /// Bytes that begin at a symbol.
    struct Piece {
        var name: String
        var start: UInt64
        var bytes: [UInt8]
    }

    /// What a compiler made, by size; several symbols may name one function.
    var functions: [Piece]
    /// What comes from assembly, from each label to the next symbol.
    var assembly: [Piece] = []
    /// Sections that are no code.
    var data: [Piece] = []
}

extension KernelCode {
    private struct Section {
        var type: UInt32
        var flags: UInt64
        var address: UInt64
        var offset: Int
        var byteCount: Int
        var link: Int

        var isCode: Bool { flags & 4 != 0 }
        /// Whether it has bytes that are in memory once the image is.
        var isLoaded: Bool { flags & 2 != 0 && type != 8 }
    }

    /// The code of an ELF file of 64 bits; `nil` where it has no symbols or ends early.
    ///
    /// Layout: System V ABI, "Section Header" and "Symbol Table".
    init?(elf: [UInt8]) {
        func number<Number: FixedWidthInteger>(_ offset: Int, _: Number.Type) -> Number? {
            guard offset >= 0, offset + Number.bitWidth / 8 <= elf.count else { return nil }
            return elf.withUnsafeBytes {
                Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self))
            }
        }
        guard let table = number(0x28, UInt64.self), let count = number(0x3C, UInt16.self) else { return nil }
        var sections: [Section] = []
        for index in 0..<Int(count) {
            let at = Int(table) + 64 * index
            guard let type = number(at + 4, UInt32.self), let flags = number(at + 8, UInt64.self),
                let address = number(at + 16, UInt64.self), let offset = number(at + 24, UInt64.self),
                let size = number(at + 32, UInt64.self), let link = number(at + 40, UInt32.self)
            else { return nil }
            sections.append(
                Section(
                    type: type, flags: flags, address: address, offset: Int(offset), byteCount: Int(size),
                    link: Int(link)))
        }
        guard let symbols = sections.first(where: { $0.type == 2 }), symbols.link < sections.count,
            let code = sections.first(where: \.isCode)
        else { return nil }
        let names = sections[symbols.link].offset
        func bytes(_ start: UInt64, _ end: UInt64) -> [UInt8] {
            let first = code.offset + Int(start - code.address)
            return Array(elf[first..<first + Int(end - start)])
        }
        let range = code.address..<code.address + UInt64(code.byteCount)
        var found: [(kind: UInt8, name: String, start: UInt64, byteCount: UInt64)] = []
        for at in stride(from: symbols.offset, to: symbols.offset + symbols.byteCount, by: 24) {
            guard let name = number(at, UInt32.self), let info = number(at + 4, UInt8.self),
                let value = number(at + 8, UInt64.self), let size = number(at + 16, UInt64.self)
            else { return nil }
            guard range.contains(value), value + size <= range.upperBound else { continue }
            let text = elf[(names + Int(name))...].prefix { $0 != 0 }
            found.append((info & 0xF, String(decoding: text, as: UTF8.self), value, size))
        }
        let starts = Set(found.map(\.start)).sorted() + [range.upperBound]
        functions = found.filter { $0.kind == 2 && $0.byteCount > 0 }.map {
            Piece(name: $0.name, start: $0.start, bytes: bytes($0.start, $0.start + $0.byteCount))
        }
        let compiled = Set(functions.map(\.start))
        assembly = found.filter { $0.kind == 0 && !compiled.contains($0.start) }.map { label in
            let end = starts.first { $0 > label.start } ?? range.upperBound
            return Piece(name: label.name, start: label.start, bytes: bytes(label.start, end))
        }
        data = sections.filter { $0.isLoaded && !$0.isCode }.map {
            Piece(name: "", start: $0.address, bytes: Array(elf[$0.offset..<$0.offset + $0.byteCount]))
        }
    }
}
