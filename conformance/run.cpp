#include "conformance/run.hpp"

#include <array>

namespace mcplumb {
namespace {

constexpr std::array<std::string_view, 7> kLevels = {"must", "must-not", "should",  "should-not",
                                                     "may",  "info",     "practice"};
constexpr std::array<std::string_view, 6> kVerdicts = {"pass", "fail", "warn", "note", "skip", "inconclusive"};

template <class Enum, std::size_t Size>
std::optional<Enum> word_to(std::string_view text, const std::array<std::string_view, Size>& words) {
  for (std::size_t i = 0; i < Size; ++i)
    if (words[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}

// Why there was no session, as an exit code; 0 if there was one.
int handshake_code(const Run& run) {
  if (run.handshake_problem.empty()) return 0;
  if (!run.first_failure || *run.first_failure >= run.trace.exchanges.size()) return 3;
  const Exchange& exchange = run.trace.exchanges[*run.first_failure];
  if (exchange.status() == 401 || exchange.status() == 403) return 4;
  return exchange.status() == 0 ? 3 : 1;
}

}  // namespace

std::string_view to_string(Level level) { return kLevels[static_cast<std::size_t>(level)]; }
std::string_view to_string(Verdict verdict) { return kVerdicts[static_cast<std::size_t>(verdict)]; }
std::optional<Level> level_from(std::string_view text) { return word_to<Level>(text, kLevels); }
std::optional<Verdict> verdict_from(std::string_view text) { return word_to<Verdict>(text, kVerdicts); }

Summary summarize(const Run& run) {
  Summary summary;
  for (const Outcome& outcome : run.outcomes) {
    switch (outcome.verdict) {
      case Verdict::pass:
        ++summary.pass;
        break;
      case Verdict::fail:
        ++summary.fail;
        break;
      case Verdict::warn:
        ++summary.warn;
        break;
      case Verdict::note:
        ++summary.note;
        break;
      case Verdict::skip:
        ++summary.skip;
        break;
      case Verdict::inconclusive:
        ++summary.inconclusive;
        break;
    }
  }
  return summary;
}

int exit_code(const Run& run) {
  const Summary summary = summarize(run);
  const int handshake = run.interrupted ? 0 : handshake_code(run);
  if (handshake > 1) return handshake;
  if (handshake == 1 || summary.fail > 0) return 1;
  const bool judged = summary.pass + summary.warn + summary.note > 0;
  return run.interrupted || summary.inconclusive > 0 || !judged ? 5 : 0;
}

}  // namespace mcplumb
