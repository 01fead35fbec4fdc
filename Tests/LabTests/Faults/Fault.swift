import CaseModel
import Lab

/// Something that happens to one host of a run, or on the way to it.
struct Fault: Sendable, CustomStringConvertible {
  let name: String
  /// Shell text, run inside the host when the fault comes.
  let inject: String
  /// Takes it back; nothing where nothing is left of it.
  var heal = ":"
  /// When it is taken back; nil when the run has ended.
  var lasts: Duration?
  /// Run inside the host before the run starts.
  var prepare = ":"
  /// A run gets over it without missing anything.
  var isGotOver = false

  var description: String { name }

  func with(lasts: Duration?, isGotOver: Bool) -> Fault {
    var fault = self
    (fault.lasts, fault.isGotOver) = (lasts, isGotOver)
    return fault
  }

  // MARK: the way to the host

  static let cut = Fault(
    name: "cut both ways", inject: "iptables -I INPUT -i mgmt0 -j DROP; iptables -I OUTPUT -o mgmt0 -j DROP",
    heal: "iptables -D INPUT -i mgmt0 -j DROP; iptables -D OUTPUT -o mgmt0 -j DROP")
  static let deaf = Fault(
    name: "cut towards the host", inject: "iptables -I INPUT -i mgmt0 -j DROP",
    heal: "iptables -D INPUT -i mgmt0 -j DROP")
  static let mute = Fault(
    name: "cut from the host", inject: "iptables -I OUTPUT -o mgmt0 -j DROP",
    heal: "iptables -D OUTPUT -o mgmt0 -j DROP")
  /// Connections break at once, and new ones are refused.
  static let reset = Fault(
    name: "reset", inject: "iptables -I INPUT -i mgmt0 -p tcp -j REJECT --reject-with tcp-reset",
    heal: "iptables -D INPUT -i mgmt0 -p tcp -j REJECT --reject-with tcp-reset", lasts: .seconds(3), isGotOver: true)
  static let sshd = Fault(
    name: "sshd and its sessions killed", inject: killing("sshd"), heal: sshdStart, lasts: .seconds(1), isGotOver: true)

  // MARK: the login shell

  /// What it is given is not run, and is said to have succeeded.
  static let garbage = shell("printing garbage", "head -c 100000 /dev/urandom; exit 0")
  static let endless = shell("printing without end", "exec cat /dev/urandom")
  static let speechless = shell("saying nothing", "exec sleep 1000")

  /// root's own from the start, since a session keeps the one that it began with.
  private static func shell(_ name: String, _ words: String) -> Fault {
    Fault(
      name: "login shell \(name)", inject: ": >/run/is-odd", heal: "rm /run/is-odd",
      prepare: """
        sed 's|^\\(root:.*:\\)[^:]*$|\\1/run/shell|' /etc/passwd >/run/passwd
        printf '%s\\n' '#!/bin/sh' 'if [ -e /run/is-odd ]; then \(words); fi' 'exec /bin/sh "$@"' >/run/shell
        chmod 755 /run/shell
        mount --bind /run/passwd /etc/passwd
        """)
  }

  // MARK: the host

  static let tcpdump = Fault(name: "tcpdump killed", inject: killing("tcpdump"))
  static let keepers = Fault(name: "keepers and guards killed", inject: killing("sh", with: "/keeper.sh"))
  static let reboot = Fault(name: "host rebooting", inject: "kill -KILL -1", heal: sshdStart, lasts: .seconds(1))
  static let disk = Fault(
    name: "disk full", inject: "dd if=/dev/zero of=/var/tmp/filler bs=1M 2>/dev/null", heal: "rm -f /var/tmp/filler",
    prepare: "mount -t tmpfs -o size=560m,mode=1777 none /var/tmp")
  /// What arrives is another file than what the host says it has.
  static let damage = Fault(
    name: "files damaged", inject: "mount --bind /run/other-sum /usr/bin/sha256sum", heal: "umount /usr/bin/sha256sum",
    prepare: "printf '#!/bin/sh\\necho %064d\\n' 1 >/run/other-sum; chmod 755 /run/other-sum")

  private static let sshdStart =
    "setsid /usr/sbin/sshd -D -e -f /etc/ssh/sshd_config </dev/null >/dev/null 2>>/var/log/sshd.log &"

  /// Those of a lab host see each other alone.
  private static func killing(_ name: String, with word: String = "") -> String {
    """
    for process in /proc/[0-9]*; do
      read -r name <$process/comm && [ "$name" = \(name) ] && grep -q -e "\(word)" $process/cmdline || continue
      kill -KILL ${process#/proc/}
    done 2>/dev/null; :
    """
  }
}
