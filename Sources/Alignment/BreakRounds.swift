/// Finds every clock's breaks, round by round: what is left when the known ones are taken out shows the next.
struct BreakRounds {
  private let relations: [ClockRelation]
  private let reference: Int
  private static let most = 4

  init(_ relations: [ClockRelation], reference: Int) {
    self.relations = relations
    self.reference = reference
  }

  func find(from folds: ClockBreaks) -> ClockBreaks {
    var breaks = folds
    for _ in 0..<Self.most {
      let found = relations.indices.flatMap { search($0, breaks) }
      guard BreakAttribution(relations: relations, reference: reference).attribute(found, to: &breaks) else { break }
    }
    return breaks
  }

  private func search(_ number: Int, _ breaks: ClockBreaks) -> [BreakAttribution.Found] {
    relations[number].split(by: breaks).flatMap { part in
      PairBreakSearch(part.relation.points, offered: part.relation.offered, quantum: part.relation.quantum).breaks()
    }.map { BreakAttribution.Found(relation: number, at: $0) }
  }
}
