// Checks expressions: each value with its stage, width and type. Reads of a device and of state are dynamic, numbers are
// static, and a shift count must be static. Names are resolved here; what comes of operations is `Typing`'s. A fact is
// checked by this alone, a function by the checker that builds on it.

import Metabinary

/// A name that was found; without a value where it is wrong.
struct FoundValue { var value: TypedValue? }

/// Checker of the expressions of one function, or of one fact.
class ExpressionChecker: Reporting {
    let stage: StaticStage
    let member: Syntax.Member
    /// Whether all is to be known while code is generated.
    let isOfFact: Bool
    /// What the probe may do that this is; `nil` in every other function.
    var probe: ProbeScope?
    var scope = Scope()
    /// What has to happen before the statement at hand, and how many of its accesses ask for something.
    var pending = PendingAccesses()
    /// Whether an alternative of a choice decides something.
    var usesChoice = false
    /// Definitions that were put in.
    private var expansionCount = 0

    init(_ stage: StaticStage, _ member: Syntax.Member, isOfFact: Bool = false, probe: ProbeScope? = nil) {
        (self.stage, self.member, self.isOfFact, self.probe) = (stage, member, isOfFact, probe)
    }

    var diagnostics: DiagnosticCollector { stage.diagnostics }
    var names: DeviceNames { stage.names }
    var registers: RegisterPlan { stage.registers }
    var plan: DevicePlan { stage.plan }
    var use: UsedNames { stage.use }
    var typing: Typing { stage.typing }

    /// Whether all is there that could use a name.
    var isWhole: Bool { plan.isWhole(for: names.device) }

    // MARK: Expressions

    /// The value of an expression, `nil` where a mistake in it is reported.
    func check(_ expression: Node) -> TypedValue? {
        let value = checkUncut(expression)
        guard let uncut = value?.uncut else { return value }
        return report(uncut == .mayBeNegative ? .uncutDifference : .uncutSum, expression.span)
    }

    /// The same, for what may add to it or cut it.
    func checkUncut(_ expression: Node) -> TypedValue? {
        switch expression {
        case .number(let number): return number.value.map { TypedValue($0, number.span) }
        case .name(let name): return number(name)
        case .field(let base, let field): return check(field, of: base)
        case .element(let name, let index, let field, _): return checkElement(name, index, field, expression.span)
        case .path(let name, let steps, _): return checkPath(name, steps, expression.span)
        case .inverse(let operand, _): return check(operand).flatMap { typing.inverse($0, expression.span) }
        case .binary(let left, let sign, let span, let right): return checkBinary(left, sign, span, right)
        case .call(let name, let arguments, _): return checkCall(name, arguments, expression.span)
        case .capability(let node, let span): return check(node, span)
        case .record(let name, _, _): return report(.wholeRecordIsNoNumber, name.span, name)
        case .method(let base, let method, _, _), .elementMethod(let base, _, let method, _, _):
            return report(.methodIsNoValue, base.span.joined(with: method.span), base, method)
        }
    }

    /// A name that must be a number.
    private func number(_ name: Name) -> TypedValue? {
        guard let value = check(name) else { return nil }
        if value.slot != nil { return report(.slotIsNoNumber, name.span, name) }
        guard value.buffer != nil else { return value }
        return report(.bufferIsNoNumber, name.span, name)
    }

    private func checkBinary(_ left: Node, _ sign: Syntax.Operator, _ span: SourceSpan, _ right: Node) -> TypedValue? {
        let isDifference = sign == .minus
        let adds = sign == .plus || isDifference
        let first = adds ? checkUncut(left) : check(left)
        // Beside a register, the names of its fields are their bits.
        let second = within(bits: first.flatMap { $0.bits.isEmpty ? nil : $0.bits } ?? scope.bits) {
            adds ? checkUncut(right) : check(right)
        }
        guard let first, let second else { return nil }
        switch sign {
        case .plus, .minus:
            var value = typing.sum(first, second, isDifference: isDifference, span)
            value?.kind = typing.kindOfSum(first, second, isDifference: isDifference, span)
            return value
        case .times: return typing.product(first, second, span)
        case .dividedBy, .remainder: return typing.quotient(first, second, isRest: sign == .remainder, span)
        case .and, .or: return typing.combine(first, second, isAnd: sign == .and, span)
        case .shiftLeft, .shiftRight:
            return typing.shift(first, by: second, isLeft: sign == .shiftLeft, span, count: right.span)
        default: break
        }
        guard !typing.reportAddress([first, second], span) else { return nil }
        typing.checkComparison(first, second, span)
        switch sign {
        case .equal: return typing.compare(first, second, .equal, span)
        case .notEqual: return typing.compare(first, second, .notEqual, span)
        case .below: return typing.compare(first, second, .unsignedLess, span)
        case .belowOrEqual: return typing.compare(first, second, .unsignedLessOrEqual, span)
        case .above: return typing.compare(second, first, .unsignedLess, span)
        default: return typing.compare(second, first, .unsignedLessOrEqual, span)
        }
    }

    /// Does something where the names of these fields are their bits.
    func within<Result>(bits: [Field], _ body: () -> Result) -> Result {
        let outer = scope.bits
        scope.bits = bits
        defer { scope.bits = outer }
        return body()
    }

    // MARK: Definitions

    /// Counts a definition that is put in; false where there are too many, which is reported. Definitions that name each other
    /// twice double with each: without a bound, thirty of them would take for ever.
    func mayPutIn(_ name: Name) -> Bool {
        use.insert(name.text)
        expansionCount += 1
        report(
            if: expansionCount == MetabinaryLimit.itemCount, .tooManyExpansions, name.span, MetabinaryLimit.itemCount)
        return expansionCount < MetabinaryLimit.itemCount
    }
}
