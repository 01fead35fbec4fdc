/// What only people know.
func peopleSection() -> String {
  """
  ## For people to fill in

  - _To do: detection. Who noticed, how, and what should have noticed first._
  - _To do: resolution. What was done in the end, when, by whom, and how it was checked._
  - _To do: action items. What, who, until when._
  - _To do: lessons. What went well, what did not, where luck helped._
  - _To do: who was there, and who owns this page._
  """
}
