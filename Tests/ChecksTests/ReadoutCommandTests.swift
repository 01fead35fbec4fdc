import CaseModel
import Checks
import Foundation
import Testing

/// The commands themselves, run here by a real shell.
@Suite struct ReadoutCommandTests {
  /// What a POSIX shell prints for it. `path` narrows which tools it finds.
  static func output(of request: ReadoutRequest, path: String? = nil) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", request.shell.text]
    if let path { process.environment = ["PATH": path] }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  @Test func `checks of one command share one request`() {
    let merged = ReadoutRequest.merged([
      ReadoutRequest(.sysctl, operands: ["b.c", "a.b"]), ReadoutRequest(.nstat), ReadoutRequest(.nstat),
      ReadoutRequest(.sysctl, operands: ["a.b"]),
    ])
    #expect(merged.map(\.name) == ["nstat", "sysctl"])
    #expect(merged[1].operands == ["a.b", "b.c"])
  }

  @Test func `sysctl reads what is there and leaves out what is not`() throws {
    let keys = ["net.ipv4.tcp_rmem", "net.ipv4.conf.lo.rp_filter", "net.ipv4.no_such_key", "kernel.ostype"]
    let (status, text) = try Self.output(of: ReadoutRequest(.sysctl, operands: keys))
    let values = SysctlReading(parsing: text).values
    #expect(status == 0)
    #expect(values.keys.sorted() == ["kernel.ostype", "net.ipv4.conf.lo.rp_filter", "net.ipv4.tcp_rmem"])
    #expect(values["kernel.ostype"] == "Linux")
  }

  @Test(arguments: [ReadoutRequest(.addresses), ReadoutRequest(.routes), ReadoutRequest(.listenQueues)])
  func `what a host shows of itself is read`(request: ReadoutRequest) throws {
    let (status, text) = try Self.output(of: request)
    #expect(status == 0)
    #expect(request.command == .routes || !text.isEmpty)
  }

  @Test func `a table is cut to its ports`() throws {
    let tools = try ToolFolder(["grep", "head", "uname", "timeout", "cat"])
    defer { tools.remove() }
    try tools.add("conntrack", "echo tcp sport=80 dport=5; echo tcp sport=8080 dport=80; echo tcp sport=1 dport=180")
    let (status, text) = try Self.output(of: ReadoutRequest(.conntrackTable, operands: ["80"]), path: tools.path)
    #expect(status == 0)
    // Where the module is not there the tool is not asked: then nothing is cut from nothing.
    #expect(["tcp sport=80 dport=5\ntcp sport=8080 dport=80\n", ""].contains(text), "\(text)")
  }

  @Test func `uname tells a version`() throws {
    #expect(KernelVersion(parsing: try Self.output(of: ReadoutRequest(.uname)).text) != nil)
  }

  @Test func `counters are read, with and without nstat, and its history is left alone`() throws {
    let history = "/tmp/.nstat.u\(getuid())"
    let before = try? Data(contentsOf: URL(fileURLWithPath: history))
    let (status, text) = try Self.output(of: ReadoutRequest(.nstat))
    #expect(status == 0)
    #expect(CounterReading(parsing: text).values["TcpInSegs"] != nil)
    let tools = try ToolFolder(["cat"])
    defer { tools.remove() }
    let (fallbackStatus, fallback) = try Self.output(of: ReadoutRequest(.nstat), path: tools.path)
    #expect(fallbackStatus == 0)
    #expect(fallback.contains("TcpExt: "))
    #expect(CounterReading(parsing: fallback).values["TcpInSegs"] != nil)
    #expect((try? Data(contentsOf: URL(fileURLWithPath: history))) == before)
  }

  @Test func `interfaces are read, with and without ip`() throws {
    let (status, text) = try Self.output(of: ReadoutRequest(.interfaces))
    #expect(status == 0)
    #expect(NetworkInterface.parse(text).first { $0.name == "lo" } != nil)
    let tools = try ToolFolder(["cat"])
    defer { tools.remove() }
    let fallback = NetworkInterface.parse(try Self.output(of: ReadoutRequest(.interfaces), path: tools.path).text)
    let loopback = try #require(fallback.first { $0.name == "lo" })
    #expect(loopback.mtu == nil)
    #expect(loopback.received != nil)
  }

  @Test func `conntrack is never asked where that could load a module`() throws {
    let tools = try ToolFolder(["cat", "uname", "grep"])
    defer { tools.remove() }
    // A conntrack that tells of itself, and a kernel whose modules lie in a folder that is there where any are.
    try tools.add("conntrack", "#!/bin/sh\necho cpu=0 asked=1\n")
    try tools.add("uname", "#!/bin/sh\necho ..\n")
    let mayLoad =
      FileManager.default.fileExists(atPath: "/lib/modules")
      && !FileManager.default.fileExists(atPath: "/sys/module/nf_conntrack_netlink")
    let (status, text) = try Self.output(of: ReadoutRequest(.conntrackStatistics), path: tools.path)
    #expect(status == 0)
    #expect(text.contains("asked=1") == !mayLoad)
  }
}

/// A folder of links to some of the system's tools and of scripts of our own.
struct ToolFolder {
  let path: String

  init(_ names: [String]) throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("tools-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for name in names {
      let source = ["/usr/bin/", "/bin/"].map { $0 + name }.first { FileManager.default.fileExists(atPath: $0) }
      try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: source ?? name)
    }
  }

  /// Written by a shell of its own: a program that some other test starts meanwhile would inherit a file that is open for writing
  /// here, and for as long the kernel refuses to run it (ETXTBSY).
  func add(_ name: String, _ script: String) throws {
    let shell = try Process.run(
      URL(fileURLWithPath: "/bin/sh"),
      arguments: ["-c", #"rm -f "$1" && printf %s "$2" > "$1" && chmod 755 "$1""#, "sh", path + "/" + name, script])
    shell.waitUntilExit()
    try #require(shell.terminationStatus == 0)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
