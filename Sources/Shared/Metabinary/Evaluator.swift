// Evaluates the code of one function into a program: the generating extension at work. Static values live on the
// stack alone; what depends on a device becomes items. It does not optimise, and it does not know what the values
// mean.

import Hardware
import Program

/// The stack machine, for one function and one device of the machine.
struct Evaluator {
    private var reader: ImageReader
    private let function: FunctionDescription
    private let windows: [WindowDescription]
    private var program: Program
    private var stack: [StackEntry] = []
    private var line: UInt16
    /// Offset of the operation at work.
    private var place: Int

    init(reader: ImageReader, function: FunctionDescription, windows: [WindowDescription], regions: [Region]) {
        self.reader = reader
        self.function = function
        self.windows = windows
        program = Program(result: function.resultType)
        program.regions = regions
        line = function.line
        place = reader.offset
    }

    /// Carries out the code to its end.
    mutating func evaluate() throws(MetabinaryError) -> Program {
        var hasReturned = false
        while !reader.isAtEnd {
            place = reader.offset
            guard !hasReturned else { throw .codeAfterReturn(at: place) }
            hasReturned = try step()
        }
        guard hasReturned else { throw .missingReturn(at: reader.offset) }
        return program
    }

    /// Carries out one operation; true after the return.
    private mutating func step() throws(MetabinaryError) -> Bool {
        let opcode = try reader.opcode()
        switch opcode {
        case .line: line = UInt16(try reader.number(atMost: UInt64(UInt16.max)))
        case .push: try push(StackEntry(value: try reader.number(atMost: .max)))
        case .local:
            let index = try reader.index(below: MetabinaryLimit.stackDepth)
            guard index < stack.count else { throw .stackTooShallow(at: place) }
            try push(stack[index])
        case .load: try load(try RegisterOperand(&reader))
        case .and, .or: try combine(isAnd: opcode == .and)
        case .shiftLeft, .shiftRight: try shift(isLeft: opcode == .shiftLeft)
        case .extend, .truncate: try convert(to: try reader.type(), isWider: opcode == .extend)
        case .returnValue:
            try returnValue()
            return true
        }
        return false
    }

    private mutating func push(_ entry: StackEntry) throws(MetabinaryError) {
        guard stack.count < MetabinaryLimit.stackDepth else { throw .stackTooDeep(at: place) }
        stack.append(entry)
    }

    private mutating func pop() throws(MetabinaryError) -> StackEntry {
        guard let entry = stack.popLast() else { throw .stackTooShallow(at: place) }
        return entry
    }

    private mutating func load(_ register: RegisterOperand) throws(MetabinaryError) {
        let window = Int(register.window)
        guard window < program.regions.count, window < windows.count,
            register.end <= program.regions[window].byteCount
        else { throw .loadPastRegion(at: place) }
        let item = try emit(
            .load, register.type, immediate: register.offset, region: register.window,
            facts: [.identity, .baseAddressRegister(windows[window].bar)])
        try push(StackEntry(item: item, type: register.type, bitCount: register.type.bitCount))
    }

    /// `and` and `or`: both operate on two values of one type, a static one taking the type of the other.
    private mutating func combine(isAnd: Bool) throws(MetabinaryError) {
        let right = try pop()
        let left = try pop()
        if left.isStatic && right.isStatic {
            return try push(StackEntry(value: isAnd ? left.value & right.value : left.value | right.value))
        }
        let type = left.isStatic ? right.type : left.type
        let bitCount = isAnd ? min(left.bitCount, right.bitCount) : max(left.bitCount, right.bitCount)
        // Constants go to the right, where processors have room for them.
        let first = try item(of: left.isStatic ? right : left, type)
        let second = try item(of: left.isStatic ? left : right, type)
        let item = try emit(isAnd ? .and : .or, type, left: first, right: second)
        try push(StackEntry(item: item, type: type, bitCount: bitCount))
    }

    private mutating func shift(isLeft: Bool) throws(MetabinaryError) {
        let count = try pop()
        guard count.isStatic else { throw .dynamicCount(at: place) }
        let operand = try pop()
        let typeBitCount = UInt64(operand.type.bitCount)
        guard count.value < typeBitCount, !isLeft || count.value + UInt64(operand.bitCount) <= typeBitCount else {
            throw .shiftTooFar(at: place)
        }
        if operand.isStatic {
            return try push(
                StackEntry(value: isLeft ? operand.value << count.value : operand.value >> count.value))
        }
        let item = try emit(
            isLeft ? .shiftLeft : .shiftRight, operand.type, left: operand.item, immediate: count.value)
        let places = UInt8(count.value)
        let bitCount = isLeft ? operand.bitCount + places : operand.bitCount - min(operand.bitCount, places)
        try push(StackEntry(item: item, type: operand.type, bitCount: bitCount))
    }

    private mutating func convert(to type: ValueType, isWider: Bool) throws(MetabinaryError) {
        let operand = try pop()
        if operand.isStatic {
            let mask = UInt64.max >> UInt64(64 - type.bitCount)
            return try push(StackEntry(value: isWider ? operand.value : operand.value & mask))
        }
        guard isWider ? type.bitCount > operand.type.bitCount : type.bitCount < operand.type.bitCount else {
            throw .typesDiffer(at: place)
        }
        let item = try emit(isWider ? .extend : .truncate, type, left: operand.item)
        try push(StackEntry(item: item, type: type, bitCount: min(operand.bitCount, type.bitCount)))
    }

    private mutating func returnValue() throws(MetabinaryError) {
        let result = try pop()
        guard result.bitCount <= function.resultBitCount else { throw .valueTooWide(at: place) }
        _ = try emit(.returnValue, program.result, left: try item(of: result, program.result))
    }

    /// The item behind an entry; a static entry becomes a constant of that type.
    private mutating func item(of entry: StackEntry, _ type: ValueType) throws(MetabinaryError) -> ItemReference {
        guard entry.isStatic else {
            guard entry.type == type else { throw .typesDiffer(at: place) }
            return entry.item
        }
        guard entry.bitCount <= type.bitCount else { throw .valueTooWide(at: place) }
        return try emit(.constant, type, immediate: entry.value)
    }

    private mutating func emit(
        _ operation: Operation, _ type: ValueType, left: ItemReference = .none, right: ItemReference = .none,
        immediate: UInt64 = 0, region: UInt8 = 0, facts: FactSet = .identity
    ) throws(MetabinaryError) -> ItemReference {
        guard program.items.count < MetabinaryLimit.itemCount else { throw .tooManyItems(at: place) }
        program.items.append(
            Item(
                operation, type, left: left, right: right, immediate: immediate, region: region,
                origin: originIndex(Origin(line: line, facts: facts))))
        return ItemReference(rawValue: UInt32(program.items.count - 1))
    }

    /// Index of an origin, added where the program does not have it yet.
    private mutating func originIndex(_ origin: Origin) -> UInt16 {
        if let index = program.origins.lastIndex(of: origin) { return UInt16(index) }
        program.origins.append(origin)
        return UInt16(program.origins.count - 1)
    }
}
