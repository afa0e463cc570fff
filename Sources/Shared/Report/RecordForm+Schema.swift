// The schema of reports: a row a form. RecordText writes by these rows and nothing else, so no record can lack a field or have
// one more; the host's reader takes records apart by them, and a test holds RECORDS.md against them.

extension RecordForm {
    /// What a record of this form looks like. Layout: text stands for itself, `[...]` may be absent, and a field is
    ///
    ///     %d   a decimal number                   %w   a word; empty only behind its key
    ///     %x   0x and hexadecimal digits          %q   text in double quotes
    ///     %h   hexadecimal digits alone           %f   a PCI function, bus:device.function
    ///     %1 to %8   so many of these, %n sixteen %b   bytes, two hexadecimal digits each
    ///     %s   how a fact was learned             %t   text up to the end
    ///     %r   more words up to the end, or none, as RECORDS.md says of the form
    public var row: StaticString {
        switch self {
        // The boot
        case .start: "metaos 2 entry=%w nonce=%n by=%w options=%q"
        case .step: "step %q"
        case .oddity: "oddity %x %q"
        case .heap: "heap %x +%x tables=%d by=%s"
        case .privateRegion: "private %x +%x physical=%x guard=%x"
        case .watchdog: "watchdog seconds=%d hertz=%d"
        case .noWatchdog: "watchdog none %q"
        case .rules: "rules +%x crc=%8"
        case .woken: "woken %f from=D%d now=D%d by=%s"
        // Facts
        case .cpuid: "cpuid %8.%h %8 %8 %8 %8"
        case .memory: "memory %x +%x %w by=%s"
        case .acpi: "acpi %w %x +%x by=%s"
        case .core: "core apic=%d by=%s"
        case .system: "system %w %x +%x by=%s"
        case .clock: "clock tsc hertz=%d by=%s"
        case .configuration: "configuration %w by=%s"
        case .pci: "pci %f %4:%4 class=%2.%2.%2 revision=%2 header=%d by=%s"
        case .subsystem: "subsystem %f %4:%4 by=%s"
        case .interrupt: "interrupt %f line=%d pin=%w by=%s"
        case .bridge: "bridge %f secondary=%d subordinate=%d[ closed] by=%s"
        case .bar: "bar %f %d %w[ prefetchable] %x +%x by=%s"
        case .capability: "capability %f %x id=0x%2[ %b] by=%s"
        case .extended: "extended %f %x id=0x%4 version=%d by=%s"
        case .place: "place code=%x windows=%x by=%s"
        case .data: "data %x +%x physical=%x by=%s"
        case .probe: "probe %f %w.%w value=%x by=%s"
        // Facts in words
        case .cpu: "cpu vendor=%w family=%d model=%d stepping=%d by=%s"
        case .brand: "brand %q by=%s"
        case .cache: "cache level=%d kind=%w bytes=%d line=%d ways=%d by=%s"
        case .power: "power %f D%d by=%s"
        case .msi: "msi %f vectors=%d by=%s"
        case .msix: "msi-x %f vectors=%d table=bar%d+%x pba=bar%d+%x by=%s"
        case .express: "express %f %w payload=%d of=%d by=%s"
        // Generation
        case .driver: "driver %f %w is=%w functions=%d bytes=%d ticks=%d"
        case .fact: "fact %f %w.%w value=%d"
        case .choice: "choice %f %w.%w line=%d kept=%d%r"
        case .window: "window %f %w.%w bar=%d[+%x][ ports] %x +%x"
        case .configurationWindow: "window %f %w.%w configuration %x +%x"
        case .region: "region %f %w.%w %w %x +%x physical=%x[ stride=%d][ headroom=%d]"
        case .guardSpace: "guard %f %w.%w %x +%x"
        case .grant:
            "grant %f %w.%w[ ports][ configuration][ selected] %x +%x %w=%d[ parts][ private][ closed][ voids][ select=%x]%r"
        case .verified: "verified %f %w grants=%d ticks=%d"
        case .function: "function %f %w.%w %x bytes=%d instructions=%d branches=%d rule=%w[ parameters=%d]"
        case .code: "code %f %w.%w +%x%r"
        case .refused: "refused %f %w stage=%w %q"
        case .undescribed: "undescribed %f %4:%4 %q"
        case .drivers: "drivers %d functions=%d"
        case .result: "result %f %w.%w %w=%w"
        // Exchange
        case .bringup: "exchange %f %w bringup=%w us=%d"
        case .link: "exchange %f %w link=%w us=%d"
        case .resolution: "exchange %f %w arp=%w[ is=%w][ silent] tries=%d us=%d"
        case .echo: "exchange %f %w echo=%w bytes=%d[ silent] tries=%d us=%d"
        case .volume: "exchange %f %w returned=%d of=%d busy=%d us=%d"
        case .counts:
            "exchange %f %w sent=%d received=%d stray=%d malformed=%d bad=%d lost=%d overruns=%d bringups=%d"
        // Overruns and quarantine
        case .overrun: "overrun %f %w %x +%x changed=%d behind=%w[ of %f]"
        case .quarantineBringup: "quarantine %f %w bringup=%w during %q"
        case .quarantineFault:
            "quarantine %f %w fault=%w vector=%d error=%x rip=%x[ at=%w+%x line=%d][ address=%x] during %q"
        case .quarantineEndless: "quarantine %f %w endless=%w rip=%x[ at=%w+%x line=%d] during %q"
        case .quarantineBreach: "quarantine %f %w breach=%w value=%x during %q"
        case .quarantineArgument: "quarantine %f %w argument=%w value=%x during %q"
        case .quarantineOverrun: "quarantine %f %w overrun=%w during %q"
        case .quarantineMissing: "quarantine %f %w missing=%w during %q"
        case .quarantineInstallation: "quarantine %f %w installation=%q during %q"
        case .quarantineCalled: "quarantine %f %w called=again during %q"
        // Verdict
        case .tests: "KTAP version 1"
        case .plan: "1..%d"
        case .passed: "ok %d %t"
        case .failed: "not ok %d %t"
        case .exception: "fault %w vector=%d error=%x rip=%x[ address=%x] during %q"
        case .fault: "fault %w[ %q][ bound=%dus] during %q"
        case .verdict: "verdict %w nonce=%n[ tests=%d failed=%d][ ms=%d][ reason=%q]"
        }
    }
}
