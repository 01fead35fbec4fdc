public import CaseModel
public import Wire

/// Which addresses the network namespaces of a case have, as `ip addr` told where it was read.
public struct HostAddressBook: Sendable {
  public struct Place: Hashable, Sendable {
    public let host: HostName
    public let namespace: NamespaceName

    public init(host: HostName, namespace: NamespaceName) {
      self.host = host
      self.namespace = namespace
    }
  }

  private var told: Set<Place> = []
  private var byAddress: [IPAddress: [Place]] = [:]

  init(_ readouts: [Readout]) {
    for readout in readouts where readout.command == "ip_addr" {
      let place = Place(host: readout.host, namespace: readout.namespace)
      let found = Self.addresses(in: readout.text)
      if !found.isEmpty { told.insert(place) }
      for address in found where byAddress[address]?.contains(place) != true {
        byAddress[address, default: []].append(place)
      }
    }
  }

  /// Namespaces that have an address; none where nobody told.
  public func owners(of address: IPAddress) -> [Place] { byAddress[address] ?? [] }

  /// nil where that namespace did not tell its addresses.
  public func has(_ address: IPAddress, at place: Place) -> Bool? {
    told.contains(place) ? owners(of: address).contains(place) : nil
  }

  /// What stands behind `inet` and `inet6`, before the prefix length.
  private static func addresses(in text: String) -> Set<IPAddress> {
    let words = text.split { $0 == " " || $0 == "\n" || $0 == "\t" }
    return Set(
      zip(words, words.dropFirst()).compactMap { word, next in
        guard word == "inet" || word == "inet6" else { return nil }
        return IPAddress(text: next.prefix { $0 != "/" })
      })
  }
}
