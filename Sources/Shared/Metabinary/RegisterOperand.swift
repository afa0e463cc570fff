// The operand of a load or a store: which register of a window, or which place of memory, how wide.

import Program

/// A place that code reads or writes.
package struct RegisterOperand {
    /// Index of the region: the windows of the device, then its memories.
    package var region: UInt8 = 0
    package var type = ValueType.void
    /// Units: bytes from the start of the region, a multiple of the type's size.
    package var offset: UInt64 = 0
    /// Offset that an access with an index must not go beyond: the end of an array of registers, of a ring, or of a part.
    var end: UInt64 = 0

    /// Stands where there is none.
    init() {}

    /// The place of a cell in the state.
    init(of cell: CellDescription, region: UInt8) {
        (self.region, type, offset, end) = (region, cell.type, cell.offset, cell.end)
    }

    /// Reads the operand.
    ///
    /// Throws: `badIndex` for a region or a register that the device has not; `badRegister` for a register that is not
    /// to be read or written, for state or a pool in no parts, and for a place of a ring that is out of reach or not a multiple of
    /// its size.
    @inline(never)
    init(_ reader: inout ImageReader, of device: DeviceDescription, isStore: Bool) throws(MetabinaryError) {
        let place = reader.offset
        let index = try reader.index(below: device.windows.count + device.memories.count)
        region = UInt8(index)
        if index < device.windows.count {
            // Those behind others are none of them.
            let registers = device.windows[index].registers
            let register = registers[try reader.index(below: registers.count)]
            guard isStore ? register.isWritable : register.isReadable else { throw .badRegister(at: place) }
            type = register.type
            offset = register.offset
            end = register.end
        } else {
            let memory = device.memories[index - device.windows.count]
            // All of a ring, or the part that is named.
            var mayBe = memory.kind == .ring
            end = memory.byteCount
            if !memory.parts.isEmpty {
                let index = try reader.index(below: memory.parts.count)
                mayBe = isStore ? memory.parts[index].isWritable : memory.parts[index].isReadable
                offset = memory.parts[index].offset
                end = memory.parts[index].end
            }
            type = try reader.type()
            offset += try reader.number(atMost: MetabinaryLimit.memoryByteCount)
            guard mayBe, type != .boolean, offset % byteCount == 0, offset + byteCount <= end
            else { throw .badRegister(at: place) }
        }
    }

    /// Units: bytes.
    var byteCount: UInt64 { UInt64(type.bitCount) / 8 }
}
