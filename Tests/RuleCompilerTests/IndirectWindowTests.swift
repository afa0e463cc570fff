// Windows behind two registers: which registers may have which part, and that what may not is said where it is written.

import RuleCompiler
import Testing

@Suite struct `Windows behind two registers` {
    private static func mistakes(_ windows: String) -> [String] {
        let text = """
            class lamp 1 { require start() -> none }
            device blinker is lamp {
                match pci vendor 0x1234 device 0x0001
                window regs = bar 0 memory
                register regs.INDEX  at 0x00 rw
                register regs.DATA   at 0x04 rw
                register regs.OTHER  at 0x08 rw
                register one.MODE    at 1 rw = 0, 1
                register two.LEVEL   at 1 rw any
                \(windows)
                generate start() -> none { MODE = 1 LEVEL = 9 }
            }
            """
        return RuleCompiler.compile([RuleSource(name: "blinker.meta", text: text)]).diagnostics.map {
            $0.identifier.text
        }
    }

    @Test func `several may go by one number`() {
        #expect(Self.mistakes("window one = indirect INDEX, DATA window two = indirect INDEX, OTHER") == [])
    }

    /// Else one register could be written as another one, of which something else is said.
    @Test(
        arguments: [
            "window one = indirect INDEX, DATA window two = indirect INDEX, DATA",
            "window one = indirect INDEX, DATA window two = indirect OTHER, DATA",
            "window one = indirect INDEX, DATA window two = indirect DATA, INDEX",
            "window one = indirect INDEX, DATA window two = indirect DATA, OTHER",
            "window one = indirect INDEX, INDEX window two = indirect OTHER, DATA",
        ])
    func `what holds a value holds it for one window, and takes no number`(windows: String) {
        let found = Self.mistakes(windows)
        #expect(!found.isEmpty && found.allSatisfy { $0 == "M065" }, "\(found)")
    }
}
