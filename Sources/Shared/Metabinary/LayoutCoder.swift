// The layout of a metabinary's tables, said once: the files beside go through all fields in their order, and whoever is taken
// along reads each field (ImageParser), writes it (the rule compiler), or says what it is (a test, which compares that with
// FORMAT.md). What none of them has to know of the others is here: lists, conditions, and when an image is refused.

import Program

/// Whoever goes along the layout. Where it reads, a refusal does not end the way: every field after it is 0, and so is the
/// number of things in every list.
package protocol LayoutCoder: AnyObject {
    /// Whether descriptions are made, not given.
    static var makes: Bool { get }
    /// Classes, in the order of the image.
    var classes: [ClassDescription] { get set }

    // MARK: Refusals

    var isRefused: Bool { get }
    /// Offset of the next field.
    var place: Int { get }
    /// Refuses the image, unless it was refused before.
    func refuse(_ reason: MetabinaryError)

    // MARK: Fields

    func byte(_ value: inout UInt8, _ what: StaticString)
    /// Two bytes, the low one first.
    func word(_ value: inout UInt16, _ what: StaticString)
    /// A number of variable length.
    func number(_ value: inout UInt64, atMost limit: UInt64, _ what: StaticString)
    /// The index of one of so many things.
    func index(_ value: inout Int, below count: Int, _ what: StaticString)
    /// The index of a name.
    func name(_ value: inout [UInt8], _ what: StaticString)
    /// The index of a class.
    func itsClass(_ value: inout ClassDescription, _ what: StaticString)
    /// The type of a value, as its number of bits.
    func type(_ value: inout ValueType, _ what: StaticString)
    /// The code of a rule, after its number of bytes.
    func code(of rule: FunctionDescription, in device: DeviceDescription, returnsValue: Bool)
    /// The names of the image: a list of its own, as they come before what names them.
    func names(atMost limit: Int)
    /// All devices, each of which is handed to `code`.
    func devices(atMost limit: Int, _ code: (DeviceDescription) -> Void)

    // MARK: Structure

    /// How many things there are.
    ///
    /// - Parameter count: how many there are to be written.
    func count(_ count: Int, atMost limit: Int, _ what: StaticString) -> Int
    /// Goes into a record, and returns how often.
    func enter(_ record: StaticString, _ count: Int) -> Int
    func leave()
    /// Whether fields are there that are only where something is so.
    func isThere(_ condition: Bool, _ what: StaticString) -> Bool
}

extension LayoutCoder {
    /// Refuses the image unless something is so, which is not asked where it is refused already.
    @inline(__always)
    func require(_ condition: @autoclosure () -> Bool, _ reason: @autoclosure () -> MetabinaryError) {
        if Self.makes, !isRefused, !condition() { refuse(reason()) }
    }

    /// Fields that are only where something is so.
    @inline(__always)
    func when(_ condition: Bool, _ what: StaticString, _ code: () -> Void) {
        guard isThere(condition, what) else { return }
        code()
        leave()
    }

    /// A record that is one part of another.
    @inline(__always)
    func part(_ record: StaticString, _ code: () -> Void) {
        if enter(record, 1) > 0 { code() }
        leave()
    }

    /// A list, after the number of its elements.
    ///
    /// - Parameter code: what each is made of; it is told the elements before.
    @inline(__always)
    func list<Element>(
        _ elements: inout [Element], of record: StaticString, atMost limit: Int, _ new: @autoclosure () -> Element,
        _ code: (inout Element, [Element]) -> Void
    ) {
        let count = self.count(elements.count, atMost: limit, record)
        self.elements(&elements, count, of: record, new(), code)
    }

    /// So many elements.
    @inline(__always)
    func elements<Element>(
        _ elements: inout [Element], _ count: Int, of record: StaticString, _ new: @autoclosure () -> Element,
        _ code: (inout Element, [Element]) -> Void
    ) {
        for index in 0..<enter(record, count) where !isRefused {
            var element = Self.makes ? new() : elements[index]
            code(&element, elements)
            if Self.makes { elements.append(element) }
        }
        leave()
    }

    /// A byte that stands for a case.
    @inline(__always)
    func kind<Kind: RawRepresentable<UInt8>>(
        _ value: inout Kind, _ what: StaticString, else reason: @autoclosure () -> MetabinaryError
    ) {
        var number = value.rawValue
        byte(&number, what)
        require(Kind(rawValue: number) != nil, reason())
        value = Kind(rawValue: number) ?? value
    }

    /// Line of the rule's file, counted from 1.
    func line(_ line: inout UInt16) {
        var number = UInt64(line)
        self.number(&number, atMost: UInt64(UInt16.max), "line, 16 bits")
        line = UInt16(truncatingIfNeeded: number)
    }

    /// Something that may be missing: a number, 0 or 1 more than its index.
    func optionalIndex(_ value: inout Int?, below count: Int, _ what: StaticString) {
        var number = value.map { $0 + 1 } ?? 0
        index(&number, below: count + 1, what)
        value = number > 0 ? number - 1 : nil
    }
}
