public import CaseModel
internal import Glibc

/// A real Docker engine on a lab host, with one image, `box`, that holds nothing but busybox: the bridge, the masquerading and the
/// containers' namespaces are the engine's own.
public struct DockerEngine: Sendable {
  /// What it needs beyond a lab's own programs; `Scripts/install-packages lab` installs them.
  public static let programs = ["dockerd", "docker", "containerd", "busybox"]

  private let host: LabHost
  /// The control group of its containers: it outlives the host's namespaces, so it must be told from others'.
  private let group: String

  /// Starts it, and returns when it answers.
  /// - Parameter group: a name that no other engine of this machine uses for its control group.
  /// - Throws: a `Failure` with the engine's last words when it does not come up within a minute.
  public init(on host: LabHost, group: String) async throws(Failure) {
    self.host = host
    self.group = group
    let start: StaticString = #"""
      mkdir -p /var/tmp/engine /run/engine
      setsid dockerd --data-root /var/tmp/engine --exec-root /run/engine --pidfile /run/engine.pid \
        --cgroup-parent "$1" -H unix:///run/docker.sock </dev/null >/var/log/engine.log 2>&1 &
      tries=0
      until docker version >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] || { tail -n 3 /var/log/engine.log >&2; exit 1; }
        sleep 0.2
      done
      root=$(mktemp -d)
      mkdir "$root/bin"
      cp "$(command -v busybox)" "$root/bin/busybox"
      for name in sh cat dd echo grep nc ping printf sleep timeout; do ln -s busybox "$root/bin/$name"; done
      tar -C "$root" -c . | docker import - box
      rm -rf "$root"
      """#
    try await host.run(["sh", "-c", "\(start)", "engine", "/\(group)"])
  }

  /// Starts a container that runs a script.
  public func start(_ name: String, _ script: String) async throws(Failure) {
    try await host.run(["docker", "run", "--detach", "--name", name, "box", "sh", "-c", script])
  }

  /// Ends a container, and starts another one of its name.
  public func replace(_ name: String, _ script: String) async throws(Failure) {
    try await host.run(["docker", "rm", "--force", name])
    try await start(name, script)
  }

  /// What a container has printed.
  public func log(of name: String) async throws(Failure) -> String {
    try await host.run(["sh", "-c", #"exec docker logs "$1" 2>&1"#, "logs", name])
  }

  /// Ends every container and the engine, and takes their control groups away. A lab that comes down does without.
  public func stop() async throws(Failure) {
    let stop: StaticString = #"""
      docker ps --all --quiet | xargs -r docker rm --force >/dev/null
      read -r pid </run/engine.pid
      kill "$pid"
      while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
      find /sys/fs/cgroup -depth -type d -path "*/$1*" -exec rmdir {} +
      """#
    try await host.run(["sh", "-c", "\(stop)", "engine", group])
  }
}

extension LabTopology {
  /// Starts a Docker engine on a host; what its containers leave outside of the lab's namespaces goes when the lab comes down.
  public func startEngine(on host: LabHost) async throws(Failure) -> DockerEngine {
    let missing = DockerEngine.programs.filter { !LocalCommand.isInstalled($0) }
    guard missing.isEmpty else {
      throw Failure(
        "lab-obstacle", host: host.name, what: "could not start a Docker engine",
        cause: "not installed: \(missing.joined(separator: ", "))", hint: "`Scripts/install-packages lab` installs it")
    }
    let group = "stakeout-\(folder.name.suffix(8))-\(host.name)"
    try folder.note("cgroup \(group)")
    return try await DockerEngine(on: host, group: group)
  }
}
