// The names of a device, once it has what it inherits: what each stands for, and what is reported of one that stands for
// nothing. Nobody else searches the declarations of a device for a name.

/// What a name stands for.
enum Symbol {
    case window
    case indirectWindow
    case mailbox
    case register(Register)
    case layout
    case ring(Syntax.Ring)
    case pool
    case memory(Syntax.Memory)
    case freePool(Syntax.FreePool)
    case state(State)
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
    let device: Device
    let diagnostics: DiagnosticCollector
    private let symbols: [String: Symbol]

    init(of device: Device, _ diagnostics: DiagnosticCollector) {
        self.device = device
        self.diagnostics = diagnostics
        symbols = Dictionary(
            Self.declarations(of: device).map { ($0.name.text, $0.symbol) }, uniquingKeysWith: { first, _ in first })
    }

    /// Everything that functions of a device may name.
    static func declarations(of device: Device) -> [(name: Name, symbol: Symbol)] {
        DeclarationKind.all.flatMap { $0.declarations(device) }
    }

    static func all(of device: Device) -> [Name] { declarations(of: device).map(\.name) }

    var all: [Name] { Self.all(of: device) }

    subscript(name: Name) -> Symbol? { symbols[name.text] }

    /// Reports a name that stands for nothing; of a device that could not be read whole, nobody knows.
    func reportNothing(_ what: String, _ name: Name, among candidates: [String], _ fixIt: String) {
        if !device.isBroken { reportUnknown(what, name, among: candidates, fixIt) }
    }

    func reportNothing<Value>(_ what: String, _ name: Name, among candidates: [String], _ fixIt: String) -> Value? {
        device.isBroken ? nil : reportUnknown(what, name, among: candidates, fixIt)
    }

    /// A declaration by its name, which is reported where there is none.
    func find<Node: Named>(_ name: Name, _ nodes: KeyPath<Device, [Node]>, _ what: String, _ fixIt: String) -> Node? {
        let nodes = device[keyPath: nodes]
        return nodes.named(name) ?? reportNothing(what, name, among: nodes.names.map(\.text), fixIt)
    }

    func register(_ name: Name, _ fixIt: String = "declare a register of that name") -> Register? {
        find(name, \.registers, "register", fixIt)
    }

    /// Line of a declaration in the device's file; what it inherits from another one is asked for by the device itself.
    func line(of name: Name) -> UInt16 {
        diagnostics.shortLine(of: name.span.source == device.name.span.source ? name.span : device.name.span)
    }

    /// The declaration of a name of the metabinary; for what the compiler adds, the device.
    func declared(_ name: [UInt8]) -> Name { all.first { $0.text == name.text } ?? device.name }

    func layout(_ name: Name, byteCount: Int) -> Layout? {
        find(name, \.layouts, "layout", "declare `layout \(name.text) \(byteCount) bytes { … }`")
    }
}

/// A kind of declarations of a device.
struct DeclarationKind {
    /// All declarations of a device that are of this kind.
    let declarations: (Device) -> [(name: Name, symbol: Symbol)]
    /// Puts what a device inherits of this kind before what it declares itself. What overrides takes the place of what it
    /// overrides, so that the order of a device's parts does not change. Returns the names that took a place.
    let inherit: (_ base: Device, _ device: inout Device) -> [Name]

    init<Node: Named>(_ list: WritableKeyPath<Device, [Node]>, _ symbol: @escaping (Node) -> Symbol) {
        declarations = { device in device[keyPath: list].map { ($0.name, symbol($0)) } }
        inherit = { base, device in
            let own = device[keyPath: list]
            let inherited = base[keyPath: list]
            device[keyPath: list] = inherited.map { own.named($0.name) ?? $0 } + own.filter { !inherited.has($0.name) }
            return own.names.filter { inherited.has($0) }
        }
    }

    /// All but the functions, whose names are apart.
    static var all: [DeclarationKind] {
        [
            .init(\.windows) { _ in .window }, .init(\.indirectWindows) { _ in .indirectWindow },
            .init(\.mailboxes) { _ in .mailbox }, .init(\.registers, Symbol.register),
            .init(\.layouts) { _ in .layout }, .init(\.rings, Symbol.ring), .init(\.pools) { _ in .pool },
            .init(\.memories, Symbol.memory), .init(\.freePools, Symbol.freePool), .init(\.states, Symbol.state),
            .init(\.definitions) { _ in .definition }, .init(\.routines) { _ in .routine }, .init(\.facts, Symbol.fact),
            .init(\.tables, Symbol.table), .init(\.probes, Symbol.probe),
        ]
    }
}
