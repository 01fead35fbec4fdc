extension KeeperScripts {
  /// `probe.sh`: repeats a probe's command and notes each time how it went.
  public static var probe: [UInt8] { PackageResources.probe_sh }
  /// `clock.sh`: answers every line with the host's time.
  public static var clock: [UInt8] { PackageResources.clock_sh }
  /// `namespace.sh`: finds the network namespaces of containers, and runs commands in them.
  public static var namespace: [UInt8] { PackageResources.namespace_sh }
  /// `rearm.sh`: goes on in the next container where one was replaced.
  public static var rearm: [UInt8] { PackageResources.rearm_sh }
  /// What finds a namespace where nothing of ours is yet.
  public static var seeking: [UInt8] { keeper + namespace }
  /// `follow.sh`: prints the lines of a log as they come.
  public static var follow: [UInt8] { PackageResources.follow_sh }
  /// `await.sh`: waits for matching lines in a file that grows.
  public static var awaiting: [UInt8] { PackageResources.await_sh }
  /// `count.sh`: waits for a kernel counter to rise.
  public static var counting: [UInt8] { PackageResources.count_sh }
  /// `fire.sh`: notes when a trigger came.
  public static var fire: [UInt8] { PackageResources.fire_sh }
  /// `trace.sh`: kernel tracepoints through an instance of the case's own.
  public static var trace: [UInt8] { PackageResources.trace_sh }
  /// `instrument.sh`: temporary changes, each with its way back.
  public static var instrument: [UInt8] { PackageResources.instrument_sh }
  /// `round.sh`: pings or connects to several targets at once.
  public static var round: [UInt8] { PackageResources.round_sh }

  /// Every script that a host needs, by its name in the case's folder there.
  public static var all: [(name: String, bytes: [UInt8])] {
    [
      ("keeper.sh", keeper), ("watch.sh", watch), ("clock.sh", clock), ("namespace.sh", namespace),
      ("rearm.sh", rearm),
      ("probe.sh", probe), ("round.sh", round), ("follow.sh", follow), ("await.sh", awaiting),
      ("fire.sh", fire), ("count.sh", counting), ("trace.sh", trace), ("instrument.sh", instrument),
    ]
  }
}
