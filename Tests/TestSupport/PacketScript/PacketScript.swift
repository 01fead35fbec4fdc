public import Wire

/// Packets as a person writes them down, turned into the capture files that each vantage would have made.
///
///     # a comment
///     vantage client clock +0.25 drift 3 has C
///     vantage gateway link sll2
///     address C 10.1.0.2:40000 isn 1000
///     address S 10.2.0.9:80 isn 3000000000
///     address V 192.0.2.10:80
///     sees client S as V
///     sees gateway@eth0 S as V
///
///     client   gateway@eth0  gateway@eth1  server   packet
///     0.000    0.010         0.011         0.020    C > S [S] seq 0 win 64240 <mss 1460, sackok, ts 100 0, wscale 7>
///     0.060    0.050         0.049         0.040    S > C [S.] seq 0 ack 1 <mss 1460>
///     0.070    0.080         -             -        lost: C > S [P.] 1:1461 ack 1 df
///     -        0.081>        -             -        G > C icmp frag-needed mtu 1400
///
/// **The table.** The line that ends in `packet` names the columns, in the order in which they are written. Each line below is
/// one packet: seconds since the epoch when each column saw it, `-` where it never did, then the packet. Times are true times;
/// a vantage's clock is added when its file is made, and its frames are in order of the true time.
/// A column is a vantage, or `VANTAGE@INTERFACE` for one of several interfaces of it, which share its file.
///
/// **Direction**, for cooked links. `0.010>` left this interface, `>0.010` came in. Without a mark: out, if the packet's source
/// belongs to the vantage (`has`); out, if another column of the vantage saw the packet earlier (it was forwarded); else in.
///
/// **Declarations**, before the table, in any order:
/// - `vantage NAME` with any of `clock SECONDS` (its clock is so far ahead), `drift PPM` (and gains so much), `link LINK`
///   (`ethernet`, `vlan`, `sll`, `sll2`, `raw`, `null`), `snaplen N`, `nanoseconds` (else microseconds, rounded down),
///   `bigendian`, `has NAME` (again and again). A vantage that only the table names has none of these.
/// - `address NAME ADDRESS[:PORT] [isn N]`: `10.1.0.2:80`, `[2001:db8::2]:80`, `2001:db8::2`. The initial sequence number is
///   1000 unless given.
/// - `sees COLUMN NAME as OTHER`: there, packets from and to NAME show OTHER's address and port: what a translator does. If OTHER
///   was declared with an initial sequence number, NAME's bytes are numbered from that one there.
/// - `tunnel COLUMN KIND N NAME at NODE NAME at NODE`: there, packets between the two names are seen inside a tunnel between the
///   nodes; `vxlan`, `geneve`, `gre` with identifier N (GRE: 0 for no key), or `ipip` (N means nothing). Again and again.
/// - `epoch SECONDS`: what the table counts from; 1795237833 unless given.
///
/// **A packet** is `[LABEL:] FROM > TO ...`. FROM and TO are names, with another port as `C:40001`; `S!` is shown as it is
/// everywhere, whatever `sees` says. What follows, in any order:
/// - TCP: flags in brackets (`[S]`, `[S.]`, `[P.]`, `[F.]`, `[R]`, `[R.]`, `[.]`, also `U`, `E`, `W`); `seq N`, or `N:M` for
///   payload too; `ack N`; `win N`; options in angle brackets: `mss N`, `wscale N`, `ts VALUE ECHO`, `sackok`, `sack L R`, `nop`.
///   Numbers count from the initial sequence number, so that a SYN has 0 and the first byte 1; `=N` is the number on the wire.
/// - `udp`; `icmp echo` and `icmp echo-reply` with `icmpid N` and `icmpseq N`;
///   `icmp net-unreachable`, `host-unreachable`, `port-unreachable`, `admin-prohibited`, `time-exceeded`, `frag-needed mtu N`
///   (IPv6: packet too big). An error quotes the last packet that its receiver sent, or the one of that label: `about LABEL`.
/// - `len N` (payload; its bytes follow from the sender and the sequence number, so that a retransmission repeats them) or
///   `data "text"` (escapes `\r`, `\n`, `\"`, `\\`).
/// - `ttl N`, or one per column, `ttl 64/64/63/63` (else 64, one less after each vantage that forwarded it); `id N` (else the
///   line's number in the table); `df`; `tso` (IP total length 0); `frag FROM TO` (only these bytes of the IP payload).
/// - `badsum`: a wrong TCP, UDP or ICMP checksum, as a card that computes it leaves behind.
///
/// All checksums are right unless asked otherwise.
public struct PacketScript: Sendable {
  let declarations: Declarations
  let columns: [Column]
  let lines: [Line]

  /// - Throws: the first thing in the text that cannot be understood.
  public init(_ text: String) throws(PacketScriptProblem) {
    var parser = PacketScriptParser()
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      do {
        try parser.read(Tokens.of(line))
      } catch {
        throw PacketScriptProblem(line: index + 1, says: error.says)
      }
    }
    declarations = parser.declarations
    columns = parser.columns
    lines = parser.lines
  }

  /// In the order of the columns.
  public var vantages: [String] {
    columns.reduce(into: []) { names, column in if !names.contains(column.vantage) { names.append(column.vantage) } }
  }

  /// The pcap file that this vantage made; a file without a frame for a vantage that the script does not know.
  public func capture(_ vantage: String) -> [UInt8] {
    let settings = declarations.vantage(vantage)
    var file = PcapFile(settings)
    for sighting in sightings(vantage) {
      let frame = FrameEncoder(self, sighting).frame(settings.link)
      file.append(frame, time: settings.clock(sighting.time, epoch: declarations.epoch))
    }
    return file.bytes
  }

  /// The same, to read from.
  public func source(_ vantage: String) -> ByteArraySource { ByteArraySource(capture(vantage)) }

  /// The 1-based frame number of a labelled packet in a vantage's file, or in that of a column (`gateway@eth0`); nil where it
  /// was not seen.
  public func frame(_ label: String, at place: String) -> UInt32? {
    let vantage = Column(place).vantage
    let index = sightings(vantage).firstIndex {
      lines[$0.line].packet.label == label && (place == vantage || columns[$0.column].name == place)
    }
    return index.map { UInt32($0 + 1) }
  }

  /// What a vantage saw, in its order.
  func sightings(_ vantage: String) -> [Sighting] {
    let all = lines.indices.flatMap { line in
      columns.indices.compactMap { column -> Sighting? in
        guard columns[column].vantage == vantage, let cell = lines[line].cells[column] else { return nil }
        return Sighting(line: line, column: column, time: cell.time)
      }
    }
    // Sorting in Swift is stable, but that is not promised: ties keep the order of the lines.
    return all.sorted { ($0.time, $0.line, $0.column) < ($1.time, $1.line, $1.column) }
  }
}

/// Why a script could not be read.
public struct PacketScriptProblem: Error, CustomStringConvertible {
  /// 1-based.
  public let line: Int
  public let says: String

  init(line: Int = 0, says: String) {
    self.line = line
    self.says = says
  }

  public var description: String { "packet script line \(line): \(says)" }
}
