internal import CaseModel
internal import Correlation
public import Diagnoses

/// What `stakeout show` shows: one connection, packet by packet across the vantages.
public struct ConnectionText: Sendable {
  /// Of the terminal, or of whatever is printed on.
  public var width: Int
  /// Repeats in colour what signs say.
  public var color: Bool

  public init(width: Int, color: Bool) {
    self.width = width
    self.color = color
  }

  /// - Parameters:
  ///   - flow: index of a flow; nil for the one that the case is told by.
  ///   - finding: whose citations are marked; nil for all.
  /// - Returns: nil where the case holds no connection.
  /// - Throws: what reading records back from the spool throws.
  public func text(
    _ judgement: Judgement, _ scene: Scene, flow: Int? = nil, finding: JudgedFinding? = nil
  ) throws -> String? {
    let chosen = try flow ?? ShownFlow.index(judgement, scene.timeline, of: finding)
    guard let chosen, scene.timeline.flows.indices.contains(chosen) else { return nil }
    let story = try scene.timeline.story(chosen)
    let ladder = Ladder(story, scene, findings: finding.map { [$0] } ?? judgement.findings)
    let paint = Paint(isOn: color)
    let names = HostNames(judgement, scene)
    var lines = LadderText.wrapped(Self.plain(names.beside(title(story.flow))), width).map { paint.ink($0, .strong) }
    lines += about(chosen, judgement, finding, names).flatMap { LadderText.wrapped($0, width) }
    if let start = start(ladder, scene) { lines.append(start) }
    lines.append("")
    lines += LadderText(ladder, LadderText.Style(width: width, color: color, explains: true)).lines()
    lines.append("")
    lines += LadderText.wrapped(Self.legend, width).map { paint.ink($0, .faint) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let legend =
    "numbers are frames of the capture above them; [n] is cited by a finding; ✗ lost; ? not seen further on, and the capture may have missed it"

  private func title(_ flow: Flow) -> String {
    let names = flow.aliases.first.map { " \($0.opener) -> \($0.acceptor)" } ?? ""
    return "\(flow.name)\(names), \(Wording.count(flow.records, "frame"))"
  }

  private func about(_ flow: Int, _ judgement: Judgement, _ finding: JudgedFinding?, _ names: HostNames) -> [String] {
    let findings = finding.map { [$0] } ?? judgement.findings.filter { $0.finding.flows.contains(flow) }
    return findings.map { judged in
      let place = Headline.place(judged.finding.location)
      return Self.plain(
        "\(judged.id) \(judged.finding.kind.rawValue) (\(judged.finding.certainty.rawValue)) \(place): \(names.beside(judged.finding.title))"
      )
    }
  }

  private func start(_ ladder: Ladder, _ scene: Scene) -> String? {
    let clock = CaseClock(scene.timeline)
    let bound = ladder.firstStop.flatMap { ladder.stops[$0].bound }
    return ladder.origin.map { Self.plain("0 is \(clock.text($0, bound: bound)) (\(clock.scale))") }
  }

  private static func plain(_ text: String) -> String { SafeText.visible(text.replacing("`", with: "")) }
}
