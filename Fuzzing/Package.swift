// swift-tools-version:6.2
import PackageDescription

// A package of its own: `--sanitize=fuzzer` brings its own `main`, which no other program here could live with.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

func fuzzer(_ name: String) -> Target {
  .executableTarget(
    name: name, dependencies: [.product(name: "StakeoutAnalysis", package: "stakeout")], swiftSettings: strict)
}

let package = Package(
  name: "stakeout-fuzzing",
  dependencies: [.package(name: "stakeout", path: "..")],
  targets: [fuzzer("fuzz-reader"), fuzzer("fuzz-analysis")]
)
