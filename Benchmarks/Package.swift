// swift-tools-version:6.2
import PackageDescription

// A package of its own, so that building and testing Stakeout does not build its benchmarks.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "stakeout-benchmarks",
  dependencies: [
    .package(name: "stakeout", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
  ],
  targets: [
    // Makes the captures. Depends on nothing that is measured.
    .executableTarget(
      name: "traffic", dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: strict),
    // Runs everything in turns, and prints the table.
    .executableTarget(
      name: "bench", dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: strict),
    // Stages of the analysis alone.
    .executableTarget(
      name: "bench-parts", dependencies: [.product(name: "StakeoutAnalysis", package: "stakeout")],
      swiftSettings: strict),
  ]
)
