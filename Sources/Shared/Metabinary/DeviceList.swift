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
        let parser = parser(at: index)
        let device = DeviceDescription()
        device.index = index
        parser.device(device)
        precondition(!parser.isRefused, "a checked image reads otherwise")
        return device
    }

    /// Name of a description, ASCII.
    public func name(at index: Int) -> [UInt8] {
        var name: [UInt8] = []
        parser(at: index).name(&name, "")
        return name
    }

    /// Index of the most specific description of a function; of several that are alike, the first.
    func mostSpecificIndex(for function: PCIFunction) -> Int? {
        var best: (index: Int?, fit: Int) = (nil, 0)
        for index in indices {
            let fit = fit(of: index, function)
            if fit > best.fit { best = (index, fit) }
        }
        return best.index
    }

    /// How specific the match is by which a description is for that function; 0 where it is not.
    private func fit(of index: Int, _ function: PCIFunction) -> Int {
        let device = DeviceDescription()
        parser(at: index).identity(of: device)
        var fit = 0
        for match in device.matches where match.covers(function) { fit = Swift.max(fit, match.specificity) }
        return fit
    }

    @inline(never)
    private func parser(at index: Int) -> ImageParser {
        let end = bytes.count - MetabinaryImage.trailerByteCount
        return ImageParser(reader: ImageReader(bytes, from: tables.deviceOffsets[index], to: end), tables: tables)
    }
}
