import Testing

/// One direction, and the case folder is the waist.
struct ImportTests {
  /// Right of the case folder everything is a function of it: these may not even know what touches hosts.
  @Test(arguments: ["Evidence", "Correlation", "Diagnoses", "Merging", "Reporting"])
  func nothingRightOfTheFolderKnowsWhatTouchesHosts(target: String) throws {
    let forbidden: Set = ["Playbooks", "Planning", "Remotes", "Running", "CaseStore", "Lab", "CaptureFilters"]
    #expect(try SourceTree.imports(of: target).isDisjoint(with: forbidden))
  }

  /// A core is synchronous and pure: no files, no processes, no clock, no threads of its own.
  @Test(arguments: [
    "CaseModel", "Wire", "Checks", "Alignment", "Playbooks", "Planning", "Evidence", "Correlation", "Diagnoses",
    "Merging",
    "Reporting",
  ])
  func coresTouchNothing(target: String) throws {
    let forbidden: Set = [
      "Foundation", "Glibc", "Dispatch", "SystemPackage", "Subprocess", "Synchronization", "CLibSSH2", "CPcap",
      "CCrypto", "CZlib",
    ]
    // `inet_pton` reads addresses and touches nothing.
    let permitted: Set = target == "Playbooks" ? ["Glibc"] : []
    #expect(try SourceTree.imports(of: target).subtracting(permitted).isDisjoint(with: forbidden))
    for file in try SourceTree.files(of: target) {
      #expect(!file.text.contains(" async ") && !file.text.contains("await "), "\(file.name) is asynchronous")
    }
  }

  @Test func wireKnowsNoCase() throws {
    #expect(try SourceTree.imports(of: "Wire").isDisjoint(with: ["CaseModel", "Evidence", "CaseStore"]))
  }

  /// Only the console prints.
  @Test func nobodyElsePrints() throws {
    for target in try SourceTree.targets where target != "stakeout" && target != "lab-peer" {
      for file in try SourceTree.files(of: target) {
        #expect(!file.text.contains(" print("), "\(file.name) prints")
      }
    }
  }

  /// What the compiler cannot check needs a proof beside it.
  @Test func uncheckedConcurrencyIsProven() throws {
    for target in try SourceTree.targets {
      for file in try SourceTree.files(of: target) {
        let lines = file.text.split(
          separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated()
        where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") {
          let above = lines[max(0, number - 6)..<number].contains { $0.contains("//") }
          #expect(above, "\(file.name):\(number + 1) has no comment that proves it")
        }
      }
    }
  }
}
