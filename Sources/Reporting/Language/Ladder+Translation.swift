internal import CaseModel

extension ConnectionStory {
  /// With the sentences of its ladder in Chinese: they are broken into lines when it is drawn, and must be whole for that.
  func translated(by book: inout PhraseBook) -> ConnectionStory {
    var story = self
    story.ladder = ladder.translated(by: &book)
    return story
  }
}

extension Ladder {
  fileprivate func translated(by book: inout PhraseBook) -> Ladder {
    var ladder = self
    for index in ladder.rows.indices {
      if case .fold(var fold) = ladder.rows[index] {
        fold.told = book.say(fold.text)
        ladder.rows[index] = .fold(fold)
      }
      guard case .passage(var passage) = ladder.rows[index] else { continue }
      passage.told = (book.say(passage.shortLabel), passage.remarks.map { book.say($0) })
      for place in passage.sightings.indices {
        for note in passage.sightings[place].says.indices {
          passage.sightings[place].says[note].sentence = book.say(
            passage.sightings[place].says[note].sentence.replacing("`", with: ""))
        }
      }
      ladder.rows[index] = .passage(passage)
    }
    return ladder
  }
}
