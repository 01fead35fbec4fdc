internal import CaseModel

extension Manifest {
  /// Doubts about captures of containers that came after others: what happened before they were found is not captured.
  var replacedContainers: [Doubt] {
    captures.compactMap { capture in
      let name = capture.vantage.text
      guard let tilde = name.lastIndex(of: "~"), let number = Int(name[name.index(after: tilde)...]), number > 1,
        captures.contains(where: { $0.host == capture.host && $0.vantage.text == name[..<tilde] })
      else { return nil }
      return Doubt(
        vantage: capture.vantage, host: capture.host,
        says:
          "the container of \(name[..<tilde]) was replaced: \(name) records the next one from the moment that it was found",
        couldHideFault: true)
    }
  }
}
