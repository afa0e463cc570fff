// The simulated processor itself: what it lets generated code touch, and what it says when code touches more. The bytes
// are written by hand, with their instructions beside them.

import Devices
import Hardware
import Metabinary
import Pipeline
import Program
import Testing

@Suite struct ProcessorTests {
    private static let code: UInt64 = 0x4000_0000
    private static let ring: UInt64 = 0x6000_0000
    /// Starts a page of its own; its last page is not full.
    private static let state: UInt64 = 0x6000_1000
    private static let stateByteCount: UInt64 = 24

    private func driver(_ bytes: [UInt8]) -> GeneratedDriver {
        let memory = { (name: String, kind: Region.Kind, virtual: UInt64, byteCount: UInt64) in
            PlacedMemory(
                name: Array(name.utf8), kind: kind, physical: PhysicalAddress(rawValue: virtual - 0x5FC0_0000),
                virtual: VirtualAddress(rawValue: virtual), byteCount: byteCount)
        }
        return GeneratedDriver(
            function: FunctionAddress(bus: 0, device: 1, function: 0), name: [], className: [],
            windows: [
                PlacedWindow(
                    name: [], bar: 0, physical: PhysicalAddress(rawValue: 0xFEB8_0000),
                    virtual: VirtualAddress(rawValue: 0x5000_0000), byteCount: 0x100)
            ],
            memories: [
                memory("ring", .ring, Self.ring, 128), memory("state", .state, Self.state, Self.stateByteCount),
            ],
            functions: [
                GeneratedFunction(
                    FunctionSignature(
                        name: Array("f".utf8), resultName: [], resultBitCount: 64, ruleFile: []),
                    entry: VirtualAddress(rawValue: Self.code), bytes: bytes, marks: [], branchCount: 0)
            ])
    }

    private func run(_ bytes: [UInt8], _ arguments: [UInt64] = []) throws -> Result<CallResult, SimulationError> {
        let driver = driver(bytes)
        let memory = DirectMemory(driver.memories)
        let processor = try SimulatedProcessor(driver, memory: memory, seed: seed)
        processor.instructionLimit = 10_000
        do throws(SimulationError) {
            return .success(try processor.call(driver.functions[0], arguments))
        } catch {
            return .failure(error)
        }
    }

    private func address(_ value: UInt64) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

    /// mov eax, [value]; ret
    private func load(_ value: UInt64) -> [UInt8] { [0x8B, 0x04, 0x25] + address(value) + [0xC3] }

    /// mov [value], eax; ret
    private func store(_ value: UInt64) -> [UInt8] { [0x89, 0x04, 0x25] + address(value) + [0xC3] }

    @Test func `arguments arrive and the result comes back`() throws {
        // lea rax, [rdi+rsi]; add rax, rdx; add rax, rcx; add rax, r8; add rax, r9; ret
        let bytes: [UInt8] = [
            0x48, 0x8D, 0x04, 0x37, 0x48, 0x01, 0xD0, 0x48, 0x01, 0xC8, 0x4C, 0x01, 0xC0, 0x4C, 0x01, 0xC8, 0xC3,
        ]
        let result = try run(bytes, [1, 20, 300, 4000, 50000, 1 << 40]).get()
        #expect(result.value == 54321 + 1 << 40)
        #expect(result.instructionCount == 6)
    }

    @Test func `memory is granted to its last byte and no further`() throws {
        let end = Self.state + Self.stateByteCount
        for place in [Self.state, end - 4, Self.ring, Self.ring + 124] {
            #expect(throws: Never.self) { try run(load(place)).get() }
            #expect(throws: Never.self) { try run(store(place)).get() }
        }
        for place in [
            end - 3, end, Self.ring + 125, Self.ring + 4092, Self.ring - 1, Self.state + 4096, 0, 0x5000_00FD,
        ] {
            let at = CodePlace(function: "f", offset: 0)
            #expect(throws: SimulationError.strayAccess(.read, address: place, byteCount: 4, at: at)) {
                try run(load(place)).get()
            }
            #expect(throws: SimulationError.strayAccess(.write, address: place, byteCount: 4, at: at)) {
                try run(store(place)).get()
            }
        }
    }

    @Test func `code can be read and run, not written`() throws {
        #expect(throws: Never.self) { try run(load(Self.code)).get() }
        #expect(
            throws: SimulationError.strayAccess(
                .write, address: Self.code, byteCount: 4, at: CodePlace(function: "f", offset: 0))
        ) { try run(store(Self.code)).get() }
    }

    @Test func `data cannot be run, and what lies between functions stops`() throws {
        // mov eax, ring; jmp rax
        let jump = try run([0xB8] + address(Self.ring) + [0xFF, 0xE0])
        #expect(throws: SimulationError.self) { try jump.get() }
        // nop, then no ret
        let fall = try run([0x90])
        guard case .failure(.exception(_, let place)) = fall else {
            Issue.record("\(fall)")
            return
        }
        #expect(place.offset == 1)
    }

    @Test func `a loop without end is ended`() throws {
        #expect(throws: SimulationError.endless(at: CodePlace(function: "f", offset: 0))) {
            try run([0xEB, 0xFE]).get()  // jmp $
        }
    }

    @Test func `registers and stack of the caller are its own`() throws {
        let clobbers: [(String, [UInt8])] = [
            ("rbx", [0xFF, 0xC3]), ("rbp", [0xFF, 0xC5]), ("r12", [0x49, 0xFF, 0xC4]), ("r13", [0x49, 0xFF, 0xC5]),
            ("r14", [0x49, 0xFF, 0xC6]), ("r15", [0x49, 0xFF, 0xC7]),
        ]
        for (name, bytes) in clobbers {
            #expect(throws: SimulationError.registerNotPreserved(name, function: "f")) { try run(bytes + [0xC3]).get() }
        }
        // mov [rsp+8], al; ret
        #expect(throws: SimulationError.stackNotRestored(function: "f")) {
            try run([0x88, 0x44, 0x24, 0x08, 0xC3]).get()
        }
        // ret 8
        #expect(throws: SimulationError.stackNotRestored(function: "f")) { try run([0xC2, 0x08, 0x00]).get() }
    }

    @Test func `the clock is the simulation's own, and the same in every run`() throws {
        // rdtsc; shl rdx, 32; or rax, rdx; mov rcx, rax; rdtsc; shl rdx, 32; or rax, rdx; sub rax, rcx; ret
        let read: [UInt8] = [0x0F, 0x31, 0x48, 0xC1, 0xE2, 0x20, 0x48, 0x09, 0xD0]
        let bytes = read + [0x48, 0x89, 0xC1] + read + [0x48, 0x29, 0xC8, 0xC3]
        for _ in 0..<3 {
            // One count an instruction: four from one RDTSC to the next.
            #expect(try run(bytes).get().value == 4)
        }
    }
}
