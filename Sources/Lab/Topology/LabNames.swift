/// What hosts, namespaces and containers of one lab are called, and their interfaces: what they are, or anything.
struct LabNames: Sendable {
  /// How the hosts' interfaces are numbered.
  let interfaces: InterfaceStyle

  private let isDrawn: Bool
  private var unused: [String]

  init(isDrawn: Bool, using random: inout some RandomNumberGenerator) {
    self.isDrawn = isDrawn
    interfaces = isDrawn ? InterfaceStyle.allCases.randomElement(using: &random) ?? .kernel : .kernel
    unused = isDrawn ? Self.words.shuffled(using: &random) : []
  }

  /// A name that nothing else in the lab has; `plain` where names are not drawn.
  mutating func next(_ plain: String, using random: inout some RandomNumberGenerator) -> String {
    guard isDrawn, let word = unused.popLast() else { return plain }
    return "\(word)\(Bool.random(using: &random) ? "-" : "")\(Int.random(in: 1...99, using: &random))"
  }

  /// As the kernel, systemd and others count.
  enum InterfaceStyle: CaseIterable, Sendable {
    case kernel, slot, path, plain

    func name(_ number: Int) -> String {
      switch self {
      case .kernel: "eth\(number)"
      case .slot: "ens\(number + 3)"
      case .path: "enp\(number + 1)s0"
      case .plain: "net\(number)"
      }
    }
  }

  /// Seven letters at most: a link to a namespace carries its name, too, in 15 characters (IFNAMSIZ).
  private static let words = [
    "amber", "argon", "birch", "cobalt", "copper", "garnet", "hazel", "indigo", "larch", "maple", "nickel", "opal",
    "quartz", "rowan", "topaz", "willow",
  ]
}
