/// What is wrong with the captures of a run. Arrays are by vantage; those that are too short go on with the default.
public struct CaptureFaults: Sendable {
  /// Clocks by host; a host without one has the true time.
  public var clocks: [String: HostClock] = [:]
  /// The share of frames that a capture missed.
  public var drops: [Double] = []
  /// Nanoseconds since the start before which nothing was captured.
  public var cut: [Int64] = []
  /// Taps of one fibre: they show only what the opener sends.
  public var isOneWay: [Bool] = []
  /// Bytes kept of a frame.
  public var snaplen: [Int] = []
  /// Stamps in microseconds.
  public var isMicrosecond: [Bool] = []
  /// Written as pcapng, not pcap.
  public var isPcapng: [Bool] = []
  /// TCP timestamps on all connections.
  public var hasTimestamps = true
  /// IPv4 identifications; hosts that never fragment may send 0.
  public var hasIdentifications = true

  public init() {}

  func drops(_ vantage: Int) -> Double { vantage < drops.count ? drops[vantage] : 0 }
  func cut(_ vantage: Int) -> Int64 { vantage < cut.count ? cut[vantage] : 0 }
  func shows(_ isForward: Bool, _ vantage: Int) -> Bool { isForward || vantage >= isOneWay.count || !isOneWay[vantage] }
  func snaplen(_ vantage: Int) -> Int { vantage < snaplen.count ? snaplen[vantage] : 128 }
  func isMicrosecond(_ vantage: Int) -> Bool { vantage < isMicrosecond.count && isMicrosecond[vantage] }
  func isPcapng(_ vantage: Int) -> Bool { vantage < isPcapng.count && isPcapng[vantage] }
}
