// A description with its facts put in: sizes that are facts, and the places of windows that were found. What comes out is a
// description like any other.

import Program

extension DeviceDescription {
    /// The description with the sizes that these facts give.
    ///
    /// - Precondition: there are as many facts as the description has.
    ///
    /// Throws: `badQuantity` for a size that is none, or larger than the description states; `at` is the index of the fact.
    public func resolved(_ facts: [UInt64]) throws(MetabinaryError) -> DeviceDescription {
        guard !quantities.isEmpty else { return self }
        var memories = memories
        var cells = cells
        for quantity in quantities {
            let value = facts[quantity.fact]
            let index = quantity.index
            switch quantity.kind {
            case .memory: memories[index] = try memories[index].resized(value, nil, quantity.fact)
            case .element: memories[index] = try memories[index].resized(nil, value, quantity.fact)
            case .count: cells[index] = try cells[index].resized(value, nil, quantity.fact)
            case .mask: cells[index] = try cells[index].resized(nil, value, quantity.fact)
            }
        }
        for memory in memories where memory.kind != .state {
            guard memory.byteCount % memory.elementByteCount == 0 else { throw .badQuantity(at: 0) }
        }
        return with(windows: windows, memories: memories, cells: cells)
    }

    /// The description with each window at the place that was taken for it.
    ///
    /// - Parameter places: index of the place of each window.
    public func placing(_ places: [Int]) -> DeviceDescription {
        var windows = windows
        for index in windows.indices where places[index] > 0 {
            windows[index] = windows[index].alternatives[places[index] - 1]
        }
        return with(windows: windows, memories: memories, cells: cells)
    }

    /// The description with a window that has that many bytes at the place that was taken for it.
    @inline(never)
    public func ending(_ window: Int, at byteCount: UInt64) -> DeviceDescription {
        guard byteCount < windows[window].minimumByteCount else { return self }
        var windows = windows
        windows[window] = windows[window].ending(at: byteCount)
        return with(windows: windows, memories: memories, cells: cells)
    }

    private func with(
        windows: [WindowDescription], memories: [MemoryDescription], cells: [CellDescription]
    ) -> DeviceDescription {
        let device = DeviceDescription()
        (device.index, device.name, device.itsClass, device.ruleFile) = (index, name, itsClass, ruleFile)
        (device.matches, device.windows, device.memories, device.cells) = (matches, windows, memories, cells)
        (device.tables, device.facts, device.choices) = (tables, facts, choices)
        (device.quantities, device.probes, device.functions) = (quantities, probes, functions)
        return device
    }
}

extension MemoryDescription {
    /// The memory with another size, or other elements: no larger ones.
    fileprivate func resized(
        _ size: UInt64?, _ element: UInt64?, _ fact: Int
    ) throws(MetabinaryError) -> MemoryDescription {
        let byteCount = size ?? self.byteCount
        let elementByteCount = element ?? self.elementByteCount
        guard byteCount > 0, byteCount <= self.byteCount, elementByteCount > headroom,
            elementByteCount <= self.elementByteCount, parts.isEmpty
        else { throw .badQuantity(at: fact) }
        return MemoryDescription(
            name: name, kind: kind, byteCount: byteCount, alignment: alignment, line: line,
            elementByteCount: elementByteCount, headroom: headroom, fields: fields,
            allowed: allowed, parts: parts)
    }
}

extension CellDescription {
    /// The cell with fewer elements, or with fewer bits in each.
    fileprivate func resized(_ count: UInt64?, _ mask: UInt64?, _ fact: Int) throws(MetabinaryError) -> CellDescription
    {
        let count = count ?? self.count
        let mask = mask ?? self.mask
        guard count > 0, count <= self.count, mask & ~self.mask == 0 else { throw .badQuantity(at: fact) }
        return CellDescription(name: name, type: type, count: count, mask: mask, offset: offset)
    }
}
