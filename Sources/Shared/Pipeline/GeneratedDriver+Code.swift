// The code of a driver as one run of bytes, as it lies in memory: the kernel writes it into the pages that it maps.

import Hardware

extension GeneratedDriver {
    /// INT3, which fills what is not generated code: a jump astray ends in a breakpoint exception at once.
    ///
    /// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, INT n/INTO/INT3/INT1.
    public static let fillByte: UInt8 = 0xCC

    /// Address of the first byte of code, or `nil` for a driver without functions.
    public var codeStart: VirtualAddress? { functions.first?.entry }

    /// Size of all of its pages of code.
    ///
    /// Units: bytes.
    public var codeByteCount: UInt64 {
        guard let start = codeStart?.rawValue, let last = functions.last else { return 0 }
        let page = WindowPlanner.pageByteCount
        return (last.entry.rawValue - start + UInt64(last.bytes.count) + page - 1) / page * page
    }

    /// All functions in their places from `codeStart` on, with INT3 between them and to the end of the last page.
    public var code: [UInt8] {
        guard let start = codeStart?.rawValue else { return [] }
        var code = [UInt8](repeating: Self.fillByte, count: Int(codeByteCount))
        for function in functions {
            var place = Int(function.entry.rawValue - start)
            for byte in function.bytes {
                code[place] = byte
                place += 1
            }
        }
        return code
    }
}
