/// Finds which conversations at all vantages are one flow.
enum Linker {
  /// Takes the conversations and their samples out of the indexes.
  static func link(_ indexes: inout [CaptureIndex]) -> FlowAssembly {
    let world = ConversationWorld(indexes)
    for vantage in indexes.indices { indexes[vantage].conversations = [] }
    var set = ConversationSet(count: world.count)
    for vote in LinkVotes.links(indexes, world) { set.join(vote.first, vote.second, flipped: vote.flipped) }
    for vantage in indexes.indices { indexes[vantage].samples = [] }
    EqualTuples.join(world, &set)
    StrayTwins.join(world, &set)
    return FlowAssembly(world, set)
  }
}
