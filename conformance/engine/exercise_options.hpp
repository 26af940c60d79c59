// Which tools a run calls by itself, and how much of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/time.hpp"

namespace mcplumb {

struct ToolSelection {
  bool safe = false;                // those that say that they only read
  std::vector<std::string> globs;   // over names: these, whatever they say
  std::vector<std::string> except;  // globs over names: never these
  bool empty() const { return !safe && globs.empty(); }
  void allow(const std::string& word);  // none, safe, all, or a glob
};

struct ExerciseOptions {
  ToolSelection tools;
  // The same of resources, by URI, and of prompts, by name. Reading changes nothing: safe are all that are listed, and
  // the templates of resources are for "all" alone.
  ToolSelection resources, prompts;
  bool empty() const { return tools.empty() && resources.empty() && prompts.empty(); }
  std::uint64_t seed = 1;
  std::size_t calls = 1000;        // of all together; what looks for the smallest arguments is not counted
  std::size_t calls_of_one = 60;   // of one tool
  Micros deadline = 10 * kSecond;  // of one call
};

}  // namespace mcplumb
