import Foundation
import Glibc
import Lab
import Testing

extension DockerEngine {
  /// With a control group of its own.
  init(on host: LabHost) async throws {
    try await self.init(on: host, group: "stakeout-\(UUID().uuidString.prefix(8).lowercased())")
  }
}

extension Trait where Self == ConditionTrait {
  /// Needs a lab and a Docker engine's programs. Skipped elsewhere, unless `STAKEOUT_REQUIRE_LAB` is 1.
  static var needsDocker: Self {
    let isThere = ["/usr/sbin/dockerd", "/usr/bin/dockerd"].contains(where: FileManager.default.isExecutableFile)
    let isRequired = getenv("STAKEOUT_REQUIRE_LAB").map { String(cString: $0) == "1" } ?? false
    return .enabled(if: isThere || isRequired, "there is no dockerd here (package docker.io)")
  }
}
