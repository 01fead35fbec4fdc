/// What flows have in common that take the same way under as many names: kept once for all of them.
struct FlowShape: Hashable, Sendable {
  /// As far as packets were seen.
  var paths = DirectionPair<[Place]>(fromOpener: [], fromAcceptor: [])
  /// Per place of the paths: the alias that is regular there.
  var names = DirectionPair<[UInt16]>(fromOpener: [], fromAcceptor: [])
  /// Per direction: whether its receiver showed that it got anything.
  var isAnswered = DirectionPair(fromOpener: false, fromAcceptor: false)
}
