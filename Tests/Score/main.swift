internal import Correlation
internal import Scoring

// Prints the goal table as measured: `score [SEEDS [VOLUME [SECONDS]]]`.
var size = ScoringSize.long
let words = CommandLine.arguments.dropFirst().compactMap(Double.init)
if words.count > 0 { size.seeds = Int(words[0]) }
if words.count > 1 { size.volume = words[1] }
if words.count > 2 { size.duration = words[2] }
let table = try GoalTable.measured(size, workers: InlineWorkers())
print(table.text)
