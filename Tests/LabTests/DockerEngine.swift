import Foundation
import Glibc
import Lab
import Testing

/// A real Docker engine on a lab host, with one image that holds nothing but busybox.
struct DockerEngine {
  private let host: LabHost
  /// The control group of its containers: it outlives the lab's namespaces, so it must be told from others'.
  private let group: String

  static let programs = ["/usr/sbin/dockerd", "/usr/bin/dockerd"]

  /// - Throws: a `Failure` with the engine's last words when it does not come up.
  init(on host: LabHost) async throws {
    self.host = host
    group = "stakeout-\(UUID().uuidString.prefix(8).lowercased())"
    try await host.run([
      "sh", "-c",
      """
      mkdir -p /var/tmp/engine /run/engine
      setsid dockerd --data-root /var/tmp/engine --exec-root /run/engine --pidfile /run/engine.pid \
        --cgroup-parent "$1" -H unix:///run/docker.sock </dev/null >/var/log/engine.log 2>&1 &
      tries=0
      until docker version >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 120 ] || { tail -n 3 /var/log/engine.log >&2; exit 1; }
        sleep 0.5
      done
      root=$(mktemp -d)
      mkdir $root/bin
      cp "$(command -v busybox)" $root/bin/busybox
      for name in sh sleep echo ping cat; do ln -s busybox $root/bin/$name; done
      tar -C $root -c . | docker import - box
      rm -rf $root
      """, "engine", "/\(group)",
    ])
  }

  /// Starts a container that runs a script.
  func start(_ name: String, _ script: String) async throws {
    try await host.run(["docker", "run", "--detach", "--name", name, "box", "sh", "-c", script])
  }

  func replace(_ name: String, _ script: String) async throws {
    try await host.run(["docker", "rm", "--force", name])
    try await start(name, script)
  }

  /// Ends every container and the engine, and takes their control groups away.
  func stop() async throws {
    try await host.run([
      "sh", "-c",
      """
      docker ps --all --quiet | xargs -r docker rm --force >/dev/null
      read -r pid </run/engine.pid
      kill "$pid"
      while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
      find /sys/fs/cgroup -depth -type d -path "*/$1*" -exec rmdir {} +
      """, "engine", group,
    ])
  }
}

extension Trait where Self == ConditionTrait {
  /// Needs a lab and a Docker engine's programs. Skipped elsewhere, unless `STAKEOUT_REQUIRE_LAB` is 1.
  static var needsDocker: Self {
    let isThere = DockerEngine.programs.contains(where: FileManager.default.isExecutableFile)
    let isRequired = getenv("STAKEOUT_REQUIRE_LAB").map { String(cString: $0) == "1" } ?? false
    return .enabled(if: isThere || isRequired, "there is no dockerd here (package docker.io)")
  }
}
