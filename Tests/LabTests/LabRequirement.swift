import Glibc
import Lab
import Testing

extension Trait where Self == ConditionTrait {
  /// Needs a machine on which a lab can stand. Skipped elsewhere, unless `STAKEOUT_REQUIRE_LAB` is 1: then the test runs
  /// and says what is missing.
  static var needsLab: Self {
    let obstacle = Lab.obstacle()
    let isRequired = getenv("STAKEOUT_REQUIRE_LAB").map { String(cString: $0) == "1" } ?? false
    return .enabled(if: obstacle == nil || isRequired, "\(obstacle ?? "nothing is in the way")")
  }
}
