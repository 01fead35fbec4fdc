internal import CaseModel
internal import Diagnoses

extension Finding {
  /// Of a kind that names an effect: what is proven of it, and what is left to find, without the sentence's end. nil where the
  /// finding says why, too.
  var openQuestion: String? {
    guard let (effect, question) = effectAndQuestion else { return nil }
    return switch certainty {
    case .proven: "Proven: \(effect); \(question)"
    case .probable: "Probable: \(effect); \(question)"
    case .possible: nil
    }
  }

  /// What would make a probable finding a proven one.
  var settling: String {
    switch kind {
    case .pawsSynDrop: "what the server's counter `TcpExtPAWSPassive` read before and after"
    case .acceptQueueOverflow: "what the server's counter `TcpExtListenOverflows` read before and after"
    case .conntrackInvalidReset:
      "what the counter `invalid` of `conntrack -S` read there before and after, with captures on both sides of it"
    case .mtuBlackhole: "captures on both sides of the place, and the MTU of every interface between them"
    case .packetLoss, .synFiltered, .middleboxReset: "captures on both sides of the place"
    case .idleTimeoutReset: "the idle timeout of what stands on the way, and captures on both sides of it"
    case .receiverStalled: "the receiver's `ss -tnmp` while its window is closed, with `Recv-Q`"
    case .noApplicationResponse: "a capture at the server until long after the request, or the server's own log"
    default: "a capture nearer to the place, or what the host there counted"
    }
  }

  /// Whether it tells where the fault is, and not what makes it.
  var isLocatedOnly: Bool { effectAndQuestion != nil }

  private var effectAndQuestion: (effect: String, question: String)? {
    let place = Headline.place(location)
    let isOneHost = location.from == location.to
    let there = "is for whoever owns that \(isOneHost ? "host" : "part of the path") to find"
    let end = "is for whoever owns that end to find"
    return switch kind {
    case .packetLoss: ("packets vanish \(place)", "what drops them there \(there)")
    case .receiverStalled: ("the receiver stopped reading", "why its application did \(end)")
    case .noApplicationResponse:
      ("the network delivered the requests, and the application left them unanswered", "why it did \(end)")
    case .endpointReset: ("this end reset the connections itself", "why it did \(end)")
    case .middleboxReset: ("neither end sent the RST", "what did, \(place), \(there)")
    // Where one host drops or rejects them, the finding says which and why.
    case .synFiltered where !isOneHost: ("SYNs vanish \(place)", "what drops them there \(there)")
    default: nil
    }
  }
}
