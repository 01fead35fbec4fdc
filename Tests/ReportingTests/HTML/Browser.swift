import Foundation
import TestSupport

/// A Chromium without a window, steered over two pipes (Chrome DevTools Protocol): started once, it looks at many pages.
final class Browser {
  /// What the browser tells of its own accord, such as `Runtime.exceptionThrown`.
  struct Event {
    let method: String
    let parameters: [String: Any]
  }

  struct Broken: Error, CustomStringConvertible {
    let description: String
  }

  private let process = Process()
  private let folder: URL
  private let input: FileHandle
  private let output: FileHandle
  private var buffer = Data()
  private var number = 0
  private var session: String?
  private var events: [Event] = []

  /// nil where there is no Chromium.
  init?() throws {
    guard try InstalledTool("chromium") != nil else { return nil }
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-browser-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    let (asked, told) = (Pipe(), Pipe())
    let words = [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
      "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
      "--user-data-dir=\(folder.path)/profile",
    ]
    process.executableURL = URL(filePath: "/bin/sh")
    // The browser reads from descriptor 3 and writes to 4.
    process.arguments = ["-c", "exec chromium \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null", "sh"] + words
    process.standardInput = asked
    process.standardOutput = told
    process.standardError = FileHandle.nullDevice
    (input, output) = (asked.fileHandleForWriting, told.fileHandleForReading)
    try process.run()
    let target = try call("Target.createTarget", ["url": "about:blank"])
    let attached = try call("Target.attachToTarget", ["targetId": target["targetId"] ?? "", "flatten": true])
    session = attached["sessionId"] as? String
    for domain in ["Page", "Runtime", "Log", "Network"] { _ = try call("\(domain).enable") }
  }

  deinit {
    session = nil
    _ = try? call("Browser.close")
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Loads a page, and waits until it is all there.
  /// - Returns: what happened meanwhile.
  func open(_ page: String) throws -> [Event] {
    let file = folder.appendingPathComponent("page.html")
    try Data(page.utf8).write(to: file)
    events = []
    _ = try call("Page.navigate", ["url": file.absoluteString])
    while !events.contains(where: { $0.method == "Page.loadEventFired" }) { try read() }
    // Whatever the page's own load handlers did is behind this answer.
    _ = try evaluate("0")
    return events
  }

  /// As a screen of that width would show it.
  func resize(width: Int, dark: Bool) throws {
    _ = try call(
      "Emulation.setDeviceMetricsOverride", ["width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false])
    _ = try call(
      "Emulation.setEmulatedMedia", ["features": [["name": "prefers-color-scheme", "value": dark ? "dark" : "light"]]])
  }

  /// The value of an expression.
  func evaluate(_ expression: String) throws -> Any? {
    let answer = try call("Runtime.evaluate", ["expression": expression, "returnByValue": true])
    if answer["exceptionDetails"] != nil { throw Broken(description: "`\(expression)` failed") }
    return (answer["result"] as? [String: Any])?["value"]
  }

  /// The page on A4.
  func printed() throws -> Data {
    let answer = try call("Page.printToPDF", ["paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": true])
    return Data(base64Encoded: answer["data"] as? String ?? "") ?? Data()
  }

  private func call(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    number += 1
    var message: [String: Any] = ["id": number, "method": method, "params": parameters]
    if let session { message["sessionId"] = session }
    try input.write(contentsOf: JSONSerialization.data(withJSONObject: message) + [0])
    while true {
      guard let answer = try read() else { continue }
      if let error = answer["error"] { throw Broken(description: "\(method): \(error)") }
      return answer["result"] as? [String: Any] ?? [:]
    }
  }

  /// One message; nil for an event, which is kept, and for an answer that nobody waits for.
  @discardableResult
  private func read() throws -> [String: Any]? {
    while true {
      if let end = buffer.firstIndex(of: 0) {
        let message = try JSONSerialization.jsonObject(with: buffer[..<end]) as? [String: Any] ?? [:]
        buffer = Data(buffer[(end + 1)...])
        if let method = message["method"] as? String {
          events.append(Event(method: method, parameters: message["params"] as? [String: Any] ?? [:]))
          return nil
        }
        return message["id"] as? Int == number ? message : nil
      }
      let chunk = output.availableData
      guard !chunk.isEmpty else { throw Broken(description: "the browser went away") }
      buffer += chunk
    }
  }
}
