/// What is wrong with a pcap-filter text, nil if nothing. Looks nothing up.
public func captureFilterProblem(_ filter: String) -> String? { nil }
