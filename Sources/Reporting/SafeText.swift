/// Text of a case, made safe to print: names, log lines and remote output come from machines in trouble, or from somebody else.
public enum SafeText {
  /// Control characters, line breaks and characters that turn the writing direction become visible escapes (`\x1b`, `\u202e`): the
  /// text stays on its line and steers no terminal.
  public static func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHidden) else { return text }
    var shown = ""
    for scalar in text.unicodeScalars {
      guard isHidden(scalar) else {
        shown.unicodeScalars.append(scalar)
        continue
      }
      let digits = String(scalar.value, radix: 16)
      let (prefix, width) = scalar.value <= 0xff ? ("\\x", 2) : ("\\u", 4)
      shown += prefix + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    return shown
  }

  /// The same for text of several lines, which stay lines; tabs stay, too.
  public static func visibleLines(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { isHidden($0) && $0 != "\n" && $0 != "\t" }) else { return text }
    return text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map { visible(String($0)) }.joined(separator: "\t")
    }.joined(separator: "\n")
  }

  /// Control, format and separator characters: whatever acts without being seen.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
    default: false
    }
  }
}
