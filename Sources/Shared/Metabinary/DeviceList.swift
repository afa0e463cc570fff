// The descriptions of an image, each read from the bytes when it is asked for: what an image of hundreds of devices takes of a
// kernel's heap is a place for each. All was checked when the image was opened, so that reading cannot fail.

import Hardware

/// What is kept of an image beside its bytes.
struct ImageTables: Sendable {
    var names: [[UInt8]] = []
    var classes: [ClassDescription] = []
    /// Where each device begins in the bytes.
    var deviceOffsets: [Int] = []
    /// Whether code is refused that is deeper than the limits.
    var isLimited = true
}

/// The descriptions of an image, in its order.
///
/// - Complexity: a description that is taken out is made anew.
public struct DeviceList: RandomAccessCollection, Sendable {
    let bytes: [UInt8]
    let tables: ImageTables

    public var startIndex: Int { 0 }
    public var endIndex: Int { tables.deviceOffsets.count }

    public subscript(index: Int) -> DeviceDescription {
        do throws(MetabinaryError) {
            return try ImageParser(reader: reader(at: index), tables: tables).parseDevice(index)
        } catch {
            preconditionFailure("a checked image reads otherwise")
        }
    }

    /// Name of a description, ASCII.
    public func name(at index: Int) -> [UInt8] {
        var reader = reader(at: index)
        guard let name = try? reader.index(below: tables.names.count) else {
            preconditionFailure("a checked image reads otherwise")
        }
        return tables.names[name]
    }

    /// Index of the most specific description of a function: the first that names its maker, else the first for its class.
    func mostSpecificIndex(for function: PCIFunction) -> Int? {
        var byClass: Int?
        for index in indices {
            switch fit(of: index, function) {
            case 2: return index
            case 1: byClass = byClass ?? index
            default: break
            }
        }
        return byClass
    }

    /// Whether a description is for that function: 2 by its maker, 1 by its class, 0 not at all.
    private func fit(of index: Int, _ function: PCIFunction) -> Int {
        var reader = reader(at: index)
        var fit = 0
        do throws(MetabinaryError) {
            // Name, class, file.
            for _ in 0..<3 { _ = try reader.number(atMost: .max) }
            for _ in 0..<(try reader.count(atMost: MetabinaryLimit.matchCount)) {
                let match = try reader.match()
                if match.covers(function) { fit = Swift.max(fit, match.namesMaker ? 2 : 1) }
            }
        } catch {
            preconditionFailure("a checked image reads otherwise")
        }
        return fit
    }

    private func reader(at index: Int) -> ImageReader {
        ImageReader(bytes, from: tables.deviceOffsets[index], to: bytes.count - MetabinaryImage.trailerByteCount)
    }
}
