// The machine of a boot, from the report that the boot wrote.

import ReportReading

extension MachineFile {
    /// Why a report describes no machine.
    public enum ReportRefusal: Error, Hashable, Sendable, CustomStringConvertible {
        /// No record came.
        case empty
        /// The report ends before all facts were written.
        case cut
        /// Some records did not arrive as they were sent, or those of facts have no meaning: facts may be missing.
        case harmed([String])

        public var description: String {
            switch self {
            case .empty: "no record of a report; metaos run --raw saves one"
            case .cut: "the report ends before all facts were told"
            case .harmed(let reasons): reasons[0] + (reasons.count > 1 ? ", and \(reasons.count - 1) more" : "")
            }
        }
    }

    /// The facts of a report, of an older kernel too. That its run failed does not matter: facts come before everything
    /// else.
    ///
    /// Throws: `ReportRefusal`, all cases.
    public init(_ report: MachineReport) throws(ReportRefusal) {
        guard !report.records.isEmpty else { throw .empty }
        let harm = report.damage.map(\.description) + report.errors.filter(\.isOfFacts).map(\.description)
        guard harm.isEmpty else { throw .harmed(harm) }
        // The range for rings, pools and state is the last fact that a kernel writes.
        guard report.records.contains(where: { $0.isKind("data") }) else { throw .cut }
        var origin = ["recorded from a boot, entered by \(String(decoding: report.entry, as: UTF8.self))"]
        if let rules = report.rules {
            origin.append("its rules: +0x\(String(rules.byteCount, radix: 16)) crc=\(rules.digits)")
        }
        self.init(facts: report.facts, origin: origin)
    }
}
