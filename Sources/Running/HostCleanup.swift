public import CaseModel
internal import Planning
public import Playbooks
public import Remotes

/// What of ours is on one host, and what became of it.
public struct HostCleanup: Sendable {
  public struct Leftover: Hashable, Sendable {
    public var id: CaseID
    public var bytes: Int64
    /// Something of it runs, or a controller was heard a moment ago.
    public var isAlive: Bool
    /// What could not be removed, in the host's words; nil where the folder is gone.
    public var left: String?
  }

  /// Which cases are ended and removed.
  public enum Choice: Sendable {
    /// Those of which nothing lives any more.
    case orphans
    case one(CaseID)
    case all

    func includes(_ id: CaseID, isAlive: Bool) -> Bool {
      switch self {
      case .orphans: !isAlive
      case .one(let wanted): id == wanted
      case .all: true
      }
    }
  }

  public let host: HostName
  public private(set) var leftovers: [Leftover] = []
  public private(set) var failure: Failure?

  /// Nothing of ours is on the host, as far as it tells.
  public var isClean: Bool { failure == nil && leftovers.allSatisfy { $0.left == nil } }

  private static let root = "/var/tmp"

  /// Connects to a host, removes what is chosen there, and names what is left.
  public static func run(
    _ host: Inventory.Host, _ choice: Choice, connector: any Connector, connection: ConnectionDefaults
  ) async -> HostCleanup {
    var cleanup = HostCleanup(host: host.name)
    do throws(Failure) {
      let remote = try await connector.connect(host.target(connection))
      do throws(Failure) { try await cleanup.work(remote, choice) } catch { cleanup.failure = error }
      await remote.close()
    } catch { cleanup.failure = error }
    return cleanup
  }

  private init(host: HostName) { self.host = host }

  private mutating func work(_ remote: any Remote, _ choice: Choice) async throws(Failure) {
    for var leftover in try await list(remote) {
      if choice.includes(leftover.id, isAlive: leftover.isAlive) {
        leftover.left = try await remove(leftover, remote)
      } else {
        leftover.left = leftover.isAlive ? "it is alive" : "it was not asked for"
      }
      leftovers.append(leftover)
    }
  }

  /// The keeper's own list. It is given to a shell as it stands here: a case's folder may lack it.
  private func list(_ remote: any Remote) async throws(Failure) -> [Leftover] {
    let command = ShellCommand(
      script: #"keeper=$(cat) && exec /bin/sh -c "$keeper" keeper.sh list "$1""#, arguments: [Self.root])
    let outcome = try await remote.run(command, input: KeeperScripts.keeper, limit: 1 << 20, timeout: .seconds(60))
    guard outcome.isSuccess else {
      throw Failure(
        "refused", host: host, what: "could not look for cases on \(host)",
        cause: outcome.errorText.split(separator: "\n").last.map(String.init) ?? "\(outcome.ending)")
    }
    return outcome.text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 3, let bytes = Int64(words[2]), CaseID(String(words[0])).isPlain else { return nil }
      return Leftover(id: CaseID(String(words[0])), bytes: bytes, isAlive: words[1] == "live", left: nil)
    }
  }

  /// What is left of it, or nil.
  private func remove(_ leftover: Leftover, _ remote: any Remote) async throws(Failure) -> String? {
    let folder = "\(Self.root)/stakeout-\(leftover.id)"
    let outcome = try await remote.run(
      ShellCommand(script: Self.endAndSweep, arguments: [folder]), timeout: .seconds(60))
    return outcome.isSuccess
      ? nil : (outcome.text + outcome.errorText).split(separator: "\n").last.map(String.init) ?? "\(outcome.ending)"
  }

  /// Captures that are asked to end take a few seconds; a folder whose keeper never arrived holds nothing that runs.
  private static let endAndSweep: StaticString = #"""
    [ -e "$1/keeper.sh" ] || { rm -rf -- "$1"; exit; }
    sh "$1/keeper.sh" end "$1"
    tries=0
    until said=$(sh "$1/keeper.sh" sweep "$1" 2>&1); do
      tries=$((tries + 1))
      [ $tries -lt 15 ] || { printf '%s\n' "$said"; exit 2; }
      sleep 1
    done
    """#
}

extension CaseID {
  /// Whether a folder can be called so, by the keeper's own rule: nothing else is ever removed.
  fileprivate var isPlain: Bool {
    text.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "._~@%+-".utf8.contains(byte)
    }
  }
}
