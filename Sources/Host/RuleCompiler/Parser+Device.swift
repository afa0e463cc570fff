// Classes and devices: the tables of what is in them, and matches. What cannot be read marks the class or device as
// broken, so that the checker does not complain of names that only the parser has lost.

import Metabinary

extension Parser {
    /// What is in a class.
    static let classRules: [Rule<Declared<Syntax.Class>>] = [
        Rule("require", "write `NAME() -> RESULT: TYPE`", Parser.require),
        Rule("state", stateForm, \.states, Parser.state), Rule("cursor", cursorForm, \.states, Parser.cursor),
        Rule("fact", factForm, \.facts, Parser.fact), Rule("table", tableForm, \.tables, Parser.table),
        Rule("generate", functionForm, Parser.classFunction),
    ]

    /// What is in a device; all but the first may be overridden.
    static let deviceRules: [Rule<Declared<Device>>] = [
        Rule("match", "write `match pci vendor NUMBER device NUMBER, NUMBER`", Parser.match),
        Rule(
            "window", "write `window NAME = bar NUMBER memory` (or `ports`), or `window NAME = configuration`",
            Parser.window),
        Rule(
            "register", "write `register WINDOW.NAME at OFFSET ro` (or `rw`, `wo`, `w1c`), then fields in braces",
            \.registers, Parser.register),
        Rule("layout", "write `layout NAME NUMBER bytes { … }`", \.layouts, Parser.layout),
        Rule("ring", "write `ring NAME of LAYOUT sends { … }` (or `receives`)", \.rings, Parser.ring),
        Rule(
            "pool", "write `pool NAME of RING { bytes NUMBER }`, or `pool NAME { count NUMBER, bytes NUMBER }`",
            Parser.pool),
        Rule(
            "memory", "write `memory NAME of LAYOUT { count NUMBER, align NUMBER, base REGISTER, pool POOL }`",
            \.memories, Parser.memory),
        Rule(
            "mailbox", "write `mailbox NAME { request REGISTER, done REGISTER.BIT, answer REGISTER.FIELD }`",
            \.mailboxes, Parser.mailbox), Rule("state", stateForm, \.states, Parser.state),
        Rule("cursor", cursorForm, \.states, Parser.cursor),
        Rule(
            "define", "write `define NAME(PARAMETER, PARAMETER) = VALUE`, or `define NAME(PARAMETER) { … }`",
            Parser.define),
        Rule("fact", factForm, \.facts, Parser.fact), Rule("table", tableForm, \.tables, Parser.table),
        Rule(
            "probe", "write `probe NAME: TYPE reads { … }` (or `restores REGISTER, REGISTER`, or `resets`)", \.probes,
            Parser.probe), Rule("generate", functionForm, \.functions, Parser.function),
    ]

    private static let stateForm = "write `state NAME: TYPE in LOW…HIGH = FIRST`"
    private static let cursorForm = "write `cursor NAME over ARRAY`, or `over MEMORY.FIELD` for an array in a layout"
    private static let factForm =
        "write `fact NAME = VALUE`, `fact NAME in LOW…HIGH = VALUE` or `fact NAME = choose VALUE, VALUE`"
    private static let tableForm = "write `table NAME = NUMBER, NUMBER`"
    private static let functionForm = "write `generate NAME() -> RESULT: TYPE { … }`"

    // MARK: Classes

    func `class`() throws(Failure) -> Syntax.Class {
        var node = try Syntax.Class(
            name: name("the name of the class"),
            version: number("the version of a contract", atMost: UInt64(UInt8.max)),
            parent: takes("is") ? name("the name of a class", fixIt: "write `class NAME VERSION is CLASS { … }`") : nil)
        try lines(openedBy: Self.classRules.map(\.word), try classMember(&node))
        node.isBroken = isBroken
        return node
    }

    private func classMember(_ node: inout Syntax.Class) throws(Failure) {
        guard let declared = try read(Self.classRules) else {
            throw failure(
                expected: Self.listed(Self.classRules.map(\.word) + ["}"], "or"),
                fixIt: "in a class are members: `require NAME() -> RESULT: TYPE`")
        }
        declared.put(&node)
    }

    private func require() throws(Failure) -> Declared<Syntax.Class> {
        guard opens("fact") else { return Declared(try member(), \.members) }
        take()
        return Declared(unnamed: try name("the name of the fact", fixIt: "write `require fact NAME`"), \.requiredFacts)
    }

    /// A function that a class generates for every device is a member of it as well.
    private func classFunction() throws(Failure) -> Declared<Syntax.Class> {
        let function = try function()
        var declared = Declared(function, \Syntax.Class.functions)
        declared.put = {
            $0.members.append(function.member)
            $0.functions.append(function)
        }
        return declared
    }

    // MARK: Devices

    func device() throws(Failure) -> Device {
        var node = try Device(name: name("the name of the device"), parent: name("the name of a class", after: "is"))
        try lines(openedBy: Self.deviceRules.map(\.word) + ["override"], try declaration(&node))
        node.isBroken = isBroken
        return node
    }

    private func declaration(_ node: inout Device) throws(Failure) {
        let isOverride = takes("override")
        guard let declared = try read(Self.deviceRules.dropFirst(isOverride ? 1 : 0)) else {
            throw failure(
                expected: isOverride ? "a declaration" : "a declaration or `}`",
                fixIt:
                    "in a device are \(Self.listed(Self.deviceRules.map(\.word), "and")), each on a line of its own, "
                    + "all but `match` with `override` before it if need be")
        }
        declared.put(&node)
        if isOverride, let name = declared.name { node.overrides.append(name) }
    }

    func match() throws(Failure) -> Declared<Device> {
        let start = previousSpan
        try expect("pci")
        var node = Syntax.Match(span: start, vendor: Number(value: nil, span: start), devices: [])
        if takes("class") {
            form = "write `match pci class NUMBER NUMBER NUMBER`: base class, subclass and interface"
            for _ in 0..<3 { node.classCode.append(try number("a class", atMost: UInt64(UInt8.max))) }
        } else {
            node.vendor = try number("a vendor ID", atMost: UInt64(UInt16.max), after: "vendor")
            try expect("device")
            // None at all is for the checker to report, as is a device without any match.
            if current.isNumber { node.devices = try list(number("a device ID", atMost: UInt64(UInt16.max))) }
            if takes("without") {
                node.without = try number("a capability ID", atMost: UInt64(UInt8.max), after: "capability")
            }
        }
        let end = node.devices.isEmpty && node.classCode.isEmpty ? node.vendor.span : previousSpan
        node.span = start.joined(with: end)
        return Declared(unnamed: node, \.matches)
    }
}
