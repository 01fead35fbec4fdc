/// What can be wrong.
public enum FindingKind: String, Sendable, Codable, CaseIterable, Comparable {
  case mtuBlackhole = "mtu-blackhole"
  case conntrackInvalidReset = "conntrack-invalid-reset"
  case pawsSynDrop = "paws-syn-drop"
  case acceptQueueOverflow = "accept-queue-overflow"
  case noApplicationResponse = "no-application-response"
  case periodicClose = "periodic-close"
  case idleTimeoutReset = "idle-timeout-reset"
  case packetLoss = "packet-loss"
  case middleboxReset = "middlebox-reset"
  case endpointReset = "endpoint-reset"
  case synFiltered = "syn-filtered"
  case connectionRefused = "connection-refused"
  case receiverStalled = "receiver-stalled"
  case captureLoss = "capture-loss"
  /// A check whose `expect` did not hold.
  case failedExpectation = "failed-expectation"

  /// What could explain a fault: each has one row in every case. A failed `expect` explains nothing, it is only noted.
  public static let hypotheses = allCases.filter { $0 != .failedExpectation }

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
