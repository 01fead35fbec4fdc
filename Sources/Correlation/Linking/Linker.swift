/// Finds which conversations at all vantages are one flow.
enum Linker {
  static func link(_ indexes: [CaptureIndex]) -> FlowAssembly {
    let world = ConversationWorld(indexes)
    var set = ConversationSet(count: world.count)
    for vote in LinkVotes.links(indexes, world) { set.join(vote.first, vote.second, flipped: vote.flipped) }
    EqualTuples.join(world, &set)
    StrayTwins.join(world, &set)
    return FlowAssembly(world, set)
  }
}
