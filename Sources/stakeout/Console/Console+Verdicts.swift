internal import ArgumentParser
internal import CaseModel
internal import Playbooks
internal import Running

/// A text that its author must mend: every problem has been printed.
struct RejectedText: Error {}

extension Console {
  /// Prints every problem; gives the value, if there is one.
  /// - Throws: `RejectedText` when any problem is an error.
  func accepting<Value>(_ parsed: Parsed<Value>) throws -> Value {
    for problem in parsed.problems { complain(problem) }
    guard let value = parsed.value else { throw RejectedText() }
    return value
  }

  private func complain(_ problem: Problem) {
    if problem.severity == .error { always("\(problem)") } else { say("\(problem)") }
  }

  /// What the journal gets, for whoever asked to see it.
  func detail(_ entry: JournalEntry) {
    guard isVerbose else { return }
    let ending = entry.ending.map { ": \($0)" } ?? ""
    say("  \(entry.host.map { "\($0): " } ?? "")\((entry.command ?? entry.says).prefix { $0 != "\n" })\(ending)")
  }

  func show(_ report: RunReport) {
    switch report {
    case .host(let host, let text): step(host, text)
    case .progress(let host, let text): progress(host, text)
    case .recording(let hosts, let wait):
      say(
        "recording on \(hosts) host\(hosts == 1 ? "" : "s") for \(wait.written); Ctrl-C ends the wait and goes on to the verdict"
      )
    case .run(let text): say(text)
    case .failure(let failure): error("\(failure)")
    }
  }

  /// Runs a command's body; turns what it throws into words on stderr and the exit status that belongs to it.
  func reporting(_ body: () async throws -> Void) async throws {
    do { try await body() } catch let code as ExitCode { throw code } catch is RejectedText {
      throw ExitCode(ExitStatus.usage)
    } catch let failure as Failure {
      error("\(failure)")
      throw ExitCode(
        ["no-text", "refused", "unknown-capture", "unknown-id", "unknown-incident"].contains(failure.code)
          ? ExitStatus.usage : ExitStatus.noVerdict)
    } catch {
      self.error("\(error)")
      throw ExitCode(ExitStatus.noVerdict)
    }
  }
}
