// The layout of rings, pools, other shared memory and state with its cells. Slots whose fields are outside of them are refused
// here, fields that tell of no buffer in DeviceDescription+Soundness.

import Program

extension LayoutCoder {
    func memory(_ memory: MemoryDescription) {
        name(&memory.name, "its name")
        let place = place
        var form = memory.form
        byte(
            &form,
            "kind, 1 for a ring, 2 for a pool, 3 for state, 4 for shared memory in parts, 5 for a pool in parts, 6 as 4 behind the memory before it"
        )
        require(1...6 ~= form, .badMemory(at: place))
        memory.kind = form == 3 ? .state : form == 2 || form == 5 ? .pool : .ring
        memory.isBehind = form == 6
        number(&memory.byteCount, atMost: MetabinaryLimit.memoryByteCount, "size in bytes (1 to 2^22)")
        number(&memory.alignment, atMost: MetabinaryLimit.memoryAlignment, "alignment (a power of two, 4,096 at most)")
        require(memory.byteCount > 0 && isPowerOfTwo(memory.alignment), .badMemory(at: place))
        line(&memory.line)
        when(form != 3, "of all but state") {
            let place = self.place
            number(
                &memory.elementByteCount, atMost: memory.byteCount,
                "bytes of a slot, a buffer or a record, which divides the size")
            let element = memory.elementByteCount
            require(element > 0 && memory.byteCount % element == 0, .badSlot(at: place))
            number(
                &memory.headroom, atMost: (memory.kind == .pool ? element : memory.byteCount) &- 1,
                "the headroom, less than the size, of a pool less than a buffer")
            when(form == 1, "of a ring") {
                require(isPowerOfTwo(element) && element <= memory.alignment, .badSlot(at: place))
                fields(&memory.fields, in: element)
                allowed(&memory.allowed, in: element)
            }
            when(form >= 4, "of memory in parts") { parts(of: memory) }
        }
    }

    /// The parts of a memory, in rising order of offset, none over another.
    private func parts(of memory: MemoryDescription) {
        let place = place
        let byteCount = memory.byteCount
        let alignment = memory.alignment
        list(&memory.parts, of: "part", atMost: MetabinaryLimit.partCount, MemoryPart()) { part, before in
            let place = self.place
            name(&part.name, "the name of its grant")
            number(&part.offset, atMost: byteCount, "offset in bytes, a multiple of an element's size or of 8")
            number(&part.byteCount, atMost: byteCount, "size in bytes")
            number(
                &part.elementByteCount, atMost: byteCount, "bytes of an element, a power of two that divides the size")
            var rights: UInt8 = (part.isReadable ? 1 : 0) | (part.isWritable ? 2 : 0)
            byte(&rights, "rights, 1 to read, 2 to write, 3 for both")
            (part.isReadable, part.isWritable) = (rights & 1 != 0, rights & 2 != 0)
            let element = part.elementByteCount
            require(
                isPowerOfTwo(element) && part.byteCount > 0 && part.byteCount % element == 0
                    && part.offset % min(element, 8) == 0 && alignment >= min(element, 8) && rights > 0 && rights < 4
                    && part.offset >= before.last?.end ?? 0 && part.end <= byteCount, .badPart(at: place))
            fields(&part.fields, in: element)
            when(part.isWritable, "it may be written") { allowed(&part.allowed, in: element) }
        }
        require(!memory.parts.isEmpty, .badPart(at: place))
    }

    private func isPowerOfTwo(_ number: UInt64) -> Bool { number > 0 && number & (number - 1) == 0 }

    /// What slots of a size tell of other memory, in rising order of offset.
    @inline(never)
    private func fields(_ fields: inout [SlotField], in slotByteCount: UInt64) {
        list(&fields, of: "field", atMost: MetabinaryLimit.fieldCount, SlotField()) { field, before in
            let place = self.place
            let limit = 2 * MetabinaryLimit.memoryCount
            var told = 2 * field.memory + (field.isLength ? 1 : 0) + (field.isOther ? limit : 0)
            index(
                &told, below: 2 * limit,
                "twice the memory that it tells of; 1 more of a length; 32 more of the memory's own address or of bits")
            let (isLength, isOther) = (told % 2 != 0, told >= limit)
            field.memory = told % limit / 2
            number(&field.offset, atMost: slotByteCount, "offset in the slot in bytes")
            type(&field.type, "bits of the type (8 to 64; of an address 32 or 64)")
            if !isOther || !isLength { field.bitCount = field.type.bitCount }
            var sign = UInt8(field.meaning == .negativeLength ? 1 : 0)
            when(isLength && isOther, "of bits that are a length") {
                byte(&field.firstBit, "the lowest of them")
                byte(&field.bitCount, "their number")
                byte(&sign, "1 where the length is below 0, else 0")
            }
            field.meaning = isLength ? sign == 1 ? .negativeLength : .length : isOther ? .base : .address
            require(
                (field.type == .u32 || field.type == .u64 || field.isLength && field.type != .boolean)
                    && field.firstBit < 64 && 1...64 ~= field.bitCount && sign <= 1
                    && field.firstBit + field.bitCount <= field.type.bitCount
                    && field.offset >= before.last?.end ?? 0 && field.offset % field.byteCount == 0
                    && field.end <= slotByteCount, .badSlot(at: place))
        }
    }

    /// A cell, which is after another one in the state's memory.
    func cell(_ cell: CellDescription, after other: CellDescription?, in state: MemoryDescription?) {
        name(&cell.name, "its name")
        let place = place
        type(&cell.type, "bits of the type (8 to 64)")
        number(&cell.count, atMost: MetabinaryLimit.elementCount, "elements (1 to 4,096)")
        number(&cell.mask, atMost: .max, "bits that an element may use")
        require(
            cell.type != .boolean && cell.count > 0 && cell.mask & ~cell.type.mask == 0, .badCell(at: place))
        guard Self.makes else { return }
        cell.put(after: other)
        require(cell.end <= state?.byteCount ?? 0, .badCell(at: place))
    }
}

extension MemoryDescription {
    /// The number that stands for what it is.
    fileprivate var form: UInt8 { parts.isEmpty ? kind.rawValue : kind == .pool ? 5 : isBehind ? 6 : 4 }
}
