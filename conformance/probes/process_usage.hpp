// What the kernel knows of a program that we started: processor time and memory of its whole process group. Linux.
#pragma once

#include <optional>

#include "client/loop.hpp"

namespace mcplumb {

struct ProcessUsage {
  double cpu_seconds = 0;   // user and system, of all processes of the group
  double run_seconds = 0;   // the same, but exact, of the threads that are there
  double wait_seconds = 0;  // ready to run, while others had the cores; 0 where the kernel does not count it
  double memory_bytes = 0;  // resident
  double descriptors = 0;   // open
  int threads = 0;
  int processes = 0;  // 0: all are gone
};

// `group` is the pid of the program, which leads its group.
ProcessUsage usage_of_group(long group);
// The same with all that these processes started, in groups of their own, too.
ProcessUsage usage_of_tree(long group);

// How busy a group is, from here to the call of cores(): 1.0 = one core all the time. What it would have used counts
// as used, or a loaded machine would hide a loop.
class CpuMeter {
 public:
  CpuMeter(const EventLoop& loop, long group) : loop_(loop), group_(group), before_(sample()) {}
  std::optional<double> cores() const;  // absent: there is no such group

 private:
  struct Sample {
    ProcessUsage usage;
    Micros at = 0;
  };
  Sample sample() const;  // where others have the cores, reading may take long: then again, so that the moment is true

  const EventLoop& loop_;
  long group_;
  Sample before_;
};

// TERM to the group; false if there is none. A shell of ours that waits for the program it started is spared: it would
// go first, and nobody would see whether the program does.
bool terminate_group(long group);

}  // namespace mcplumb
