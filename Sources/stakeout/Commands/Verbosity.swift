internal import ArgumentParser

struct Verbosity: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say more on stderr.") var verbose = false
  @Flag(name: .shortAndLong, help: "Say nothing on stderr but errors.") var quiet = false

  var console: Console { Console(quiet: quiet, verbose: verbose) }
}
