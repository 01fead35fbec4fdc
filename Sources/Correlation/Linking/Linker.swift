/// Finds which conversations at all vantages are one flow.
enum Linker {
  /// Takes the conversations out of the indexes.
  /// - Parameter contents: reads the captures once more for content, given which conversations of each vantage it is wanted of;
  ///   asked only if any is left that content may link.
  /// - Throws: what the samples' spool and `contents` throw.
  static func link(
    _ indexes: inout [CaptureIndex], _ samples: [LinkSamples], _ names: TrackedNames,
    contents: (_ wanted: [[Bool]]) throws -> [[ContentSample]]
  ) throws -> FlowAssembly {
    var world = ConversationWorld(takingFrom: &indexes)
    var set = ConversationSet(count: world.count)
    for vote in try LinkVotes.links(samples, world, names) { set.join(vote.first, vote.second, flipped: vote.flipped) }
    EqualTuples.join(world, &set)
    if let wanted = RenumberedFlows.candidates(world, &set) {
      RenumberedFlows.join(try contents(wanted), &world, &set)
    }
    StrayTwins.join(world, &set)
    world.forgetOrder()
    return FlowAssembly(consume world, consume set)
  }
}
