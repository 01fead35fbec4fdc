/// How a lab is to be laid out.
public struct LabOptions: Sendable {
  public var variant: IncidentVariant = .fault
  /// Where labs have their folders. On a disk: a host's `/var/tmp` lies in there.
  public var root = "/var/tmp"
  /// The traffic program; nil looks beside the running program.
  public var peerProgram: String?
  /// Whether the lab comes down by itself when this process dies. `lab up` leaves it standing instead.
  public var isOwned = true
  /// How long after its owner's death an owned lab comes down: time for the hosts' own watchdogs to be seen at work.
  public var guardDelay: Duration = .seconds(25)
  /// Segmentation and receive offloads on the links; off shows every packet at its size on the wire.
  public var offloads = true
  /// Whether hosts, their interfaces, namespaces and containers are called something else each time, instead of what they are.
  public var drawsNames = false
  /// Chooses names, addresses, ports, sizes and clocks; the same seed gives the same ones.
  public var seed: UInt64

  public init(seed: UInt64 = .random(in: 1 ... .max)) { self.seed = seed }
}
