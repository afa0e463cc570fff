// The operand of a load or a store: which register of a window, or which place of a ring, how wide. Image reader and
// evaluator read it alike.

import Program

/// A place that code reads or writes.
struct RegisterOperand {
    /// Index of the region: the windows of the device, then its memories.
    var region: UInt8
    var type: ValueType
    /// Units: bytes from the start of the region, a multiple of the type's size.
    var offset: UInt64
    /// Offset that an access with an index must not go beyond: the end of an array of registers, of a ring, or of a part.
    var end: UInt64

    /// Reads the operand.
    ///
    /// Throws: `badIndex` for a region or a register that the device has not; `badRegister` for a register that is not
    /// to be read or written, for state or a pool in no parts, and for a place of a ring that is out of reach or not a multiple of
    /// its size.
    init(_ reader: inout ImageReader, of device: DeviceDescription, isStore: Bool) throws(MetabinaryError) {
        let place = reader.offset
        let index = try reader.index(below: device.windows.count + device.memories.count)
        region = UInt8(index)
        if index < device.windows.count {
            let registers = device.windows[index].registers
            let register = registers[try reader.index(below: registers.count)]
            guard isStore ? register.isWritable : register.isReadable else { throw .badRegister(at: place) }
            type = register.type
            offset = register.offset
            end = register.end
        } else {
            let memory = device.memories[index - device.windows.count]
            var part = MemoryPart(
                name: memory.name, offset: 0, byteCount: memory.byteCount, elementByteCount: memory.byteCount,
                isReadable: true, isWritable: true)
            if !memory.parts.isEmpty { part = memory.parts[try reader.index(below: memory.parts.count)] }
            type = try reader.type()
            offset = part.offset + (try reader.number(atMost: MetabinaryLimit.memoryByteCount))
            end = part.end
            guard memory.kind == .ring || !memory.parts.isEmpty, isStore ? part.isWritable : part.isReadable,
                type != .boolean, offset % byteCount == 0, offset + byteCount <= end
            else { throw .badRegister(at: place) }
        }
    }

    /// Units: bytes.
    var byteCount: UInt64 { UInt64(type.bitCount) / 8 }
}
