// The tables that grants come from: registers with their roles, slots with their fields, pools. Each way of lying in
// them is refused with its reason, and what the shipped card's tables say is what its description says.

import Hardware
import Metabinary
import Program
import RuleCompiler
import Testing

@Suite struct GrantTableTests {
    private func error(
        _ registers: [[UInt8]] = Rules.registers, memories: [[UInt8]] = Rules.memories
    ) -> MetabinaryError? {
        do throws(MetabinaryError) {
            _ = try MetabinaryImage(Rules.image(registers: registers, memories: memories))
            return nil
        } catch {
            return error
        }
    }

    /// The tables with one entry put in another's place.
    private func error(register index: Int, _ bytes: [UInt8]) -> MetabinaryError? {
        var registers = Rules.registers
        registers[index] = bytes
        return error(registers)
    }

    private func error(memory index: Int, _ bytes: [UInt8]) -> MetabinaryError? {
        var memories = Rules.memories
        memories[index] = bytes
        return error(memories: memories)
    }

    /// Offset of a register in the image, or behind the last.
    private func place(_ index: Int) -> Int { Rules.registerOffset + Rules.registers[..<index].joined().count }

    /// Offset of a memory in the image, or behind the last.
    private func place(memory index: Int) -> Int { place(7) + 1 + Rules.memories[..<index].joined().count }

    @Test func `The tables as they should be are taken`() throws {
        #expect(error() == nil)
        let device = try MetabinaryImage(Rules.image()).devices[0]
        let registers = device.windows[0].registers
        #expect(registers.map(\.offset) == [0, 4, 6, 8, 12, 16, 24])
        #expect(registers.map(\.end) == [4, 5, 8, 12, 16, 20, 32])
        #expect(registers.map(\.role) == [.plain, .plain, .plain, .addressLow, .addressHigh, .byteCount, .plain])
        #expect(registers.map(\.isReadable) == [true, true, true, false, false, false, true])
        #expect(registers.map(\.isWritable) == [true, true, true, true, true, true, false])
        let fields = device.memories[0].fields
        #expect(fields.map(\.memory) == [1, 1] && fields.map(\.isLength) == [false, true])
        #expect(fields.map(\.offset) == [0, 8] && fields.map(\.type) == [.u64, .u16])
        #expect(device.memories.map(\.elementByteCount) == [16, 16, 0])
        #expect(device.memories[1].fields.isEmpty)
    }

    @Test func `A value waits for what single registers of its window may be told, or is refused`() {
        /// The first register allows 0, and 1 after so many premises.
        func words(
            _ premises: [UInt8], count: UInt8 = 1, also index: Int = 0, _ other: [UInt8] = Rules.registers[0]
        ) -> String? {
            var registers = Rules.registers
            registers[index] = other
            registers[0] = [0, 0, 32, 1, 3, 0] + [2, 0, 32, 3, 0, 0, 8 * count, 1] + premises
            return error(registers).map { "\($0)".prefix { $0 != "(" } }.map(String.init)
        }
        // The ring, which three registers tell of; the pool and the state, of which none does; a memory that is not there.
        #expect(words([5, 0]) == nil && words([5, 0, 5, 0], count: 2) == nil)
        for memory: UInt8 in [1, 2, 3] { #expect(words([5, memory]) == "badValues") }
        #expect(words([5, 16]) == "badIndex")
        let many = [[UInt8]](repeating: [5, 0], count: 16).flatMap { $0 }
        #expect(words([UInt8](many.dropLast(2)), count: 15) == nil && words(many, count: 16) == "badValues")
        // A number that a plain register was told; one that is not there, cannot be written, tells of memory.
        #expect(words([0, 1, 7]) == nil && words([1, 1, 7, 3]) == nil && words([3, 1, 0]) == nil)
        for register: UInt8 in [3, 4, 5, 6, 7] { #expect(words([0, register, 0]) == "badValues") }
        #expect(words([3, 1, 2]) == "badValues" && words([7, 1, 2]) == "badValues" && words([7, 1, 0]) == nil)
        // An address, by a register that takes such: of the pool, not of the ring; 0 where that leads nowhere.
        let pointer: [UInt8] = [0, 24, 32, 1, 2, 4, 1, 1]
        #expect(words([6, 6, 1], also: 6, pointer + [0]) == nil)
        #expect(words([6, 6, 0], also: 6, pointer + [0]) == "badValues")
        #expect(words([6, 3, 0]) == "badValues" && words([6, 9, 1]) == "badValues")
        #expect(words([0, 6, 0], also: 6, pointer + [1]) == nil)
        #expect(words([0, 6, 0], also: 6, pointer + [0]) == "badValues")
        #expect(words([0, 6, 4], also: 6, pointer + [1]) == "badValues")
        // What voids holds what it was told itself, and no place of a memory.
        #expect(words([0, 1, 7], also: 1, [0, 4, 8, 1, 7, 0, 0]) == nil)
        #expect(words([5, 0], also: 3, [0, 8, 32, 1, 6, 1, 1, 0]) == "badValues")
        #expect(words([5, 0], also: 1, [0, 4, 8, 1, 7, 0, 0]) == nil)
        #expect(error(register: 1, [0, 4, 8, 1, 4, 0]) == .badRegister(at: place(1) + 1))
        #expect(error(register: 1, [0, 4, 8, 1, 19, 0, 0]) == .badRegister(at: place(1) + 1))
        // The first value waits for nothing.
        let first = error(register: 0, [0, 0, 32, 1, 3, 0] + [2, 0, 32, 2, 8, 0, 5, 0])
        #expect(first == .badValues(at: place(0) + 10))
    }

    @Test func `A value that waits for a memory waits for all that its device is told of it, in one window`() throws {
        func error(high window: String) throws -> MetabinaryError? {
            let text = """
                class lamp 1 { require start() -> none }
                device blinker is lamp {
                    match pci vendor 0x1234 device 0x0001
                    window regs = bar 0 memory
                    window more = bar 1 memory
                    register regs.LOW at 0x00 wo
                    register \(window).HIGH at 0x04 wo
                    register regs.RUN at 0x08 wo = 0, 1 after note
                    register more.LAMP at 0x00 wo any
                    layout Note 8 bytes { count at 0 u64 by device }
                    memory note of Note { base LOW:HIGH }
                    generate start() -> none { LAMP = 1 }
                }
                """
            // What the compiler says of it is a courtesy.
            let source = RuleSource(name: "blinker.meta", text: text)
            let compilation = RuleCompiler.compile([source], ignoring: [.wrongPermit, .unusedName])
            let bytes = try #require(compilation.metabinary, "\(compilation.diagnostics)")
            do throws(MetabinaryError) {
                _ = try MetabinaryImage(bytes)
                return nil
            } catch {
                return error
            }
        }
        #expect(try error(high: "regs") == nil)
        let words = try error(high: "more").map { "\($0)" }
        #expect(words?.hasPrefix("badValues") == true, "half an address is enough")
    }

    @Test func `Registers outside of their window or over each other are refused`() {
        #expect(error(register: 6, [0, 24, 16, 5, 1, 0]) == .badRegister(at: place(6)))
        #expect(error(register: 6, [0, 32, 16, 1, 1, 0]) == .badRegister(at: place(6)))
        #expect(error(register: 6, [0, 23, 16, 1, 1, 0]) == .badRegister(at: place(6) + 1))
        #expect(error(register: 0, [0, 2, 32, 1, 3, 0]) == .badRegister(at: place(0) + 1))
        #expect(error(register: 1, [0, 0, 8, 1, 3, 0]) == .badRegister(at: place(1)))
        #expect(error(register: 0, [0, 0, 32, 2, 3, 0]) == .badRegister(at: place(1)))
        #expect(error(register: 1, [0, 8, 8, 1, 3, 0]) == .badRegister(at: place(2)))
        #expect(error(register: 1, [0, 5, 8, 1, 3, 0]) == nil)
    }

    @Test func `A window of ports has registers of 32 bits at most, and no more than a function decodes`() throws {
        let kind = Rules.registerOffset - 4
        func error(_ registers: [[UInt8]], kind value: UInt8 = 1, end: [UInt8] = [32]) -> MetabinaryError? {
            do throws(MetabinaryError) {
                _ = try MetabinaryImage(Rules.image(registers: registers, windowKind: value, windowEnd: end))
                return nil
            } catch {
                return error
            }
        }
        let narrow = Rules.registers
        var wide = narrow
        wide[6] = [0, 24, 64, 1, 1, 0]
        #expect(error(narrow) == nil)
        #expect(error(wide, kind: 0) == nil)
        #expect(error(wide) == .badRegister(at: place(6)))
        #expect(error(narrow, kind: 5) == .badWindow(at: kind - 1))
        #expect(error(narrow, end: [0x80, 0x02]) == nil)
        #expect(error(narrow, end: [0x81, 0x02]) == .numberTooLarge(at: kind + 1))
        let image = try MetabinaryImage(Rules.image(registers: narrow, windowKind: 1))
        #expect(image.devices[0].windows.map(\.isMemory) == [false])
    }

    @Test func `Configuration space has single registers of 32 bits at most, 256 bytes, and no alternative`() throws {
        let kind = Rules.registerOffset - 4
        func error(_ registers: [[UInt8]], kind value: UInt8 = 3, end: [UInt8] = [32]) -> MetabinaryError? {
            do throws(MetabinaryError) {
                _ = try MetabinaryImage(Rules.image(registers: registers, windowKind: value, windowEnd: end))
                return nil
            } catch {
                return error
            }
        }
        var single = Rules.registers
        single[6] = [0, 24, 32, 1, 1, 0]
        #expect(error(single) == nil)
        for type in [[64, 1], [16, 2]] as [[UInt8]] {
            var registers = single
            registers[6] = [0, 24] + type + [1, 0]
            #expect(error(registers) == .badRegister(at: place(6)))
            #expect(error(registers, kind: 0) == nil)
        }
        #expect(error(single, kind: 0x83) == .badWindow(at: kind - 1))
        #expect(error(single, end: [0x81, 0x02]) == .numberTooLarge(at: kind + 1))
        let image = try MetabinaryImage(Rules.image(registers: single, windowKind: 3))
        #expect(image.devices[0].windows.map(\.configuration) == [.start])
        // A capability: its ID, the byte that tells it from others, and what that holds; then the size of the window.
        let mark = try MetabinaryImage(
            Rules.image(registers: single, windowKind: 4, windowEnd: [0x09, 3, 5, 32]))
        #expect(
            mark.devices[0].windows.map(\.configuration) == [.capability(identifier: 9, markOffset: 3, mark: 5)])
        for offset in [1, 64] as [UInt8] {
            #expect(error(single, kind: 4, end: [0x09, offset, 5, 32]) == .badWindow(at: kind + 2))
        }
    }

    @Test func `Registers of no type, no element or no right are refused`() {
        #expect(error(register: 0, [0, 0, 24, 1, 3, 0]) == .badType(at: place(0) + 2))
        #expect(error(register: 0, [0, 0, 1, 1, 3, 0]) == .badRegister(at: place(0) + 1))
        #expect(error(register: 0, [0, 0, 32, 0, 3, 0]) == .badRegister(at: place(0) + 1))
        #expect(error(register: 0, [0, 0, 32, 1, 0, 0]) == .badRegister(at: place(0) + 1))
        #expect(error(register: 0, [0, 0, 32, 1, 4, 0]) == .badRegister(at: place(0) + 1))
        #expect(error(register: 0, [2, 0, 32, 1, 3, 0]) == .badIndex(at: place(0)))
    }

    @Test func `Registers behind others come after all others, have the type of the one, and no more rights`() {
        let behind: [UInt8] = [0, 5, 16, 1, 11, 1, 2, 0, 0]
        func error(_ more: [UInt8]...) -> MetabinaryError? { self.error(Rules.registers + more) }
        func refused(_ more: [UInt8]) -> Bool { error(more) == .badRegister(at: place(7)) }
        #expect(error(behind) == nil && error(behind, [0, 6, 16, 1, 10, 1, 2, 0, 0]) == nil)
        #expect(error([0, 0xFF, 0xFF, 3, 16, 1, 9, 1, 2, 0]) == nil)
        #expect(refused([0, 0x80, 0x80, 4, 16, 1, 9, 1, 2, 0]), "above 65,535")
        #expect(error(behind, behind) == .badRegister(at: place(7) + behind.count), "the same number")
        #expect(error(behind, [0, 28, 32, 1, 1, 0]) == .badRegister(at: place(7) + behind.count), "one that is not")
        #expect(refused([0, 5, 32, 1, 11, 1, 2, 0, 0]), "another type")
        #expect(refused([0, 5, 16, 2, 11, 1, 2, 0, 0]), "an array")
        #expect(refused([0, 5, 16, 1, 11, 2, 2, 0, 0]), "behind one alone")
        #expect(refused([0, 5, 16, 1, 11, 3, 2, 0, 0]), "selected by what tells of memory")
        #expect(refused([0, 5, 16, 1, 9, 6, 2, 0]), "selected by what is only read")
        #expect(refused([0, 5, 16, 1, 9, 1, 6, 0]), "in an array")
        #expect(refused([0, 5, 16, 1, 11, 1, 7, 0, 0]), "in itself")
        #expect(refused([0, 5, 32, 1, 10, 1, 5, 0, 0]), "in what tells of memory")
    }

    @Test func `Roles that cannot be are refused`() {
        let end = place(memory: 3)
        #expect(error(register: 3, [0, 8, 32, 1, 2, 7, 1, 0]) == .badRole(at: place(3) + 1))
        #expect(error(register: 3, [0, 8, 32, 1, 1, 1, 1, 0]) == .badRole(at: place(3) + 1))
        #expect(error(register: 3, [0, 8, 8, 1, 2, 1, 1, 0]) == .badRole(at: place(3) + 1))
        #expect(error(register: 4, [0, 12, 8, 1, 2, 2, 1, 0]) == .badRole(at: place(4) + 1))
        // Halves that are not alike.
        #expect(error(register: 3, [0, 8, 16, 1, 2, 1, 1, 0]) == .ringWithoutBase(at: end))
        #expect(error(register: 4, [0, 12, 16, 1, 2, 2, 1, 0]) == .ringWithoutBase(at: end))
        var halves = Rules.registers
        (halves[3], halves[4]) = ([0, 8, 16, 1, 2, 1, 1, 0], [0, 12, 16, 1, 2, 2, 1, 0])
        #expect(error(halves) == nil)
        #expect(error(register: 6, [0, 24, 64, 1, 2, 2, 1, 0]) == .badRole(at: place(6) + 1))
        #expect(error(register: 5, [0, 16, 32, 2, 2, 3, 1, 0]) == .badRole(at: place(5) + 1))
        #expect(error(register: 3, [0, 8, 32, 1, 2, 1, 1, 16]) == .badIndex(at: place(3) + 7))
        #expect(error(register: 3, [0, 8, 32, 1, 2, 1, 1, 3]) == .badRole(at: end))
        for memory in [1, 2] as [UInt8] {
            #expect(error(register: 3, [0, 8, 32, 1, 2, 1, 1, memory]) == .badRole(at: end))
        }
    }

    @Test func `A ring that its device is not told of by one register for each part is refused`() {
        let end = place(memory: 3)
        for index in 3...5 {
            var plain = Rules.registers[index]
            plain[5] = 0
            plain.removeLast(2)
            #expect(error(register: index, plain) == .ringWithoutBase(at: end - 1))
            var registers = Rules.registers
            registers.remove(at: index)
            #expect(error(registers) == .ringWithoutBase(at: end - Rules.registers[index].count))
        }
        // Two for one part, one of them in another's place.
        #expect(error(register: 4, [0, 12, 32, 1, 2, 1, 1, 0]) == .ringWithoutBase(at: end))
        #expect(error(register: 6, [0, 24, 32, 1, 2, 3, 1, 0]) == .ringWithoutBase(at: end + 2))
        // A wide register takes both halves.
        #expect(error(register: 3, [0, 8, 64, 1, 2, 1, 1, 0]) == .badRegister(at: place(4)))
        var wide = Rules.registers
        wide.remove(at: 4)
        wide[3] = [0, 8, 64, 1, 2, 1, 1, 0]
        #expect(error(wide) == nil)
        // So many that a sum of them could be taken for another.
        let many = (0..<17).map { [0, UInt8(36 + 4 * $0), 32, 1, 2, 1, 1, 0] as [UInt8] }
        #expect(error(Rules.registers + many) == .badRegister(at: place(7)))
    }

    @Test func `Slots that are no power of two, or do not fill the ring, are refused`() {
        let slot = place(memory: 0) + 5
        for (byteCount, slotByteCount, alignment) in [
            (64, 0, 16), (64, 65, 16), (60, 16, 16), (60, 12, 16), (64, 32, 16),
        ]
            as [(UInt8, UInt8, UInt8)]
        {
            let found = error(memory: 0, [0, 1, byteCount, alignment, 4, slotByteCount, 0, 0])
            #expect(found == (slotByteCount == 65 ? .numberTooLarge(at: slot) : .badSlot(at: slot)))
        }
        #expect(error(memory: 0, [0, 1, 64, 32, 4, 32, 0, 0]) == nil)
        let pool = place(memory: 1) + 5
        #expect(error(memory: 1, [1, 2, 64, 16, 4, 0, 0]) == .badSlot(at: pool))
        #expect(error(memory: 1, [1, 2, 64, 16, 4, 48, 0]) == .badSlot(at: pool))
        #expect(error(memory: 1, [1, 2, 64, 16, 4, 65, 0]) == .numberTooLarge(at: pool))
        #expect(error(memory: 1, [1, 2, 60, 16, 4, 12, 0]) == nil)
    }

    @Test func `A headroom that leaves no room for data is refused`() {
        let pool = place(memory: 1) + 6
        #expect(error(memory: 1, [1, 2, 64, 16, 4, 16, 15]) == nil)
        #expect(error(memory: 1, [1, 2, 64, 16, 4, 16, 16]) == .numberTooLarge(at: pool))
        // Data of a ring may begin after its slot, and not behind the ring.
        #expect(error(memory: 0, [0, 1, 64, 16, 4, 16, 16, 0]) == nil)
        #expect(error(memory: 0, [0, 1, 64, 16, 4, 16, 64, 0]) == .numberTooLarge(at: place(memory: 0) + 6))
    }

    @Test func `Fields outside of their slot, over each other, or for what is no pool are refused`() {
        let start: [UInt8] = [0, 1, 64, 16, 4, 16, 0]
        let fields = place(memory: 0) + 7
        func error(_ bytes: [UInt8]) -> MetabinaryError? { self.error(memory: 0, start + bytes) }
        #expect(error([0]) == nil)
        // Of memory 1: 2 tells of an address, 3 of a length.
        #expect(error([1, 2, 8, 64]) == nil)
        #expect(error([1, 2, 12, 32]) == nil)
        #expect(error([9, 2, 0, 64, 3, 8, 16, 3, 10, 16]) == .numberTooLarge(at: fields))
        #expect(error([3, 2, 0, 32, 2, 4, 32, 3, 8, 16]) == nil)
        #expect(error([1, 2, 16, 64]) == .badSlot(at: fields + 1))
        #expect(error([1, 2, 12, 64]) == .badSlot(at: fields + 1))
        #expect(error([1, 2, 17, 64]) == .numberTooLarge(at: fields + 2))
        #expect(error([1, 2, 0, 16]) == .badSlot(at: fields + 1))
        #expect(error([1, 3, 0, 16]) == nil)
        #expect(error([1, 3, 0, 1]) == .badSlot(at: fields + 1))
        #expect(error([2, 2, 0, 64, 3, 0, 16]) == .badSlot(at: fields + 4))
        #expect(error([2, 3, 6, 16, 2, 8, 64]) == nil)
        #expect(error([2, 2, 8, 64, 3, 6, 16]) == .badSlot(at: fields + 4))
        #expect(error([2, 2, 0, 64, 3, 16, 16]) == .badSlot(at: fields + 4))
        #expect(error([1, 64, 0, 64]) == .badIndex(at: fields + 1))
        // A memory's own address, and a length in some bits.
        #expect(error([1, 34, 8, 64]) == nil && error([1, 34, 8, 16]) == .badSlot(at: fields + 1))
        #expect(error([1, 35, 8, 32, 0, 12, 1, 0]) == nil)
        #expect(error([1, 35, 8, 32, 20, 12, 0, 0]) == nil)
        for bits: [UInt8] in [[0, 0, 0], [21, 12, 0], [0, 33, 0], [0, 12, 2], [64, 1, 0], [255, 255, 0]] {
            #expect(error([1, 35, 8, 32] + bits) == .badSlot(at: fields + 1))
        }
        let shorter = place(memory: 3) - 3
        for memory in [0, 2, 3] as [UInt8] { #expect(error([1, 2 * memory, 0, 64]) == .badSlot(at: shorter)) }
    }

    @Test func `The shipped card's registers and slots are what its description says`() throws {
        let image = try MetabinaryImage(try Rules.atlas())
        let device = try #require(image.devices.first)
        let registers = device.windows[0].registers
        func names(_ role: RegisterDescription.Role, _ memory: Int) -> [String] {
            registers.filter { $0.role == role && (role == .plain || $0.memories == [memory]) }
                .map { String(decoding: $0.name, as: UTF8.self) }
        }
        #expect(names(.addressLow, 0) == ["TDBAL"] && names(.addressLow, 1) == ["RDBAL"])
        #expect(names(.addressHigh, 0) == ["TDBAH"] && names(.addressHigh, 1) == ["RDBAH"])
        #expect(names(.byteCount, 0) == ["TDLEN"] && names(.byteCount, 1) == ["RDLEN"])
        #expect(names(.plain, 0).count == registers.count - 6)
        let (transmit, receive) = (device.memories[0], device.memories[1])
        #expect(transmit.fields.map(\.memory) == [2, 2] && receive.fields.map(\.memory) == [3])
        #expect(transmit.fields.map(\.offset) == [0, 8] && transmit.fields.map(\.isLength) == [false, true])
        #expect(device.memories.map(\.elementByteCount) == [16, 16, 2048, 2048, 0])
        #expect(
            device.cells.map { String(decoding: $0.name, as: UTF8.self) } == [
                "tx.claim", "tx.buffers", "rx.claim", "rx.reap", "rx.buffers",
            ])
    }
}
