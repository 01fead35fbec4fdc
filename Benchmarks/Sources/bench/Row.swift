/// The rows of the table.
enum Row {
  static let analysis = "stakeout analyze --merged /dev/null"
  static let half = "  the same, half the records"
  static let judging = "stakeout analyze"
  static let read = "reading and dissecting alone"
  static let merge = "merging alone, to nowhere"
  static let mergecap = "mergecap -w /dev/null"
  static let tshark = "tshark -q -z conv,tcp"
  static let capinfos = "capinfos"
  static let tcpdump = "tcpdump -w /dev/null"
  static let cat = "cat"
  static let toDisk = "stakeout analyze --merged FILE"
  static let copy = "cp of that FILE"
}
