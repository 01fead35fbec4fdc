/// Finds which conversations at all vantages are one flow.
enum Linker {
  /// Takes the conversations and their samples out of the indexes.
  /// - Parameter contents: reads the captures once more for content, given which conversations of each vantage it is wanted of;
  ///   asked only if any is left that content may link.
  static func link(
    _ indexes: inout [CaptureIndex], _ names: TrackedNames, contents: (_ wanted: [[Bool]]) throws -> [[ContentSample]]
  ) rethrows -> FlowAssembly {
    var world = ConversationWorld(takingFrom: &indexes)
    var set = ConversationSet(count: world.count)
    for vote in LinkVotes.links(indexes, world, names) { set.join(vote.first, vote.second, flipped: vote.flipped) }
    for vantage in indexes.indices { indexes[vantage].samples = [] }
    EqualTuples.join(world, &set)
    if let wanted = RenumberedFlows.candidates(world, &set) {
      RenumberedFlows.join(try contents(wanted), &world, &set)
    }
    StrayTwins.join(world, &set)
    return FlowAssembly(world, set)
  }
}
