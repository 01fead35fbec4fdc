internal import CaseModel
internal import Correlation
public import Diagnoses

/// `timeline.ndjson`: what the case cites, in the order of the aligned time line, one event a line.
///
/// - Throws: `EncodingError` for a number that JSON cannot hold.
public func timelineLines(_ judgement: Judgement, _ scene: Scene) throws -> [UInt8] {
  []
}
