// Why no driver was generated for a device, stage by stage. A refusal carries one; the report writes it as text.

import Encoding
import Hardware
import Metabinary
import Program

/// Reason why a device got no driver. Names are those of the rule, ASCII.
public indirect enum GenerationError: Error, Equatable, Sendable {
    /// The facts place code, windows or data at an address that is no multiple of the page size.
    case placementNotAligned
    /// A window cannot be had.
    case window(name: [UInt8], WindowError)
    /// A bridge on the way to the device passes no memory on.
    case closedBridge(FunctionAddress)
    /// A capability does not lead to a window.
    case capability(name: [UInt8], CapabilityError)
    /// A window of configuration space cannot be had, or would let the driver leave its own ground.
    case configuration(name: [UInt8], ConfigurationError)
    /// A register can be reached twice, or lies over the message table.
    case register(window: [UInt8], RegisterError)
    /// A ring, a pool or state cannot be had.
    case memory(name: [UInt8], MemoryError)
    /// The memory for generation itself is used up.
    case outOfMemory
    /// The rule waits, and the machine has no clock that could bound it.
    case noClock(function: [UInt8])
    /// The rule cannot be evaluated.
    case evaluation(function: [UInt8], MetabinaryError)
    /// Evaluation gave a program that is not well formed.
    case illFormed(function: [UInt8], ProgramError)
    /// The optimiser made a program that is not well formed.
    case illFormedByOptimiser(function: [UInt8], ProgramError)
    /// A call may take longer than any may.
    case runsTooLong(function: [UInt8], TimeExcess)
    /// The program cannot be encoded.
    case encoding(function: [UInt8], EncodingError)
    /// The code cannot reach a region.
    case placement(function: [UInt8], EncodingError)
    /// No room is left for the function where generated code is put.
    case noRoomForCode(function: [UInt8])
    /// The code of a function has more bytes than one may have, or those of all functions together have.
    case codeTooLong(function: [UInt8], line: UInt16, isSum: Bool)
    /// The verifier refuses the code.
    case verification(RefusedCode)
    /// A fact cannot be evaluated, or is none that the rules know what to do with.
    case fact(name: [UInt8], line: UInt16, MetabinaryError)
    /// A probe did not find out its fact.
    case probe(name: [UInt8], line: UInt16, ProbeFailure)

    /// Stage that refused.
    public var stage: GenerationStage {
        switch self {
        case .placementNotAligned, .outOfMemory, .noRoomForCode, .placement, .codeTooLong: .place
        case .probe: .probe
        case .closedBridge, .window, .capability, .configuration, .register, .memory, .noClock, .evaluation, .illFormed,
            .runsTooLong, .fact:
            .evaluate
        case .illFormedByOptimiser: .optimise
        case .encoding: .encode
        case .verification: .verify
        }
    }

    /// Writes the reason in a few ASCII words, as the record `refused` quotes it: `window regs: BAR 0 has no address`.
    public func writeReason<Sink: ByteSink>(into sink: inout Sink) {
        switch self {
        case .placementNotAligned:
            sink.write("placement is not page-aligned")
        case .outOfMemory:
            sink.write("heap: no memory is left to generate it")
        case .window(let name, let error):
            Self.write("window ", name, "BAR ", into: &sink)
            sink.write(decimal: UInt64(error.bar))
            sink.write(" ")
            sink.write(error.reason)
            if case .over(_, let obstacle, let address) = error {
                sink.write(" ")
                sink.write(obstacle.words)
                sink.write(" at ")
                sink.write(hexadecimal: address)
            }
            if case .tooShort(_, let byteCount, let minimum) = error {
                sink.write(" ")
                sink.write(hexadecimal: byteCount)
                sink.write(" of ")
                sink.write(hexadecimal: minimum)
                sink.write(" bytes")
            }
        case .closedBridge(let bridge):
            sink.write("bridge ")
            Self.write(bridge.bus, ":", into: &sink)
            Self.write(bridge.device, ".", into: &sink)
            sink.write(decimal: UInt64(bridge.function))
            sink.write(" passes no memory on")
        case .capability(let name, let error):
            Self.write("window ", name, "capability ", into: &sink)
            sink.write(hexadecimal: UInt64(error.place))
            sink.write(" ")
            sink.write(error.reason)
            if let number = error.number {
                sink.write(" ")
                sink.write(decimal: UInt64(number))
            }
        case .configuration(let name, let error):
            Self.write("window ", name, "", into: &sink)
            if !error.register.isEmpty {
                sink.write("register ")
                sink.write(error.register)
                sink.write(" ")
            }
            sink.write(error.reason.words)
            if let capability = error.capability {
                sink.write(" ")
                sink.write(hexadecimal: UInt64(capability))
            }
        case .register(let name, let error):
            Self.write("window ", name, "register ", into: &sink)
            sink.write(error.register)
            sink.write(" ")
            sink.write(error.reason.words)
            if !error.other.isEmpty {
                sink.write(" ")
                sink.write(error.other)
            }
        case .memory(let name, let error):
            sink.write("memory ")
            sink.write(name)
            sink.write(" ")
            sink.write(error.reason)
        case .noClock(let name): Self.write("", name, "waits, but there is no clock", into: &sink)
        case .evaluation(let name, let error): Self.write("", name, error.message, line: error.line, into: &sink)
        case .fact(let name, let line, let error): Self.write("fact ", name, error.message, line: line, into: &sink)
        case .probe(let name, let line, let failure):
            Self.write("probe ", name, failure.words, line: line, into: &sink)
        case .codeTooLong(let name, let line, let isSum):
            let words: StaticString =
                isSum ? "more than 65536 bytes of code in all" : "more than 16384 bytes of code"
            Self.write("", name, words, line: line, into: &sink)
        case .runsTooLong(let name, let excess):
            let words: StaticString =
                excess.isWaiting ? "may wait for more than 60 s" : "may work for more than 1 s"
            Self.write("", name, words, line: excess.line, into: &sink)
        case .illFormed(let name, let error), .illFormedByOptimiser(let name, let error):
            Self.write("", name, error.reason, item: error.item, into: &sink)
        case .encoding(let name, let error), .placement(let name, let error):
            Self.write("", name, error.reason, item: error.item, into: &sink)
        case .noRoomForCode(let name): Self.write("", name, "no room for code", into: &sink)
        case .verification(let refused): refused.write(into: &sink)
        }
    }

    /// Writes a part of a function's address in two digits, and the sign after it.
    @inline(never)
    private static func write<Sink: ByteSink>(_ number: UInt8, _ sign: StaticString, into sink: inout Sink) {
        sink.write(UInt64(number >> 4), radix: 16)
        sink.write(UInt64(number & 15), radix: 16)
        sink.write(sign)
    }

    /// Writes what is wrong with what has that name, and the item of a program or the line of a rule that it is about.
    @inline(never)
    private static func write<Sink: ByteSink>(
        _ kind: StaticString, _ name: [UInt8], _ words: StaticString, item: Int? = nil, line: UInt16? = nil,
        into sink: inout Sink
    ) {
        sink.write(kind)
        sink.write(name)
        sink.write(": ")
        sink.write(words)
        if let item {
            sink.write(" at item ")
            sink.write(decimal: UInt64(item))
        }
        if let line {
            sink.write(", line ")
            sink.write(decimal: UInt64(line))
        }
    }
}
