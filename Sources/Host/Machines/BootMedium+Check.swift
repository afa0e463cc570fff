// Whether a file can be the boot medium that it is given for, seen from its first bytes. It does not say that the file
// boots: without this, firmware would look for a system on a text file until the time is up. Machine asks.

import Glibc

extension MachineDescription.BootMedium {
    /// Path of the medium's file.
    public var path: String {
        switch self {
        case .kernel(let path, _), .cdrom(let path), .disk(let path, _): path
        }
    }

    /// Where the mark of the medium's format stands, what it is, and what a file without it is not.
    ///
    /// Source: System V ABI, Edition 4.1, "ELF Identification"; ECMA-119, 4th edition, 8.1 (the first volume descriptor
    /// is sector 16); IBM PC AT Technical Reference, the boot sector's last two bytes.
    private var mark: (offset: Int, bytes: [UInt8], missing: String) {
        switch self {
        case .kernel: (0, [0x7F] + Array("ELF".utf8), "no ELF image")
        case .cdrom: (16 * 2048 + 1, Array("CD001".utf8), "no ISO 9660 image")
        case .disk: (510, [0x55, 0xAA], "no disk to boot from: its first sector does not end in 55 AA")
        }
    }

    /// Reads the file's mark.
    ///
    /// Throws: `imageMissing`, `imageUnsuitable`.
    func check() throws(MachineError) {
        let mark = mark
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .imageMissing(path: path, errorNumber: errno) }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: mark.bytes.count)
        let count = pread(file, &bytes, bytes.count, mark.offset)
        guard count >= 0 else { throw .imageMissing(path: path, errorNumber: errno) }
        guard bytes == mark.bytes else { throw .imageUnsuitable(path: path, reason: mark.missing) }
    }
}
