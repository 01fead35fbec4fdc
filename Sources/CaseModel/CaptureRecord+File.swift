/// `file` is the first of `files` for readers that know one file per capture; `files` is written when there are more. A capture
/// that could not be fetched has neither.
extension CaptureRecord {
  public init(from decoder: any Decoder) throws {
    let c = try decoder.container(keyedBy: CodingKeys.self)
    let single = try c.decodeIfPresent(String.self, forKey: .file)
    let files = try c.decodeIfPresent([String].self, forKey: .files) ?? single.map { [$0] } ?? []
    self.init(
      vantage: try c.decode(VantageName.self, forKey: .vantage), files: files,
      host: try c.decode(HostName.self, forKey: .host),
      namespace: try c.decodeIfPresent(NamespaceName.self, forKey: .namespace) ?? .host,
      interface: try c.decodeIfPresent(String.self, forKey: .interface),
      filter: try c.decodeIfPresent(String.self, forKey: .filter),
      snaplen: try c.decodeIfPresent(Int.self, forKey: .snaplen),
      first: try c.decodeIfPresent(HostTime.self, forKey: .first),
      last: try c.decodeIfPresent(HostTime.self, forKey: .last),
      packets: try c.decodeIfPresent(Int.self, forKey: .packets),
      drops: try c.decodeIfPresent(Int.self, forKey: .drops),
      endedBy: try c.decodeIfPresent(String.self, forKey: .endedBy),
      ended: try c.decodeIfPresent(HostTime.self, forKey: .ended),
      roles: try c.decodeIfPresent([RoleName].self, forKey: .roles) ?? [])
  }

  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(vantage, forKey: .vantage)
    try c.encodeIfPresent(files.first, forKey: .file)
    if files.count > 1 { try c.encode(files, forKey: .files) }
    try c.encode(host, forKey: .host)
    try c.encode(namespace, forKey: .namespace)
    try c.encodeIfPresent(interface, forKey: .interface)
    try c.encodeIfPresent(filter, forKey: .filter)
    try c.encodeIfPresent(snaplen, forKey: .snaplen)
    try c.encodeIfPresent(first, forKey: .first)
    try c.encodeIfPresent(last, forKey: .last)
    try c.encodeIfPresent(packets, forKey: .packets)
    try c.encodeIfPresent(drops, forKey: .drops)
    try c.encodeIfPresent(endedBy, forKey: .endedBy)
    try c.encodeIfPresent(ended, forKey: .ended)
    try c.encode(roles, forKey: .roles)
  }
}
