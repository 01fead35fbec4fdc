internal import CaseModel
internal import Lab

/// Results of the lab as a table: one row for each incident, all its runs together.
struct LabTable {
  let results: [LabTrial.Result]

  var text: String {
    let header = ["incident", "wanted", "got", "mended", "longest", ""]
    return TextTable.text([header] + incidents.map { row($0) })
  }

  /// In the order in which they come first.
  private var incidents: [String] {
    var seen: Set<String> = []
    return results.map(\.incident.name).filter { seen.insert($0).inserted }
  }

  private func row(_ name: String) -> [String] {
    let own = results.filter { $0.incident.name == name }
    let wrong = own.count { !$0.isRight }
    let judgement =
      wrong == 0 ? "right" : own.count == 2 ? "WRONG" : "\(wrong) of \(own.count) WRONG"
    return [
      name, own.first.map { Self.wanted($0.incident) } ?? "", Self.said(own.filter { $0.variant == .fault }),
      Self.said(own.filter { $0.variant == .control }), Self.seconds(own.map(\.seconds).max() ?? 0), judgement,
    ]
  }

  private static func wanted(_ incident: any Incident) -> String {
    let expected = incident.expected
    let kind = expected.standing == .note ? "healthy, \(expected.kind.rawValue) as a note" : expected.kind.rawValue
    return "\(kind), \(expected.certainty.rawValue), \(LabTrial.place(expected.location))"
  }

  /// Each verdict once.
  private static func said(_ results: [LabTrial.Result]) -> String {
    var seen: Set<String> = []
    return results.map(\.says).filter { seen.insert($0).inserted }.joined(separator: " | ")
  }

  /// What became of one run, as soon as it has ended.
  static func line(_ result: LabTrial.Result) -> String {
    let network = result.variant == .fault ? "broken" : "mended"
    let judgement = result.isRight ? "right" : "WRONG (\(result.wrongs.joined(separator: "; ")))"
    return "\(result.incident.name), \(network): \(result.says): \(judgement), \(seconds(result.seconds))"
  }

  private static func seconds(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10) s" }
}
