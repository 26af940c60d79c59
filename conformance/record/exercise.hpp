// What came of calling tools with arguments that were made from their schemas (conformance/exercise), as plain values.
#pragma once

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/time.hpp"

namespace mcplumb {

// What can go wrong with a call. Each kind is judged by a check of its own.
enum class ToolFaultKind {
  unanswered,  // no response, and none can come any more; or an HTTP error of the server in place of one
  silent,      // no response in time
  structured,  // the structured content is not as the output schema says, or is missing
  text,        // the text beside the structured content is the same thing with other values
  accepted,    // arguments that break the input schema were served
  extra,       // the same, where all that breaks it is a member that the schema does not allow
  crashed,     // what broke inside of the tool came out: an internal error, or a stack trace
  media,       // the bytes of an image or a sound are not what their MIME type says
  session,     // the session, or another one, is not served any more after the call
  lists,       // a tool that says that it only reads changed what is listed
  mixed,       // calls at the same time got one another's results
  memory,      // the program keeps memory for each call
  progress,    // the last progress is not the total
  withheld,    // a resource or prompt that is listed, and answered with an error each time
};
std::vector<std::string_view> tool_fault_words();  // in the order of ToolFaultKind
std::string_view to_string(ToolFaultKind kind);
std::optional<ToolFaultKind> tool_fault_from(std::string_view word);

inline constexpr const char* kExercisePurpose = "exercise";    // of the exchanges that are made for it
inline constexpr std::string_view kExerciseArea = "exercise";  // the suite of the checks that judge them

struct ToolFault {
  ToolFaultKind kind = ToolFaultKind::unanswered;
  std::string what;                     // one sentence
  nlohmann::json arguments;             // the smallest that were seen to show it; null: too large to be kept
  bool fits = true;                     // they fit the input schema
  std::string special;                  // what is special about them: "limit: negative"; empty: nothing
  std::size_t times = 1;                // how many of the calls showed it
  std::vector<std::string> also;        // what was special about others that did, without repetition; bounded
  std::optional<std::size_t> exchange;  // the evidence, in Run::trace
  bool by_chance = false;               // when its tool was called again with the same arguments, it did not come
};

// How long calls took that were answered with what they asked for.
struct ToolTimes {
  std::size_t calls = 0;
  Micros low = 0, median = 0, p95 = 0, high = 0, most = 0;  // low, high: what a tenth is below, and above
};
ToolTimes times_of(std::vector<Micros> spans);

struct SeenRole {
  std::string role;          // "progress", "structured"
  nlohmann::json arguments;  // with which it played it
};

// Those of tools that can be seen at all; the others have to be assigned.
std::span<const std::string_view> roles_to_be_seen();

struct ToolUse {
  std::string tool;
  std::string left_out;                   // why it was not called, or not with all that was made; empty: it was
  std::size_t fitting = 0, breaking = 0;  // calls with arguments that fit its schema, and with such that do not
  std::size_t failed = 0, refused = 0;    // of these: answered as an error, or isError
  std::size_t together = 0;               // calls that were made at the same time, and are told apart by their results
  std::size_t measured = 0;               // calls after which it was looked what the program keeps
  std::size_t given_up = 0;               // calls that were cancelled because they took too long
  std::size_t at_limit = 0;               // calls that a bound of ours ended: of them nothing is known
  std::string own_limit;                  // which bound that was, one sentence; empty: there was none
  ToolTimes times;                        // of the fitting ones
  std::vector<SeenRole> roles;            // that it was seen to be able to play, each with the first such arguments
  std::vector<ToolFault> faults;          // one of a kind
  std::size_t calls() const { return fitting + breaking; }
  std::size_t made() const { return calls() + together; }
  std::size_t known() const { return calls() - std::min(calls(), at_limit); }  // calls that can be judged
  // Such a call is nobody's fault; nor is one whose answer was not waited for, which may have been as large.
  void add_at_limit(const std::string& which);
  bool may_be_silent() const { return own_limit.empty(); }
  const ToolFault* find(ToolFaultKind kind) const;  // null: it has none of the kind
  ToolFault* find(ToolFaultKind kind);
};

struct Exercise {
  std::uint64_t seed = 0;
  std::vector<ToolUse> tools;  // in the order of the list
  // Resources that were read, by URI, and prompts that were fetched; what does not go with arguments stays empty.
  std::vector<ToolUse> resources, prompts;
  std::string ended;          // why it ended before all calls were made; empty: it did not
  std::size_t calls() const;  // of tools, with arguments that fit, and with such that do not
  std::size_t asked() const;  // calls of tools, resources read and prompts fetched
  std::size_t made() const;   // the same, with those that were made at the same time
};

// Says of itself that it only reads (readOnlyHint), and not that it destroys. Hints are no promise: what lies, lies.
bool says_it_only_reads(const nlohmann::json& tool);

}  // namespace mcplumb
