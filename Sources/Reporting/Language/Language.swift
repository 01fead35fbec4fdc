/// What language a report is written in. Names, commands, fields and files stay as they are.
public enum Language: String, Sendable, CaseIterable {
  case en, zh
}
