internal import CaseModel
internal import Diagnoses

/// What only people know, and what the case proposes to them.
func peopleSection(_ judgement: Judgement, _ names: HostNames) -> String {
  let proposed = ActionItem.all(judgement, names).map { item in
    [MarkdownText.prose(item.action), item.purpose.rawValue, "", "", item.finding]
  }
  let blank = ["To do: what else, and who until when.", "", "", "", ""]
  return """
    ## For people to fill in

    - _To do: detection. Who noticed, how, and what should have noticed first._
    - _To do: resolution. What was done in the end, when, by whom, and how it was checked._
    - _To do: lessons. What went well, what did not, where luck helped._
    - _To do: who was there, and who owns this page._

    ### Action items

    \(MarkdownText.table(["action", "type", "owner", "ticket", "for"], proposed + [blank]))
    """
}
