// Rooms of the stages between evaluation and bytes: taken once, filled anew for each program, never grown. What does not
// fit is noticed and not written; the stage that filled the room says so, by the item at which it was full.

/// A run of plain elements in a room of fixed capacity.
///
/// Complexity: O(1) unless it says otherwise; none but `init` and `copied` takes memory.
public struct FixedArray<Element: BitwiseCopyable>: ~Copyable {
    private let elements: UnsafeMutablePointer<Element>
    public let capacity: Int
    public private(set) var count = 0
    /// Whether an element was appended for which there was no room, since the room was last emptied.
    public private(set) var hasOverflown = false

    public init(capacity: Int) {
        elements = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    /// Leaves nothing of what was in the room.
    deinit {
        UnsafeMutableRawPointer(elements).initializeMemory(
            as: UInt8.self, repeating: 0, count: capacity * MemoryLayout<Element>.stride)
        elements.deallocate()
    }

    /// Appends an element, where there is room for it.
    @inline(__always)
    public mutating func append(_ element: Element) {
        guard count < capacity else {
            hasOverflown = true
            return
        }
        elements[count] = element
        count += 1
    }

    /// Appends so many elements of another room, from an index on, where there is room for all.
    ///
    /// - Precondition: the other room has them.
    ///
    /// Complexity: O(count).
    @inline(__always)
    public mutating func append(_ other: borrowing FixedArray, from index: Int, count more: Int) {
        precondition(index >= 0 && more >= 0 && more <= other.count - index, "elements past the other room's")
        guard more <= capacity - count else {
            hasOverflown = true
            return
        }
        (elements + count).update(from: other.elements + index, count: more)
        count += more
    }

    /// - Precondition: the index is less than `count`.
    public subscript(index: Int) -> Element {
        @inline(__always) _read {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index past the elements")
            yield elements[index]
        }
        @inline(__always) nonmutating _modify {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index past the elements")
            yield &elements[index]
        }
    }

    /// Takes the last element out, where there is one.
    @inline(__always)
    public mutating func popLast() -> Element? {
        guard count > 0 else { return nil }
        count -= 1
        return elements[count]
    }

    /// Empties the room.
    @inline(__always)
    public mutating func removeAll() {
        count = 0
        hasOverflown = false
    }

    /// A copy of the elements in memory of their own.
    ///
    /// Complexity: O(count).
    @inline(__always)
    public borrowing func copied() -> [Element] {
        [Element](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            buffer.baseAddress?.update(from: elements, count: count)
            initializedCount = count
        }
    }
}
