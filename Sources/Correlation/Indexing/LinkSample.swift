/// What tells one packet from all others at whatever vantage it is seen, taken of the first packets of a conversation and of some
/// later ones: conversations that share samples are one flow.
struct LinkSample: Sendable, BitwiseCopyable {
  let key: UInt64
  let conversation: UInt32
  let bits: Bits
  /// When, in steps of 1/60 s by the vantage's own clock; goes round every 18 minutes.
  let tick: UInt16

  struct Bits: OptionSet, Sendable, BitwiseCopyable {
    let rawValue: UInt8
    static let fromLow = Bits(rawValue: 1)
    static let syn = Bits(rawValue: 2)
    /// Keys of sequence numbers and timestamps are as good as unique; those of content may be anyone's.
    static let content = Bits(rawValue: 4)
    static let inbound = Bits(rawValue: 8)
    static let outbound = Bits(rawValue: 16)
    /// Nothing but one end's 32 bits: among a million connections some have the same.
    static let weak = Bits(rawValue: 32)
  }

  /// The first packets of each direction that are always taken.
  static let first: UInt16 = 16
  /// Those of a connection whose SYN was seen: that one alone hardly leaves a doubt.
  static let firstOfOpened: UInt16 = 4
}
