// Sizes that facts decide: a ring's slots, a pool's buffers, a table's elements. Each number that the fact may be must do.

extension StaticStage {
    /// A number of the text with the fact in its place put in.
    func settled(_ number: Number, _ what: String, _ isLegal: (UInt64) -> Bool) -> Number {
        guard let name = number.fact else { return number }
        var settled = number
        settled.fact = nil
        guard let plan = fact(name) else {
            names.reportNothing(
                "fact", name, among: (names.device.facts.names + names.device.probes.names).map(\.text),
                "declare `fact \(name.text) = NUMBER`, or write a number")
            return settled
        }
        guard let value = plan.value else { return settled }
        guard let values = value.numbers.values else {
            report(.openQuantity, name.span, name, value.numbers.low, value.numbers.high)
            return settled
        }
        if let number = values.first(where: { $0 > settled.limit || !isLegal($0) }) {
            report(.illegalQuantity, name.span, name, number, what)
            return settled
        }
        settled.value = value.numbers.high
        if !value.isKnown { settled.fact = name }
        return settled
    }

    /// The device with its sizes put in.
    func settled(_ device: Device) -> Device {
        func isSize(_ number: UInt64) -> Bool { number >= 8 && number.nonzeroBitCount == 1 }
        var device = device
        for index in device.rings.indices {
            device.rings[index].count = device.rings[index].count.map {
                settled($0, "a ring has a power of two of slots, 8 at least", isSize)
            }
        }
        for index in device.pools.indices {
            device.pools[index].byteCount = settled(
                device.pools[index].byteCount, "a buffer has a power of two of bytes, 8 at least", isSize)
            device.pools[index].spare = device.pools[index].spare.map { settled($0, "that are too many") { _ in true } }
        }
        for index in device.freePools.indices {
            let isData = device.freePools[index].data != nil
            let what = isData ? "data has a power of two of buffers" : "a pool has a buffer"
            device.freePools[index].count = settled(device.freePools[index].count, what) {
                $0 > 0 && (!isData || $0.nonzeroBitCount == 1)
            }
        }
        for index in device.states.indices {
            let holdsBuffers = device.states[index].pool != nil
            let what =
                holdsBuffers ? "a table of buffers has a number of them" : "a table has a power of two of elements"
            device.states[index].count = device.states[index].count.map {
                settled($0, what) { !holdsBuffers && $0.nonzeroBitCount == 1 }
            }
        }
        return device
    }

    /// The static value of a number of the text.
    func value(of number: Number) -> TypedValue {
        guard let name = number.fact, var value = fact(name)?.value else {
            return TypedValue(number.value ?? 0, number.span)
        }
        value.expression.span = name.span
        return value
    }

    /// The least that a number of the text may be.
    func least(of number: Number) -> UInt64? {
        guard let name = number.fact else { return number.value }
        return fact(name)?.value?.numbers.low ?? number.value
    }
}
