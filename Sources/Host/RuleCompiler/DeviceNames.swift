// The names of a device, once it has what it inherits: what each stands for, and what is reported of one that stands for
// nothing. Nobody else searches the declarations of a device for a name.

/// What a name stands for.
enum Symbol {
    case window
    case indirectWindow
    case mailbox
    case register(Syntax.Register)
    case layout
    case ring(Syntax.Ring)
    case pool
    case memory(Syntax.Memory)
    case freePool(Syntax.FreePool)
    case state(Syntax.State)
    case definition
    case routine
    case fact(Syntax.Fact)
    case table(Syntax.Table)
    case probe(Syntax.Probe)

    /// Whether something has to use it: nothing is generated for it by itself.
    var wantsUse: Bool {
        switch self {
        case .window, .indirectWindow, .register, .layout, .pool: false
        default: true
        }
    }
}

/// The symbol table of a device.
struct DeviceNames: Reporting {
    let device: Syntax.Device
    let diagnostics: DiagnosticCollector
    private let symbols: [String: Symbol]

    init(of device: Syntax.Device, _ diagnostics: DiagnosticCollector) {
        self.device = device
        self.diagnostics = diagnostics
        symbols = Dictionary(
            Self.declarations(of: device).map { ($0.name.text, $0.symbol) }, uniquingKeysWith: { first, _ in first })
    }

    /// Everything that functions of a device may name.
    static func declarations(of device: Syntax.Device) -> [(name: Syntax.Name, symbol: Symbol)] {
        func all<Node: Named>(_ nodes: [Node], _ symbol: (Node) -> Symbol) -> [(name: Syntax.Name, symbol: Symbol)] {
            nodes.map { ($0.name, symbol($0)) }
        }
        return all(device.windows) { _ in .window } + all(device.indirectWindows) { _ in .indirectWindow }
            + all(device.mailboxes) { _ in .mailbox } + all(device.registers, Symbol.register)
            + all(device.layouts) { _ in .layout } + all(device.rings, Symbol.ring) + all(device.pools) { _ in .pool }
            + all(device.memories, Symbol.memory) + all(device.freePools, Symbol.freePool)
            + all(device.states, Symbol.state) + all(device.definitions) { _ in .definition }
            + all(device.routines) { _ in .routine } + all(device.facts, Symbol.fact) + all(device.tables, Symbol.table)
            + all(device.probes, Symbol.probe)
    }

    static func all(of device: Syntax.Device) -> [Syntax.Name] { declarations(of: device).map(\.name) }

    var all: [Syntax.Name] { Self.all(of: device) }

    subscript(name: Syntax.Name) -> Symbol? { symbols[name.text] }

    /// Reports a name that stands for nothing; of a device that could not be read whole, nobody knows.
    func reportNothing(_ what: String, _ name: Syntax.Name, among candidates: [String], _ mend: String) {
        if !device.isBroken { reportUnknown(what, name, among: candidates, mend) }
    }

    func reportNothing<Value>(_ what: String, _ name: Syntax.Name, among candidates: [String], _ mend: String) -> Value?
    { device.isBroken ? nil : reportUnknown(what, name, among: candidates, mend) }

    /// A declaration by its name, which is reported where there is none.
    func find<Node: Named>(_ name: Syntax.Name, _ nodes: KeyPath<Syntax.Device, [Node]>, _ what: String, _ mend: String)
        -> Node?
    {
        let nodes = device[keyPath: nodes]
        return nodes.named(name) ?? reportNothing(what, name, among: nodes.names.map(\.text), mend)
    }

    func register(_ name: Syntax.Name, _ mend: String = "declare a register of that name") -> Syntax.Register? {
        find(name, \.registers, "register", mend)
    }

    func layout(_ name: Syntax.Name, byteCount: Int) -> Syntax.Layout? {
        find(name, \.layouts, "layout", "declare `layout \(name.text) \(byteCount) bytes { … }`")
    }
}
