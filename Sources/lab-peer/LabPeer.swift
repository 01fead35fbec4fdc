internal import Glibc

/// The traffic programs that run inside the lab's hosts. Each is bounded in time and ends by itself.
@main
struct LabPeer {
  static func main() {
    signal(SIGPIPE, SIG_IGN)
    do {
      exit(try run(Array(CommandLine.arguments.dropFirst())))
    } catch {
      let text = Array("lab-peer: \(error)\n".utf8)
      _ = write(STDERR_FILENO, text, text.count)
      exit(error is UsageError ? 64 : 70)
    }
  }

  private static func run(_ words: [String]) throws -> Int32 {
    let flags = try Flags(words.dropFirst())
    switch words.first {
    case "serve": return try Server(flags).run()
    case "subscribe": return try Subscriber(flags).run()
    case "inject": return try Injector(flags).run()
    case "health": return try HealthServer(flags).run()
    case "check": return try HealthChecker(flags).run()
    case "answer": return try QueryServer(flags).run()
    case "ask": return try QueryClient(flags).run()
    case "stream": return try WatchServer(flags).run()
    case "watch": return try WatchClient(flags).run()
    case "stray-ack": return try StrayAcknowledgment(flags).run()
    case "web": return try WebServer(flags).run()
    case "browse": return try Browser(flags).run()
    default: throw UsageError(says: usage)
    }
  }

  private static let usage = """
    usage: lab-peer serve --listen ADDRESS:PORT [--bytes MIN-MAX] [--every MS] [--for SECONDS]
           lab-peer subscribe --to ADDRESS:PORT [--connections N] [--reconnect MS] [--for SECONDS]
           lab-peer inject --interface NAME --port PORT [--ahead BYTES | --behind BYTES] [--window-scale N]
                           [--after PACKETS] [--shots N] [--every MS] [--unseen] [--for SECONDS]
           lab-peer health --listen ADDRESS:PORT,... [--backlog N] [--pause MS] [--every MS] [--recycle INTERFACE]
                           [--for SECONDS]
           lab-peer check --to ADDRESS:PORT [--connections N] [--rounds N] [--every MS] [--timeout MS] [--for SECONDS]
           lab-peer answer --listen ADDRESS:PORT [--forget TEXT] [--for SECONDS]
           lab-peer ask --to ADDRESS:PORT [--connections N] [--pauses MS,MS...] [--queries N] [--numbers N,N...]
                        [--timeout MS] [--for SECONDS]
           lab-peer stream --listen ADDRESS:PORT [--life MIN-MAX] [--every MS] [--for SECONDS]
           lab-peer watch --to ADDRESS:PORT [--connections N] [--for SECONDS]
           lab-peer stray-ack --interface NAME --port PORT [--ahead BYTES] [--shots N] [--every MS] [--for SECONDS]
           lab-peer web --listen ADDRESS:PORT [--for SECONDS]
           lab-peer browse --to ADDRESS:PORT [--post] [--small MIN-MAX] [--large MIN-MAX] [--large-every N]
                           [--per-connection N] [--count N] [--every MS] [--timeout MS] [--for SECONDS]
    """
}
