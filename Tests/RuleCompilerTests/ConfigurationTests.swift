// What the compiler says of windows of configuration space besides the two diagnostics that are theirs: where they begin, that
// they are alone, and whether some function could have all of them.

import RuleCompiler
import Testing

@Suite struct ConfigurationTests {
    private func found(_ windows: String, _ names: [String]) -> [String] {
        let text = """
            class lamp 1 { require lit() -> on: bool }
            device blinker is lamp {
                match pci vendor 0x1234 device 0x0001
                \(windows)
                generate lit() -> on: bool {
                    \(names.map { "if \($0) == 0 { return 0 }" }.joined(separator: "\n"))
                    return 1
                }
            }
            """
        return RuleCompiler.compileAndTry([RuleSource(name: "blinker.meta", text: text)]).diagnostics
            .map(\.identifier.text)
    }

    @Test func `a capability is told from others of its ID by a byte of its own`() {
        let window = { (byte: Int) in
            "window own = configuration capability 0x09 where byte \(byte) == 5\nregister own.DATA at 0x10 ro"
        }
        #expect(found(window(2), ["DATA"]) == [])
        #expect(found(window(1), ["DATA"]) == ["M060"])
        #expect(found(window(64), ["DATA"]) == ["M004"])
    }

    @Test func `configuration space is no other place of a window, and has none`() {
        let register = "\nregister config.DATA at 0x40 ro"
        #expect(found("window config = configuration" + register, ["DATA"]) == [])
        #expect(found("window config = configuration else bar 0 memory" + register, ["DATA"]).first == "M002")
        #expect(found("window config = bar 0 memory else configuration" + register, ["DATA"]).first == "M002")
    }

    @Test func `what matches bridges writes nothing there`() {
        let window = { (kind: String, access: String) in
            "match pci class \(kind) 0x00 0x00\nwindow config = configuration\nregister config.DATA at 0x40 \(access)"
        }
        #expect(found(window("0x06", "rw"), ["DATA"]) == ["M072"])
        #expect(found(window("0x06", "ro"), ["DATA"]) == [])
        #expect(found(window("0x02", "rw"), ["DATA"]) == [])
    }

    @Test func `two windows that begin at one place are one`() {
        for place in ["", " capability 0x09", " capability 0x09 where byte 3 == 5"] {
            let twice = """
                window first = configuration\(place)
                window second = configuration\(place)
                register first.DATA at 0x10 ro
                register second.MORE at 0x14 ro
                """
            #expect(found(twice, ["DATA", "MORE"]) == ["M133"])
        }
        let apart = """
            window first = configuration capability 0x09 where byte 3 == 4
            window second = configuration capability 0x09 where byte 3 == 5
            register first.DATA at 0x10 ro
            register second.MORE at 0x14 ro
            """
        #expect(found(apart, ["DATA", "MORE"]) == [])
    }

    @Test func `a text that some function could have is taken, and one that none could is not`() {
        // The capability finds a place after a register that may be written, and ends before the next one.
        let beside = """
            window config = configuration
            window messages = configuration capability 0x05
            window links = configuration capability 0x08
            register config.EXTRA at 0x40 rw
            register config.LAST at 0x50 rw
            register messages.CONTROL at 0x02 u16 ro
            register links.COMMAND at 0x02 u16 ro
            """
        #expect(found(beside, ["EXTRA", "LAST", "CONTROL", "COMMAND"]) == [])
        let long = """
            window power = configuration capability 0x01
            window own = configuration capability 0x09
            register power.DATA at 0xBC ro
            register own.MORE at 0xBC ro
            """
        #expect(found(long, ["DATA", "MORE"]) == ["M132"])
        #expect(found(long.replacing("0xBC", with: "0x5C"), ["DATA", "MORE"]) == [])
    }
}
