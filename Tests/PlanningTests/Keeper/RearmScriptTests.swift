import Foundation
import Glibc
import Planning
import Testing

/// A container that is replaced, with an engine that knows a new process by its name each time.
@Suite("The next container", .enabled(if: KeeperNeeds.capturing, KeeperNeeds.reason))
struct RearmScriptTests {
  @Test(arguments: KeeperShell.here) func isFoundAndBeginsWhatTheOneBeforeHad(shell: KeeperShell) async throws {
    try await KeeperHost.with(shell) { host in
      try host.program("docker", "exec cat '\(host.folder)/now' 2>/dev/null")
      try host.program("sleep", "exec /bin/sleep 0.05")
      try host.write("c.again", Data("[ $1 -lt 4 ] || exit 3; echo $1 >>begun\n".utf8))
      try put(getppid(), "first", in: host)
      let found = try await host.run([
        "sh", "\(host.folder)/namespace.sh", "find", host.folder, "c", "container", "app",
      ])
      try #require(found.status == 0, "\(found.errors)")
      let own = getpid()
      // What was noted is nobody's any more, again and again.
      let script = """
        cd '\(host.folder)' || exit 1
        sh rearm.sh '\(host.folder)' c container app >said 2>errors &
        for number in 2 3 4; do
          echo "\(own) life$number" >now
          echo "/proc/1/ns/net 1 1 1 docker gone" >c.ns
          tries=0
          until grep -q "life$number" said || [ $tries -gt 200 ]; do tries=$((tries + 1)); /bin/sleep 0.05; done
        done
        wait $!
        echo "ended $?"
        cat begun errors
        """
      let outcome = try await host.run(["sh", "-c", script])
      #expect(
        outcome.output == "ended 3\n2\n3\n`c` was replaced 3 times: no more of it is begun\n",
        "\(outcome.output)\(outcome.errors)\(host.text("said"))")
    }
  }

  private func put(_ process: pid_t, _ id: String, in host: KeeperHost) throws {
    try host.write("now", Data("\(process) \(id)\n".utf8))
  }
}
