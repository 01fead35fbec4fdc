@main
struct LabPeer {
  static func main() {}
}
