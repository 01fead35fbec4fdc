/// Where a track stands: all that the order of frames is decided by, apart from what is large.
struct TrackHead: BitwiseCopyable {
  /// Of the next frame; 1-based in its file.
  private(set) var frame: UInt32 = 0
  /// When it is to be written, nanoseconds on the case's time line.
  private(set) var time = Int64.min
  /// The same by its own clock.
  private var aligned = Int64.min
  private(set) var isAtEnd = true
  /// Whether it goes by its clock alone: its senders wait for it in their turn.
  var isFreed = false
  /// When frames were written last, and the first that was written then.
  private var written = (time: Int64.min, first: UInt32.max)

  /// By how many nanoseconds the frame comes later than its clock says.
  var lateness: Int64 { time &- aligned }

  /// Moves on to a frame. The order within a file is what really happened, so its times never go back.
  @inline(__always)
  mutating func advance(to frame: UInt32, _ aligned: Int64) {
    isAtEnd = false
    isFreed = false
    self.frame = frame
    self.aligned = aligned
    time = max(aligned, time)
  }

  mutating func end() { isAtEnd = true }

  /// Moves the frame to a later time.
  @inline(__always)
  mutating func delay(until due: Int64) { time = max(time, due) }

  /// Notes that the frame is written.
  @inline(__always)
  mutating func noteWritten() {
    if written.time != time || written.first == .max { written = (time, frame) }
  }

  /// Whether a frame of this file is still to be written.
  @inline(__always)
  func isToCome(_ frame: UInt32) -> Bool { !isAtEnd && self.frame <= frame }

  /// Whether a frame that is no longer to come was written at a time, the last one of all.
  @inline(__always)
  func wasWritten(_ frame: UInt32, at time: Int64) -> Bool { written.time == time && frame >= written.first }
}
