// What the kernel knows of a program that we started: processor time and memory of its whole process group. Linux.
#pragma once

#include "client/clock.hpp"

namespace mcplumb {

struct ProcessLook {
  double cpu_seconds = 0;   // user and system, of all processes of the group
  double memory_bytes = 0;  // resident
  int processes = 0;        // 0: the group is gone
};

// `group` is the pid of the program, which leads its group.
ProcessLook look_at_group(long group);

// TERM to the group; false if there is none.
bool terminate_group(long group);

}  // namespace mcplumb
