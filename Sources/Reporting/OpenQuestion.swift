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
