// What a run is asked to do.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/connect/target.hpp"
#include "conformance/engine/exercise_options.hpp"
#include "conformance/language/check.hpp"

namespace mcplumb {

// A tool that the user allows to be called, and what it serves for.
struct ToolRole {
  std::string tool;
  nlohmann::json arguments = nlohmann::json::object();
};

// How a server's behaviour is looked at, after the checks (behaviour_probes.hpp).
struct Observing {
  Micros idle_window = 3 * kSecond;     // for processor time
  Micros stream_window = 20 * kSecond;  // for a sign of life on an idle stream
  Micros exit_deadline = 10 * kSecond;  // between TERM and the end of a server that the run started
  std::size_t large_body = 5 << 20;     // bytes; more than the limit that some servers have
};

struct RunOptions {
  Target target;
  std::string revision;                        // to propose; empty = the newest
  bool names_must_exist = false;               // a tool, prompt or resource that the server does not list is an Error
  bool one_era = false;                        // judge the first era that the server answers in, and nothing beside it
  bool all_of_era = false;                     // look at the other revisions of its era, too, although one is proposed
  bool exact_revision = false;                 // run no check if the server answers with another one
  std::vector<std::string> only, skip;         // globs over check ids and tags
  std::multimap<std::string, ToolRole> roles;  // by role: "progress", "slow", …; find() is the first of a role
  std::vector<std::string> resources;          // that may be read: URIs
  std::vector<std::string> resource_prefixes;  // what the URIs of more of them begin with
  std::vector<nlohmann::json> prompts;         // that may be fetched: params of prompts/get
  bool strict = false;
  bool slow = false;        // run checks that wait for the idle window
  bool migrate = false;     // find out what revision 2026-07-28 would change, too
  bool fail_fast = false;   // leave out the checks after the first that failed
  std::size_t retries = 0;  // how often a check is tried again when the connection failed, unless it says more
  Micros idle_window = 20 * kSecond;
  Micros deadline = 10 * kSecond;  // of one request, unless its check says otherwise
  Micros total_deadline = 10 * 60 * kSecond;
  ExerciseOptions exercise;            // tools that are called by themselves; none at first
  std::optional<Observing> observing;  // absent: behaviour is not looked at
  std::size_t at_once = 24;            // checks, where neither they nor the server stand in the way
  std::function<void(std::size_t done, std::size_t total, const std::string& id)> progress;
};

// What a run declares about itself unless a check wishes otherwise: what a server may ask for while it does what the
// user allowed, and else nothing. A server asks only whom it may, and then waits for the answer.
nlohmann::json run_capabilities(const RunOptions& options);
nlohmann::json all_capabilities();

// Whether the user allowed the resource to be read.
bool may_read(const RunOptions& options, std::string_view uri);

}  // namespace mcplumb
