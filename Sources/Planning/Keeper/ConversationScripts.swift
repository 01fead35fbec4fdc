extension KeeperScripts {
  /// `probe.sh`: repeats a probe's command and notes each time how it went.
  public static var probe: [UInt8] { PackageResources.probe_sh }
  /// `clock.sh`: answers every line with the host's time.
  public static var clock: [UInt8] { PackageResources.clock_sh }
}
