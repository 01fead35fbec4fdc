internal import CaseModel
internal import Checks
public import Correlation
internal import Evidence

/// What the interfaces of a case's captures are called, looked up once.
public struct InterfaceNames: Sendable {
  private let vantages: [OneVantage]

  public init(_ scene: Scene) {
    vantages = scene.timeline.vantages.map { OneVantage($0, scene) }
  }

  /// Never one word for all interfaces: a number where nothing names a single one.
  public func name(_ place: Place) -> String? {
    guard vantages.indices.contains(place.vantage) else { return nil }
    let vantage = vantages[place.vantage]
    if let name = vantage.byNumber[Int(place.interface)] { return name }
    if place.interface > 0 { return "interface \(place.interface)" }
    return vantage.asOrdered == "any" ? nil : vantage.asOrdered
  }

  /// By the capture's own interface list; by the kernel's index in a cooked capture, if the host told its interfaces; else as the
  /// capture was ordered.
  static func name(_ number: UInt32, at vantage: Vantage, _ scene: Scene) -> String? {
    let names = OneVantage(vantage, scene)
    return names.byNumber[Int(number)] ?? names.asOrdered
  }

  private struct OneVantage {
    /// By the number that its records carry.
    var byNumber: [Int: String] = [:]
    var asOrdered: String?

    init(_ vantage: Vantage, _ scene: Scene) {
      for interface in scene.evidence.interfaces(host: vantage.host, namespace: vantage.namespace)?.value ?? [] {
        if let index = interface.index, index > 0, byNumber[index] == nil { byNumber[index] = interface.name }
      }
      for (number, name) in vantage.interfaces.enumerated() { byNumber[number] = name }
      asOrdered = scene.evidence.captures.first { $0.vantage == vantage.name }?.record.interface
    }
  }
}
