public import Foundation
public import Wire

/// The bytes of a test resource, `fixtureBytes("Fixtures/cut.pcap", in: .module)`.
/// - Throws: when it is not there; a missing fixture is a failed test.
public func fixtureBytes(_ path: String, in bundle: Bundle) throws -> [UInt8] {
  Array(try Data(contentsOf: fixtureURL(path, in: bundle)))
}

/// Where it is, for programs that read it themselves.
public func fixtureURL(_ path: String, in bundle: Bundle) -> URL {
  (bundle.resourceURL ?? bundle.bundleURL).appendingPathComponent(path)
}

/// To read from.
public func fixture(_ path: String, in bundle: Bundle) throws -> ByteArraySource {
  ByteArraySource(try fixtureBytes(path, in: bundle))
}
