internal import CLinux

/// What becomes of memory that is freed.
enum FreedMemory {
  /// Arrays of a few megabytes and more go back to the system at once. By itself the C library takes every such array for a sign
  /// that more will come, and keeps what was theirs.
  static func goesBack() {
    mallopt(M_MMAP_THRESHOLD, 4 << 20)
    mallopt(M_TRIM_THRESHOLD, 32 << 20)
  }
}
