internal import CaseModel

extension CaptureRecord {
  /// A doubt where the capture ended before it was asked to: what came later was not captured.
  ///
  /// A limit that the author set for it (time, packets) hides nothing that was wanted; anything else could.
  var earlyEnding: Doubt? {
    let reason: String
    switch endedBy {
    case nil, "stop": return nil
    case "duration": reason = "its time was over"
    case "packets": reason = "it had its packets"
    case "size": reason = "its file was full"
    case "silence": reason = "no heartbeat of the controller reached its host for too long"
    case "disk": reason = "its host's disk was nearly full"
    case "deadline": reason = "its deadline had passed"
    case "failed": reason = "it could not begin"
    case "died": reason = "the capturing program ended by itself"
    case "killed": reason = "its watchdog was killed"
    case let other?: reason = "it ended by `\(other)`"
    }
    return Doubt(
      vantage: vantage, host: host,
      says: "capture \(vantage) ended before it was asked to: \(reason); what came later was not captured",
      couldHideFault: !["duration", "packets"].contains(endedBy))
  }
}
