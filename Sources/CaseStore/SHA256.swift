internal import CCrypto
internal import SystemPackage

/// SHA-256 (FIPS 180-4) by libcrypto, of bytes as they come.
public struct SHA256: ~Copyable {
  private let context: OpaquePointer?

  public init() {
    context = EVP_MD_CTX_new()
    EVP_DigestInit_ex(context, EVP_sha256(), nil)
  }

  deinit { EVP_MD_CTX_free(context) }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// Lower-case hex, 64 characters. Afterwards the value is spent.
  public consuming func hex() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    EVP_DigestFinal_ex(context, &digest, nil)
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  public static func hex(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.hex()
  }

  /// - Throws: `Errno` when the file cannot be read.
  public static func hex(ofFile path: String) throws -> String {
    let file = try FileDescriptor.open(FilePath(path), .readOnly)
    defer { try? file.close() }
    var hash = SHA256()
    try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 16) { buffer in
      while true {
        let count = try file.read(into: buffer)
        guard count > 0 else { return }
        hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
    return hash.hex()
  }
}
