// Where windows go, and every reason why one cannot be had.

import Hardware
import Testing

@testable import Metabinary
@testable import Pipeline

@Suite struct WindowPlannerTests {
    private func planner(
        from start: UInt64 = 0x5000_0000, beside other: UInt64 = 0x4000_0000,
        _ change: (inout MachineFacts) -> Void = { _ in }
    ) -> WindowPlanner {
        var facts = MachineFacts()
        change(&facts)
        return WindowPlanner(
            area: AddressArea(from: VirtualAddress(rawValue: start), beside: VirtualAddress(rawValue: other)),
            obstacles: ObstacleMap(facts))
    }

    private func window(_ bar: UInt8 = 0, isMemory: Bool = true, minimum: UInt64 = 0x40) -> WindowDescription {
        let window = WindowDescription()
        (window.name, window.line) = (Array("regs".utf8), 3)
        (window.bar, window.isMemory, window.minimumByteCount) = (bar, isMemory, minimum)
        return window
    }

    private func function(
        _ kind: BaseAddressRegister.Kind = .memory32, base: UInt64, byteCount: UInt64
    ) -> PCIFunction {
        var function = PCIFunction(
            address: FunctionAddress(bus: 0, device: 3, function: 0), vendor: 0x1234, device: 0x5678)
        function.baseAddressRegisters = [
            BaseAddressRegister(index: 0, kind: kind, isPrefetchable: false, base: base, byteCount: byteCount)
        ]
        return function
    }

    private func error(
        _ window: WindowDescription, _ function: PCIFunction, _ planner: WindowPlanner? = nil
    ) -> WindowError? {
        var planner = planner ?? self.planner()
        do throws(WindowError) {
            _ = try planner.plan(window, of: function)
            return nil
        } catch {
            return error
        }
    }

    @Test func `windows follow each other by the pages that hold their registers`() throws {
        var planner = planner()
        let sizes: [(minimum: UInt64, decoded: UInt64)] = [
            (0x10, 0x1000), (0x1001, 0x2_0000), (0x1000, 0x1000), (0x10, 0x10), (0x10, 0x1000_0000), (0x4000, 0x4000),
        ]
        let windows = try sizes.map { minimum, decoded in
            try planner.plan(window(minimum: minimum), of: function(base: 0xE000_0000, byteCount: decoded))
        }
        #expect(
            windows.map(\.virtual.rawValue) == [
                0x5000_0000, 0x5000_1000, 0x5000_3000, 0x5000_4000, 0x5000_5000, 0x5000_6000,
            ])
        #expect(windows.map(\.byteCount) == [0x1000, 0x2000, 0x1000, 0x10, 0x1000, 0x4000])
    }

    @Test func `a window carries what the machine says of its register`() throws {
        var planner = planner()
        let planned = try planner.plan(window(), of: function(.memory64, base: 0x8_0000_0000, byteCount: 0x2_0000))
        #expect(
            planned
                == PlacedWindow(
                    name: Array("regs".utf8), bar: 0, physical: PhysicalAddress(rawValue: 0x8_0000_0000),
                    virtual: VirtualAddress(rawValue: 0x5000_0000), byteCount: 0x1000))
    }

    @Test func `a range shorter than a page keeps its place in the page`() throws {
        var planner = planner()
        let planned = try planner.plan(window(), of: function(base: 0xFEBF_1180, byteCount: 0x80))
        #expect(planned.virtual.rawValue == 0x5000_0180)
        #expect(planned.byteCount == 0x80)
        let next = try planner.plan(window(), of: function(base: 0xFEBF_1200, byteCount: 0x80))
        #expect(next.virtual.rawValue == 0x5000_1200)
    }

    @Test func `a register that is not there is refused`() {
        #expect(error(window(1), function(base: 0xFE00_0000, byteCount: 0x1000)) == .absent(bar: 1))
        let bare = PCIFunction(address: FunctionAddress(rawValue: 0), vendor: 1, device: 2)
        #expect(error(window(), bare) == .absent(bar: 0))
    }

    @Test func `a register without an address is refused`() {
        #expect(error(window(), function(base: 0, byteCount: 0x1000)) == .unassigned(bar: 0))
    }

    @Test func `a register of the wrong kind is refused`() {
        #expect(error(window(), function(.io, base: 0xC000, byteCount: 0x40)) == .wrongKind(bar: 0, isMemory: false))
        #expect(
            error(window(isMemory: false), function(base: 0xFE00_0000, byteCount: 0x1000))
                == .wrongKind(bar: 0, isMemory: true))
    }

    @Test func `a window of ports is the registers where they are, and takes no addresses`() throws {
        var planner = planner()
        let planned = try planner.plan(
            window(isMemory: false, minimum: 0x21), of: function(.io, base: 0xC040, byteCount: 0x40))
        #expect(
            planned
                == PlacedWindow(
                    name: Array("regs".utf8), bar: 0, space: .ports, physical: PhysicalAddress(rawValue: 0xC040),
                    virtual: VirtualAddress(rawValue: 0xC040), byteCount: 0x21))
        let next = try planner.plan(window(), of: function(base: 0xFE00_0000, byteCount: 0x1000))
        #expect(next.virtual.rawValue == 0x5000_0000)
    }

    @Test func `ports that are too few, have no address, or cannot be are refused`() {
        let ports = window(isMemory: false)
        let short = function(.io, base: 0xC000, byteCount: 0x20)
        #expect(error(ports, short) == .tooShort(bar: 0, byteCount: 0x20, minimumByteCount: 0x40))
        #expect(error(ports, function(.io, base: 0, byteCount: 0x40)) == .unassigned(bar: 0))
        #expect(error(ports, function(.io, base: 0xC020, byteCount: 0x40)) == .malformed(bar: 0))
    }

    @Test func `ports past the last one are refused`() {
        let ports = window(isMemory: false)
        #expect(error(ports, function(.io, base: 0xFFC0, byteCount: 0x40)) == nil)
        #expect(error(ports, function(.io, base: 0x1_0000, byteCount: 0x40)) == .pastPorts(bar: 0))
        #expect(error(ports, function(.io, base: 0x2_0000, byteCount: 0x2_0000)) == .pastPorts(bar: 0))
        #expect(error(ports, function(.io, base: 0xFFFF_FFC0, byteCount: 0x40)) == .pastPorts(bar: 0))
        #expect(error(ports, function(.io, base: 1 << 63, byteCount: 1 << 63)) == .pastPorts(bar: 0))
    }

    @Test func `ports over those of the machine itself are refused`() {
        let ports = window(isMemory: false, minimum: 4)
        let isOver = { (port: UInt64) in WindowError.over(bar: 0, .boardPorts, at: port) }
        for (base, byteCount, expected) in [
            (0x20, 0x10, isOver(0)), (0xF4, 4, isOver(0)), (0x100, 4, isOver(0)), (0x3F8, 8, isOver(0)),
            (0x400, 4, nil), (0x4D0, 4, isOver(0x4D0)), (0x4D4, 4, nil), (0xCF4, 4, nil), (0xCF8, 4, isOver(0xCF8)),
            (0xCFC, 4, isOver(0xCF8)), (0xC00, 0x100, isOver(0xCF8)), (0xD00, 0x100, nil),
        ] as [(UInt64, UInt64, WindowError?)] {
            #expect(error(ports, function(.io, base: base, byteCount: byteCount)) == expected)
        }
        let planner = planner {
            $0.system = [SystemRange(kind: .ports, base: 0x608, byteCount: 4)]
        }
        for (base, expected) in [
            (0x600, .over(bar: 0, .powerPorts, at: 0x608)), (0x608, .over(bar: 0, .powerPorts, at: 0x608)),
            (0x610, nil),
        ] as [(UInt64, WindowError?)] {
            let byteCount: UInt64 = base == 0x600 ? 0x10 : 8
            #expect(error(ports, function(.io, base: base, byteCount: byteCount), planner) == expected)
        }
    }

    @Test func `a range shorter than the registers need is refused`() {
        let short = function(base: 0xFE00_0000, byteCount: 0x1000)
        #expect(error(window(minimum: 0x1000), short) == nil)
        #expect(
            error(window(minimum: 0x1001), short) == .tooShort(bar: 0, byteCount: 0x1000, minimumByteCount: 0x1001))
        #expect(
            error(window(minimum: 0), function(base: 0xFE00_0000, byteCount: 0))
                == .tooShort(bar: 0, byteCount: 0, minimumByteCount: 0))
    }

    @Test func `sizes and bases that no register can have are refused`() {
        #expect(error(window(), function(base: 0xFE00_0000, byteCount: 0x1800)) == .malformed(bar: 0))
        #expect(error(window(), function(base: 0xFE00_0800, byteCount: 0x1000)) == .malformed(bar: 0))
        #expect(error(window(), function(base: 0xFE00_0000, byteCount: .max)) == .malformed(bar: 0))
    }

    @Test(arguments: MemoryRange.Kind.allCases)
    func `a range over memory of any kind is refused, up to the pages that it shares`(kind: MemoryRange.Kind) {
        let range = MemoryRange(base: PhysicalAddress(rawValue: 0x10_0000), byteCount: 0x3EE_0800, kind: kind)
        let planner = planner { $0.memory = [range] }
        let over = WindowError.over(bar: 0, Obstacle(kind), at: 0x10_0000)
        for (base, byteCount, isOver) in [
            (0x10_0000, 0x1000, true), (0x3FE_0000, 0x1000, true), (0x3FE_0C00, 0x400, true),
            (0x3FE_1000, 0x1000, false), (0x400_0000, 0x2_0000, false),
        ] as [(UInt64, UInt64, Bool)] {
            #expect(error(window(), function(base: base, byteCount: byteCount), planner) == (isOver ? over : nil))
        }
        // It decodes more than is mapped.
        let wide = function(.memory64, base: 0x800_0000, byteCount: 0x800_0000)
        let high = MemoryRange(base: PhysicalAddress(rawValue: 0xFFF_F000), byteCount: .max, kind: kind)
        let found = error(window(), wide, self.planner { $0.memory = [high] })
        #expect(found == .over(bar: 0, Obstacle(kind), at: 0xFFF_F000))
        let empty = MemoryRange(base: range.base, byteCount: 0, kind: kind)
        let free = function(base: 0x10_0000, byteCount: 0x1000)
        #expect(error(window(), free, self.planner { $0.memory = [empty] }) == nil)
    }

    @Test func `a range over what a PC has at fixed places is refused`() {
        for (base, byteCount, obstacle, address) in [
            (0xFEE0_0000, 0x1000, .interruptController, 0xFEE0_0000),
            (0xFEE0_0C00, 0x400, .interruptController, 0xFEE0_0000),
            (0xFEEF_F000, 0x1000, .interruptController, 0xFEE0_0000),
            (0xFEC0_0000, 0x10, .interruptController, 0xFEC0_0000),
            (0xFED0_0000, 0x400, .eventTimers, 0xFED0_0000), (0xFED4_4000, 0x1000, .securityModule, 0xFED4_0000),
            (0xFEF0_0000, 0x1000, .board, 0xFEC0_0000), (0xFFFC_0000, 0x4_0000, .board, 0xFEC0_0000),
            (0xA_0000, 0x2_0000, .firstMebibyte, 0), (0xF_F000, 0x1000, .firstMebibyte, 0),
            (0x8000_0000, 0x8000_0000, .interruptController, 0xFEE0_0000),
        ] as [(UInt64, UInt64, Obstacle, UInt64)] {
            let found = error(window(minimum: 0x10), function(base: base, byteCount: byteCount))
            #expect(found == .over(bar: 0, obstacle, at: address))
        }
        #expect(error(window(), function(base: 0xFEBF_F000, byteCount: 0x1000)) == nil)
        #expect(error(window(), function(base: 0x10_0000, byteCount: 0x1000)) == nil)
    }

    @Test func `a range over what ACPI names is refused wherever that is`() {
        for (kind, obstacle) in [
            (.localController, .interruptController), (.inputController, .interruptController),
            (.eventTimers, .eventTimers), (.configuration, .configurationSpace), (.securityModule, .securityModule),
        ] as [(SystemRange.Kind, Obstacle)] {
            let planner = planner { $0.system = [SystemRange(kind: kind, base: 0xE000_0400, byteCount: 0x400)] }
            let over = WindowError.over(bar: 0, obstacle, at: 0xE000_0400)
            for (base, expected) in [
                (0xDFFF_F000, nil), (0xE000_0000, over), (0xE000_1000, nil),
            ] as [(UInt64, WindowError?)] {
                #expect(error(window(), function(base: base, byteCount: 0x1000), planner) == expected)
            }
            #expect(error(window(minimum: 4), function(base: 0xE000_0800, byteCount: 0x10), planner) == over)
        }
    }

    @Test func `a range over that of another register is refused, of ports and of memory`() {
        var other = function(base: 0xE000_0000, byteCount: 0x2000)
        other.address = FunctionAddress(bus: 0, device: 4, function: 0)
        other.baseAddressRegisters.append(
            BaseAddressRegister(index: 1, kind: .io, isPrefetchable: false, base: 0xC000, byteCount: 0x40))
        other.baseAddressRegisters.append(
            BaseAddressRegister(index: 2, kind: .memory32, isPrefetchable: false, base: 0, byteCount: 0x2000))
        let planner = planner { $0.functions = [other] }
        let over = WindowError.over(bar: 0, .anotherRegister, at: 0xE000_0000)
        #expect(error(window(), function(base: 0xE000_1000, byteCount: 0x1000), planner) == over)
        // What shares no more than a page is granted by registers, not by pages.
        #expect(error(window(), function(base: 0xE000_2000, byteCount: 0x40), planner) == nil)
        #expect(
            error(window(isMemory: false, minimum: 4), function(.io, base: 0xC020, byteCount: 0x20), planner)
                == .over(bar: 0, .anotherRegister, at: 0xC000))
        #expect(
            error(window(isMemory: false, minimum: 4), function(.io, base: 0xC040, byteCount: 0x40), planner) == nil)
        // Of the same function too; the register itself is none.
        var own = function(base: 0xE800_0000, byteCount: 0x2000)
        #expect(error(window(), own, self.planner { $0.functions = [own] }) == nil)
        own.baseAddressRegisters.append(
            BaseAddressRegister(index: 3, kind: .memory32, isPrefetchable: false, base: 0xE800_1000, byteCount: 0x1000))
        #expect(
            error(window(), own, self.planner { $0.functions = [own] })
                == .over(bar: 0, .anotherRegister, at: 0xE800_1000))
    }

    @Test func `the other ranges of a function, which begin to decode with the window's, must be free as well`() {
        var function = function(base: 0xE000_0000, byteCount: 0x1000)
        for (kind, base, expected) in [
            (.memory64, 0xFED0_0000, .over(bar: 2, .eventTimers, at: 0xFED0_0000)), (.memory64, 0, nil),
            (.memory64, 0xE100_0000, nil), (.io, 0x3F8, nil),
        ] as [(BaseAddressRegister.Kind, UInt64, WindowError?)] {
            function.baseAddressRegisters = [
                function.baseAddressRegisters[0],
                BaseAddressRegister(index: 2, kind: kind, isPrefetchable: false, base: base, byteCount: 0x1000),
            ]
            #expect(error(window(), function) == expected)
        }
        // What is no range at all decodes nothing.
        for byteCount: UInt64 in [0, .max] {
            function.baseAddressRegisters[1].kind = .memory32
            function.baseAddressRegisters[1].base = 0xFFFF_FFFF_FFFF_F000
            function.baseAddressRegisters[1].byteCount = byteCount
            #expect(error(window(), function) == nil)
        }
    }

    @Test func `what a bridge decodes is refused`() {
        var bridge = function(base: 0xE000_0000, byteCount: 0x1000)
        bridge.headerType = 1
        #expect(error(window(), bridge) == .ofBridge(bar: 0))
        bridge.headerType = 0
        bridge.classCode = 0x06_0100
        #expect(error(window(), bridge) == .ofBridge(bar: 0))
    }

    @Test func `a range past what the processor addresses is refused`() {
        let high = function(.memory64, base: 1 << 40, byteCount: 1 << 12)
        #expect(error(window(), high) == nil)
        let planner = planner {
            $0.processor.leaves = [
                ProcessorLeaf(leaf: 0x8000_0008, subleaf: 0, eax: 0x3028, ebx: 0, ecx: 0, edx: 0)
            ]
        }
        #expect(error(window(), high, planner) == .beyondProcessor(bar: 0))
        #expect(error(window(), function(.memory64, base: (1 << 40) - 0x1000, byteCount: 0x1000), planner) == nil)
        let silent = self.planner {
            $0.processor.leaves = [ProcessorLeaf(leaf: 0, subleaf: 0, eax: 1, ebx: 0, ecx: 0, edx: 0)]
        }
        #expect(
            error(window(), function(.memory64, base: 1 << 36, byteCount: 0x1000), silent) == .beyondProcessor(bar: 0))
        // The most of the architecture, and no wrap at the end.
        for base: UInt64 in [1 << 52, 1 << 62, 1 << 63] {
            #expect(error(window(), function(.memory64, base: base, byteCount: base)) == .beyondProcessor(bar: 0))
        }
        #expect(error(window(), function(.memory32, base: 1 << 32, byteCount: 0x1000)) == .malformed(bar: 0))
    }

    @Test func `windows end at the reach of the code`() throws {
        var planner = planner(from: 0x7FFF_E000)
        let small = function(base: 0xFE00_0000, byteCount: 0x1000)
        #expect(try planner.plan(window(), of: small).virtual.rawValue == 0x7FFF_E000)
        #expect(try planner.plan(window(), of: small).virtual.rawValue == 0x7FFF_F000)
        #expect(throws: WindowError.noRoom(bar: 0)) { try planner.plan(window(), of: small) }
        for size: UInt64 in [1 << 31, 1 << 32, 1 << 40] {
            let large = function(.memory64, base: max(size, 1 << 32), byteCount: size)
            #expect(error(window(minimum: size), large) == .noRoom(bar: 0))
        }
    }

    @Test func `windows end where the code begins, if it lies above`() throws {
        var planner = planner(from: 0x3FFF_F000, beside: 0x4000_0000)
        let small = function(base: 0xFE00_0000, byteCount: 0x1000)
        #expect(try planner.plan(window(), of: small).virtual.rawValue == 0x3FFF_F000)
        #expect(throws: WindowError.noRoom(bar: 0)) { try planner.plan(window(), of: small) }
    }

    @Test func `a placement past all reach leaves no room and does not trap`() {
        for start: UInt64 in [0x8000_0000, 1 << 63, .max - 0xFFF] {
            let planner = planner(from: start)
            let small = function(base: 0xFE00_0000, byteCount: 0x1000)
            #expect(error(window(), small, planner) == .noRoom(bar: 0))
        }
    }
}
