// What this machine lacks, in words: it says nothing of a server, and there is no verdict by it.
#pragma once

#include <string_view>

#include "client/no_memory.hpp"

namespace mcplumb {

inline constexpr std::string_view kMoreFiles = "allow more of them (ulimit -n), or use --jobs 1";
inline constexpr std::string_view kNoFiles =
    "this machine has no open file left for it: Too many open files; allow more of them (ulimit -n), or use --jobs 1";

// The sentence says that it lacked memory or open files.
inline bool is_lack_of_machine(std::string_view sentence) {
  return sentence.find(kNoMemory) != sentence.npos || sentence.find(kNoFiles) != sentence.npos;
}

// Fewer descriptors are left than resolving a name or reading certificates takes.
bool are_files_short();

}  // namespace mcplumb
