// The self-tests of a boot as JUnit's XML, which continuous integration shows. The boot as a whole is a test of its own, so
// that a run which failed by anything else than a self-test shows no suite without a failure.

import Machines
import ReportReading

/// A boot as a suite of tests.
struct JUnitReport {
    /// A test of the suite.
    private enum Outcome {
        case passed
        case skipped(String)
        case failed(String)
    }

    private let result: BootResult
    private let tests: [(name: String, outcome: Outcome)]

    /// - Parameter summary: what came of the boot, in a line.
    init(_ result: BootResult, hasPassed: Bool, summary: String) {
        self.result = result
        tests =
            result.report.tests.map(Self.test)
            + [(name: "the boot", outcome: hasPassed ? .passed : .failed(summary))]
    }

    /// `goes on # SKIP it is quarantined`
    private static func test(_ reported: ReportedTest) -> (name: String, outcome: Outcome) {
        let name = String(decoding: reported.name, as: UTF8.self)
        guard reported.hasPassed else { return (name, .failed("not ok \(reported.number)")) }
        guard let directive = name.firstRange(of: " # SKIP ") else { return (name, .passed) }
        return (String(name[..<directive.lowerBound]), .skipped(String(name[directive.upperBound...])))
    }

    /// The XML, a test a line.
    var text: String {
        let failures = tests.count { if case .failed = $0.outcome { true } else { false } }
        let skipped = tests.count { if case .skipped = $0.outcome { true } else { false } }
        let time = result.timeToVerdict.map {
            " time=\"\($0.wholeMilliseconds / 1000).\(Self.padded($0.wholeMilliseconds % 1000))\""
        }
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            "<testsuite name=\"metaos\" tests=\"\(tests.count)\" failures=\"\(failures)\" errors=\"0\" "
                + "skipped=\"\(skipped)\"\(time ?? "")>",
        ]
        for (number, test) in zip(1..., tests) {
            let head = "  <testcase classname=\"metaos\" name=\"\(number) \(Self.escaped(test.name))\""
            switch test.outcome {
            case .passed: lines.append(head + "/>")
            case .skipped(let why): lines.append(head + "><skipped message=\"\(Self.escaped(why))\"/></testcase>")
            case .failed(let why): lines.append(head + "><failure message=\"\(Self.escaped(why))\"/></testcase>")
            }
        }
        return (lines + ["</testsuite>"]).map { $0 + "\n" }.joined()
    }

    private static func padded(_ milliseconds: Int64) -> String {
        let digits = String(milliseconds)
        return String(repeating: "0", count: 3 - digits.count) + digits
    }

    /// Text as the value of an attribute; reports are ASCII, and what is not to be shown is not sent.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
