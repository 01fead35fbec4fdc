extension FilterNames {
  /// The language of pcap-filter(7): what is never looked up.
  static let keywords: Set<String> = [
    // Qualifiers and operators.
    "host", "net", "mask", "port", "portrange", "proto", "protochain", "gateway", "src", "dst", "and", "or", "not",
    "less", "greater", "len", "length", "broadcast", "multicast", "inbound", "outbound", "ifindex",
    // Protocols.
    "ether", "link", "fddi", "tr", "wlan", "ppp", "slip", "ip", "ip6", "arp", "rarp", "atalk", "aarp", "decnet", "iso",
    "stp", "ipx", "netbeui", "lat", "moprc", "mopdl", "sca", "tcp", "udp", "sctp", "icmp", "icmp6", "igmp", "igrp",
    "pim", "vrrp", "carp", "ah", "esp", "radio", "clnp", "esis", "isis", "vlan", "mpls", "pppoed", "pppoes", "geneve",
    "vxlan", "gre", "ipv6-icmp",
    // With a quoting backslash, as `proto \tcp` is written.
    "\\tcp", "\\udp", "\\icmp", "\\icmp6", "\\igmp", "\\ip", "\\ip6", "\\arp", "\\rarp", "\\sctp", "\\ah", "\\esp",
    "\\vrrp", "\\pim",
    // Fields.
    "icmptype", "icmpcode", "icmp-echoreply", "icmp-unreach", "icmp-sourcequench", "icmp-redirect", "icmp-echo",
    "icmp-routeradvert", "icmp-routersolicit", "icmp-timxceed", "icmp-paramprob", "icmp-tstamp", "icmp-tstampreply",
    "icmp-ireq", "icmp-ireqreply", "icmp-maskreq", "icmp-maskreply", "icmp6type", "icmp6code",
    "icmp6-destinationrunreach", "icmp6-destinationunreach", "icmp6-packettoobig", "icmp6-timeexceeded",
    "icmp6-parameterproblem", "icmp6-echo", "icmp6-echoreply", "icmp6-multicastlistenerquery",
    "icmp6-multicastlistenerreportv1", "icmp6-multicastlistenerdone", "icmp6-routersolicit",
    "icmp6-routeradvert", "icmp6-neighborsolicit", "icmp6-neighboradvert", "icmp6-redirect",
    "icmp6-multicastlistenerreportv2", "tcpflags", "tcp-fin", "tcp-syn", "tcp-rst", "tcp-push", "tcp-ack", "tcp-urg",
    "tcp-ece", "tcp-cwr",
  ]
}
