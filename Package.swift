// swift-tools-version:6.2
import PackageDescription

// Every target reads downwards: a target may import only what stands above it here, and nothing to the right of the
// case folder (Evidence and below) may import what touches hosts. `Tests/ArchitectureTests` holds this.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

func library(
  _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []
) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .executableTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], resources: resources, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
  name: "stakeout",
  products: [
    .executable(name: "stakeout", targets: ["stakeout"]),
    .executable(name: "lab-peer", targets: ["lab-peer"]),
    // What the packages in Benchmarks and Fuzzing drive.
    .library(
      name: "StakeoutAnalysis",
      targets: ["Alignment", "CaseModel", "Wire", "CaseStore", "Evidence", "Correlation", "Diagnoses", "Merging"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", .upToNextMinor(from: "1.0.2")),
  ],
  targets: [
    // C headers.
    .systemLibrary(name: "CLibSSH2", pkgConfig: "libssh2", providers: [.apt(["libssh2-1-dev"])]),
    .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // Words shared by both sides of the case folder.
    library("CaseModel"),
    library("Wire"),
    library("Checks", ["CaseModel"]),
    library("Alignment", ["CaseModel"]),

    // Left of the case folder: what may touch hosts.
    library("Playbooks", ["CaseModel", "Checks", yams]),
    library("CaptureFilters", ["CPcap"]),
    library(
      "Planning", ["CaseModel", "Checks", "Playbooks"],
      resources: [
        .embedInCode("Keeper/keeper.sh"), .embedInCode("Keeper/watch.sh"), .embedInCode("Keeper/probe.sh"),
        .embedInCode("Keeper/clock.sh"), .embedInCode("Keeper/namespace.sh"),
        .embedInCode("Keeper/follow.sh"), .embedInCode("Keeper/await.sh"), .embedInCode("Keeper/count.sh"),
        .embedInCode("Keeper/round.sh"), .embedInCode("Keeper/rearm.sh"),
        .embedInCode("Keeper/fire.sh"), .embedInCode("Keeper/trace.sh"), .embedInCode("Keeper/instrument.sh"),
      ]),
    library("Remotes", ["CaseModel", "CLibSSH2", "CLinux"]),
    library("CaseStore", ["CaseModel", "Wire", "CCrypto", "CZlib", system]),
    library("Running", ["CaseModel", "Planning", "Remotes", "CaseStore", "Alignment"]),

    // Right of it: pure functions of the folder.
    library("Evidence", ["CaseModel", "Wire", "Checks"]),
    library("Correlation", ["CaseModel", "Wire", "Checks", "Evidence", "Alignment"]),
    library("Diagnoses", ["CaseModel", "Wire", "Checks", "Alignment", "Evidence", "Correlation"]),
    library("Merging", ["CaseModel", "Wire", "Alignment", "Evidence", "Correlation"]),
    library(
      "Reporting", ["CaseModel", "Wire", "Alignment", "Evidence", "Correlation", "Diagnoses"],
      resources: [
        .embedInCode("HTML/postmortem.css"), .embedInCode("HTML/postmortem.js"), .embedInCode("Language/Chinese.txt"),
      ]),

    // The lab and the programs.
    library(
      "Lab", ["CaseModel", "Remotes", "Wire", "CaseStore", subprocess, system],
      resources: ["launch", "host", "guard", "teardown"].map { .embedInCode("Scripts/\($0).sh") }),
    program("lab-peer", ["Wire"]),
    program(
      "stakeout",
      [
        "CaseModel", "Wire", "Checks", "Alignment", "Playbooks", "CaptureFilters", "Planning", "Remotes", "CaseStore",
        "Running", "Evidence", "Correlation", "Diagnoses", "Merging", "Reporting", "Lab", argumentParser,
      ], resources: [.embedInCode("Samples/inventory.yaml")]),

    // Tests mirror the sources.
    .target(
      name: "TestSupport", dependencies: ["CaseModel", "Wire"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .target(name: "Traffic", dependencies: ["Wire"], path: "Tests/Traffic", swiftSettings: strict),
    tests("TrafficTests", ["Traffic", "Wire"]),
    .target(
      name: "Scoring",
      dependencies: ["CaseModel", "Wire", "Alignment", "Evidence", "Correlation", "Merging", "Traffic", "TestSupport"],
      path: "Tests/Scoring", exclude: ["README.md"], swiftSettings: strict),
    .executableTarget(name: "score", dependencies: ["Scoring"], path: "Tests/Score", swiftSettings: strict),
    tests("ScoringTests", ["Scoring", "Traffic", "Correlation", "CaseModel"]),
    tests("CaseModelTests", ["CaseModel"]),
    tests("WireTests", ["Wire"], resources: [.copy("Fixtures")]),
    tests("ChecksTests", ["CaseModel", "Checks"], resources: [.copy("Samples")]),
    tests("AlignmentTests", ["CaseModel", "Alignment"]),
    tests("PlaybooksTests", ["CaseModel", "Checks", "CPcap", "Playbooks", "CaptureFilters"]),
    tests("PlanningTests", ["CaseModel", "Planning", "Playbooks", subprocess, system]),
    tests("RemotesTests", ["Remotes"]),
    tests("CaseStoreTests", ["CaseModel", "CaseStore", "CZlib", "Wire"]),
    tests("RunningTests", ["CaseModel", "Planning", "Playbooks", "Running"]),
    tests("EvidenceTests", ["CaseModel", "Wire", "Checks", "Evidence"]),
    tests(
      "CorrelationTests", ["CaseModel", "Wire", "Correlation", "Evidence", "Alignment", "CaseStore"],
      resources: [.copy("Fixtures"), .copy("Goldens")]),
    tests(
      "DiagnosesTests", ["Diagnoses", "Alignment", "Correlation", "Evidence", "CaseStore", "Traffic"],
      resources: [.copy("Goldens"), .copy("Fixtures")]),
    tests("MergingTests", ["Merging", "Correlation", "Alignment", "Evidence", "CaseStore"]),
    tests(
      "ReportingTests", ["Reporting", "Diagnoses", "Correlation", "Evidence", "CaseStore"],
      resources: [.copy("Goldens"), .copy("Fixtures")]),
    tests("ArchitectureTests", []),
    tests("CommandLineTests", ["stakeout", "CaseModel"], resources: [.copy("Fixtures")]),
    tests("LabTests", ["Lab", "CaseModel", "CaseStore", "Remotes", "Wire", "stakeout", "lab-peer"]),
  ]
)
