/// Every diagnosis there is. A new one is a file in `Catalog/` and a line here.
public enum DiagnosisCatalog {
  public static let all: [any Diagnosis.Type] = [
    ConntrackInvalidReset.self,
    PawsSynDrop.self,
    AcceptQueueOverflow.self,
    SynFiltered.self,
    ConnectionRefused.self,
    IdleTimeoutReset.self,
    MiddleboxReset.self,
    EndpointReset.self,
    NoApplicationResponse.self,
    PeriodicClose.self,
    FailedExpectation.self,
    MTUBlackhole.self,
    PacketLoss.self,
    ReceiverStalled.self,
    CaptureLoss.self,
  ]
}
