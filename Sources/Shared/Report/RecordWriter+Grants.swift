// The records of what the code of a driver may touch, a grant each. What its device may touch besides are the rings and
// pools of the `region` records.

import Pipeline
import Verification

extension RecordWriter {
    /// Writes what a driver may touch.
    public mutating func writeGrants(of driver: GeneratedDriver) {
        for grant in driver.grants {
            record(.grant) { text in
                text.add(driver, grant.name)
                text.option(grant.space == .ports)
                text.option(grant.space == .configuration)
                text.option(grant.space == .selected)
                text.add(grant.start, grant.byteCount, grant.rights.word, grant.elementByteCount)
                text.option(!grant.isWhole)
                text.option(grant.isPrivate)
                text.option(grant.isClosed)
                text.option(grant.voids)
                if text.option(grant.select != nil) { text.add(grant.select ?? 0) }
                text.open()
                for limit in grant.limits { text.put(limit) }
            }
        }
    }
}

extension Rights {
    /// The key that stands for the rights in a report.
    public var word: StaticString {
        switch self {
        case .read: "ro"
        case .write: "wo"
        default: "rw"
        }
    }
}

extension Limit {
    /// All bits that a limit is about.
    public var mask: UInt64 { .max >> UInt64(64 - min(max(bitCount, 1), 64)) }
}

extension RecordText {
    /// Puts a limit: ` FIRST+COUNT=` and its ranges, commas between them.
    @inline(never)
    mutating func put(_ limit: Limit) {
        put(UInt8(ascii: " "))
        put(decimal: UInt64(limit.firstBit))
        put(UInt8(ascii: "+"))
        put(decimal: UInt64(limit.bitCount))
        put(UInt8(ascii: "="))
        put(limit.range, of: limit)
        for other in limit.others {
            put(UInt8(ascii: ","))
            put(other, of: limit)
        }
        for sequel in limit.sequels {
            put(UInt8(ascii: ","))
            put(sequel.range, of: limit)
            for premise in sequel.premises {
                put(UInt8(ascii: "@"))
                put(address: premise.place)
                put(UInt8(ascii: ":"))
                put(premise.told, of: nil)
            }
        }
    }

    /// Puts a range: `VALUE`, `&BITS` for any number of these bits, or `LOW...HIGH`, then `&BITS` where not all bits may be
    /// set.
    ///
    /// - Parameter limit: `nil` for what all 64 bits may be.
    @inline(never)
    private mutating func put(_ range: ValueRange, of limit: Limit?) {
        let isAnyOfBits = range == ValueRange(bits: range.bits)
        if !isAnyOfBits || range.bits == 0 {
            put(address: range.low)
            if range == ValueRange(range.low) { return }
            put("...")
            put(address: range.high)
            if range.bits == limit?.mask ?? .max { return }
        }
        put(UInt8(ascii: "&"))
        put(address: range.bits)
    }
}
