// swift-tools-version: 6.1
// One package, built twice. For the host: tools and tests. For the target, with METAOS_KERNEL set and the triple
// x86_64-unknown-none-elf: the kernel as a static library, which the linker script in Linker/ turns into an image.
// Targets stand in the order in which data flows; a target may import only what stands above it.

import PackageDescription

let isKernelBuild = Context.environment["METAOS_KERNEL"] != nil

let settings: [SwiftSetting] = [.swiftLanguageMode(.v6)]

/// Of what tests spend their time in: unoptimised it takes three to six times as long. Checks of bounds, overflow and
/// exclusive access stay; files are compiled one by one, as in any debug build.
let quick: [SwiftSetting] = settings + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// A module of the generator: no Foundation, compiles for the host and with Embedded Swift.
func shared(_ name: String, imports: [Target.Dependency] = [], documents: [String] = []) -> Target {
    .target(
        name: name, dependencies: imports, path: "Sources/Shared/\(name)", exclude: documents,
        swiftSettings: quick)
}

/// A module that runs on the host only.
func host(_ name: String, imports: [Target.Dependency] = [], documents: [String] = []) -> Target {
    .target(
        name: name, dependencies: imports, path: "Sources/Host/\(name)", exclude: documents,
        swiftSettings: quick)
}

/// Tests of the module whose name they carry, with the modules that they need beside it.
func tests(_ name: String, beside: [Target.Dependency] = [], fixtures: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + beside, path: "Tests/\(name)Tests",
        exclude: fixtures, swiftSettings: settings)
}

let sharedTargets: [Target] = [
    shared("Checksum"),
    shared("Hardware"),
    shared("Program", imports: ["Hardware"]),
    shared("Metabinary", imports: ["Checksum", "Hardware", "Program"], documents: ["FORMAT.md"]),
    shared("Optimiser", imports: ["Hardware", "Program"]),
    shared("Encoding", imports: ["Hardware", "Program"]),
    shared("Verification"),
    shared("Proving", imports: ["Encoding", "Verification"]),
    shared(
        "Pipeline",
        imports: ["Hardware", "Program", "Metabinary", "Optimiser", "Encoding", "Verification", "Proving"]),
    shared("Exchange"),
    shared(
        "Report",
        imports: ["Checksum", "Hardware", "Program", "Metabinary", "Verification", "Pipeline"],
        documents: ["RECORDS.md"]),
]

let kernelTargets: [Target] = [
    .target(name: "Platform", path: "Sources/Kernel/Platform"),
    .target(
        name: "Kernel",
        dependencies: [
            "Platform", "Hardware", "Program", "Metabinary", "Verification", "Pipeline", "Exchange", "Report",
        ],
        path: "Sources/Kernel/Core", swiftSettings: settings),
]

let hostTargets: [Target] = [
    .systemLibrary(
        name: "CCapstone", path: "Sources/Host/CCapstone", pkgConfig: "capstone",
        providers: [.apt(["libcapstone-dev"])]),
    .systemLibrary(
        name: "CUnicorn", path: "Sources/Host/CUnicorn", pkgConfig: "unicorn", providers: [.apt(["libunicorn-dev"])]),
    // What a run in Unicorn does on every instruction and access.
    .target(
        name: "CSimulation", dependencies: ["CUnicorn"], path: "Sources/Host/CSimulation",
        cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
    host("Interpretation", imports: ["Hardware", "Program", "Metabinary"]),
    host("Recording", imports: ["Hardware"]),
    host("RuleCompiler", imports: ["Checksum", "Hardware", "Program", "Metabinary", "Verification", "Pipeline"]),
    host(
        "ReportReading",
        imports: ["Checksum", "Hardware", "Program", "Metabinary", "Verification", "Pipeline", "Report"]),
    host("Machines", imports: ["Hardware", "Pipeline", "Exchange", "Report", "ReportReading"]),
    host(
        "Devices",
        imports: [
            "Hardware", "Program", "Metabinary", "Verification", "Pipeline", "Interpretation", "CUnicorn",
            "CSimulation",
        ]),
    host("MachineFiles", imports: ["Hardware", "Report", "ReportReading"], documents: ["MACHINE.md"]),
    host(
        "Inspection",
        imports: [
            "Hardware", "Program", "Metabinary", "Encoding", "Verification", "Pipeline", "Report", "ReportReading",
            "Interpretation", "RuleCompiler", "Machines", "MachineFiles", "CCapstone",
        ]),
    .executableTarget(
        name: "metaos",
        dependencies: [
            "RuleCompiler", "ReportReading", "Machines", "MachineFiles", "Inspection", "Hardware", "Metabinary",
            "Pipeline",
        ],
        path: "Sources/Host/metaos", swiftSettings: settings),
]

let testTargets: [Target] = [
    // What tests of several modules share.
    .target(
        name: "Support", dependencies: ["Hardware", "Program", "Encoding", "CCapstone"], path: "Tests/Support",
        swiftSettings: settings),
    // Mutants of rules and metabinaries, sent through all stages; `fuzz` runs many, the tests a share.
    .target(
        name: "Fuzzing",
        dependencies: ["Checksum", "Hardware", "Metabinary", "Pipeline", "RuleCompiler", "Recording", "Support"],
        path: "Tests/Fuzzing", swiftSettings: settings),
    .executableTarget(
        name: "fuzz", dependencies: ["Fuzzing"], path: "Tests/FuzzRun", swiftSettings: settings),
    tests(
        "Hardware", beside: ["Recording", "Metabinary", "Pipeline", "RuleCompiler", "Support"],
        fixtures: ["MachineLibrary/README.md"]),
    tests("Program", beside: ["Hardware"]),
    tests("Interpretation", beside: ["Hardware", "Program", "Support"]),
    tests("Metabinary", beside: ["Checksum", "RuleCompiler", "Hardware", "Program", "Interpretation", "Support"]),
    tests(
        "Encoding",
        beside: ["Hardware", "Program", "Interpretation", "CCapstone", "CUnicorn", "CSimulation", "Support"]),
    tests(
        "Verification",
        beside: ["Hardware", "Program", "Encoding", "Proving", "CCapstone", "CUnicorn", "Support"]),
    tests(
        "Pipeline",
        beside: [
            "Checksum", "Hardware", "Program", "Metabinary", "Encoding", "Verification", "Proving", "Report",
            "ReportReading", "Recording", "RuleCompiler", "Machines", "MachineFiles", "Inspection", "Interpretation",
            "Support",
        ]),
    tests("Exchange", beside: ["Support"]),
    tests(
        "Report",
        beside: ["Checksum", "Hardware", "Metabinary", "Verification", "Pipeline", "ReportReading", "Recording"]),
    tests("RuleCompiler", beside: ["Program", "Metabinary", "Pipeline", "Support"], fixtures: ["Fixtures"]),
    tests("Machines", beside: ["Exchange", "ReportReading"]),
    tests(
        "MachineFiles", beside: ["Hardware", "Recording", "RuleCompiler", "Metabinary", "Pipeline", "ReportReading"]),
    tests(
        "Inspection",
        beside: [
            "Hardware", "Program", "Metabinary", "Verification", "Pipeline", "ReportReading", "Machines",
            "MachineFiles", "RuleCompiler",
        ]),
    .testTarget(
        name: "DeviceTests",
        dependencies: [
            "Devices", "Hardware", "Program", "Metabinary", "Verification", "Pipeline", "Interpretation",
            "RuleCompiler", "Recording",
        ],
        path: "Tests/DeviceTests", exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(
        name: "MutantTests",
        dependencies: [
            "Devices", "Hardware", "Program", "Metabinary", "Encoding", "Verification", "Proving", "Pipeline",
            "RuleCompiler", "Recording", "CCapstone",
        ],
        path: "Tests/MutantTests", swiftSettings: settings),
    .testTarget(
        name: "FuzzTests", dependencies: ["Fuzzing", "Metabinary", "RuleCompiler"], path: "Tests/FuzzTests",
        swiftSettings: settings),
    .testTarget(
        name: "BootTests",
        dependencies: [
            "Checksum", "Hardware", "Metabinary", "Pipeline", "Exchange", "Report", "ReportReading", "RuleCompiler",
            "Machines", "MachineFiles", "Inspection", "Support", "CCapstone",
        ],
        path: "Tests/BootTests", swiftSettings: settings),
]

let package = Package(
    name: "metaos",
    products: isKernelBuild
        ? [.library(name: "Kernel", type: .static, targets: ["Kernel"])]
        : [.executable(name: "metaos", targets: ["metaos"])],
    targets: sharedTargets + (isKernelBuild ? kernelTargets : hostTargets + testTargets))
