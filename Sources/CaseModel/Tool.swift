/// This program's name and version, as every document states it.
public enum Tool {
  public static let version = "0.1"
  public static let name = "stakeout \(version)"
}
