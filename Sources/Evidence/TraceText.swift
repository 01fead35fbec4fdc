internal import CaseModel

/// What the kernel's tracepoints printed (`trace_pipe`), one event a line:
///
///     curl-4711    [001] ..s2.  39510.908976: tcp_send_reset: skbaddr=... src=10.0.0.1:80 dest=10.0.0.2:4000 state=... reason=...
///
/// Its seconds are those of the trace's own clock. Marks that were written into the same stream say what the wall clock was a
/// moment before: the least such moment of all ties the two.
enum TraceText {
  static func events(_ text: String, host: HostName, cited: String) -> [Event] {
    var lines: [(number: Int, line: Line)] = []
    var offset: Int64?
    for (number, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
    {
      guard let line = Line(Substring(line)) else { continue }
      if let wall = line.wall {
        offset = max(offset ?? .min, wall &- line.time)
      } else {
        lines.append((number + 1, line))
      }
    }
    return lines.map { number, line in
      Event(
        source: .trace, host: host, at: offset.map { HostTime(nanoseconds: line.time &+ $0) }, says: line.says,
        cited: cited, line: number)
    }
  }

  private struct Line {
    /// Nanoseconds of the trace's clock.
    var time: Int64
    var name: Substring
    var rest: Substring

    /// Nothing before the stamp is looked at: tasks have any name.
    init?(_ text: Substring) {
      let words = text.split(separator: " ")
      guard
        let place = words.indices.dropLast().first(where: { index in
          words[index].last == ":" && words[index + 1].last == ":" && words[index].dropLast().contains(".")
            && Instant.nanoseconds(String(words[index].dropLast())) != nil
        }), let time = Instant.nanoseconds(String(words[place].dropLast()))
      else { return nil }
      self.time = time
      name = words[place + 1].dropLast()
      rest = text[words[place + 1].endIndex...].drop { $0 == " " }
    }

    /// The wall clock's nanoseconds, of a mark.
    var wall: Int64? {
      guard name == "tracing_mark_write", rest.hasPrefix("stakeout wall ") else { return nil }
      return Instant.nanoseconds(String(rest.dropFirst(14)))
    }

    /// Without the kernel's own addresses, which tell nobody anything.
    var says: String {
      let words = rest.split(separator: " ").filter { word in
        !["skbaddr=", "skaddr=", "rx_sk="].contains { word.hasPrefix($0) }
      }
      return "\(name): \(words.joined(separator: " "))"
    }
  }
}
