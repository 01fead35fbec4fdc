internal import CaseModel

/// The connections to jump hosts: one to each, for all the hosts behind it.
actor OpenSSHBastions {
  /// How long one that nobody uses is kept: short work sessions come and go.
  private static let patience = Duration.seconds(10)

  struct Bastion: Sendable {
    let master: OpenSSHMaster
    /// Lets go of the one before it.
    let onClose: @Sendable () async -> Void
  }

  private final class Entry {
    let connecting: Task<Result<Bastion, Failure>, Never>
    var users = 0
    /// So that one who waits for it to be idle notices that it was not.
    var uses = 0

    init(_ connecting: Task<Result<Bastion, Failure>, Never>) { self.connecting = connecting }
  }

  private var entries: [[String]: Entry] = [:]

  /// The connection that was made by the same words, or a new one. Whoever gets it lets it go by `release`. When it fails, it has
  /// failed for all who wait for it: nobody's password is tried a hundred times.
  func master(
    _ key: [String], connect: @escaping @Sendable () async throws(Failure) -> Bastion
  ) async throws(Failure) -> OpenSSHMaster {
    while true {
      let entry = entries[key] ?? begin(key, connect)
      switch await entry.connecting.value {
      case .failure(let failure):
        if entries[key] === entry { entries[key] = nil }
        throw failure
      case .success(let bastion):
        let isAlive = await bastion.master.isAlive
        if isAlive, entries[key] === entry {
          entry.users += 1
          entry.uses += 1
          return bastion.master
        }
        if entries[key] === entry { entries[key] = nil }
      }
    }
  }

  func release(_ key: [String], _ master: OpenSSHMaster) {
    guard let entry = entries[key], entry.users > 0 else { return }
    entry.users -= 1
    guard entry.users == 0 else { return }
    let uses = entry.uses
    Task {
      try? await Task.sleep(for: Self.patience)
      await self.close(key, master, unlessUsedSince: uses)
    }
  }

  private func begin(_ key: [String], _ connect: @escaping @Sendable () async throws(Failure) -> Bastion) -> Entry {
    let entry = Entry(
      Task {
        do throws(Failure) { return .success(try await connect()) } catch { return .failure(error) }
      })
    entries[key] = entry
    return entry
  }

  private func close(_ key: [String], _ master: OpenSSHMaster, unlessUsedSince uses: Int) async {
    guard let entry = entries[key], entry.users == 0, entry.uses == uses,
      case .success(let bastion) = await entry.connecting.value, bastion.master === master, entry.uses == uses
    else { return }
    entries[key] = nil
    await bastion.master.close()
    await bastion.onClose()
  }
}
