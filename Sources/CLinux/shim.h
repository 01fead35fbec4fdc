#pragma once
// What Linux has and Swift's Glibc module does not show, being behind _GNU_SOURCE or variadic, or not in it at all.
#include <malloc.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/types.h>

int pipe2(int ends[2], int flags);
const char *sigabbrev_np(int number);
long syscall(long number, ...);

/// A descriptor that becomes readable when the process ends, or -1 (Linux 5.3 and later).
static inline int linux_pidfd_open(pid_t pid) {
#ifdef SYS_pidfd_open
  return (int)syscall(SYS_pidfd_open, pid, 0);
#else
  return -1;
#endif
}
