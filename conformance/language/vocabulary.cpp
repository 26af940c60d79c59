#include "conformance/language/vocabulary.hpp"

#include <array>
#include <iterator>
#include <vector>

#include "client/transport_kind.hpp"
#include "conformance/language/verb.hpp"

namespace mcplumb {
namespace {

constexpr auto kTransportWords = [] {
  std::array<std::string_view, kTransports.size()> words;
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = kTransports[i].word;
  return words;
}();
constexpr std::string_view kSuiteKeys[] = {"suite",    "title",  "variables", "use",
                                           "defaults", "shapes", "expect",    "checks"};
constexpr std::string_view kDefaultKeys[] = {"revisions", "transports", "session", "alone", "tags", "level", "retry"};
constexpr std::string_view kOwnCheckKeys[] = {"id", "title", "level", "spec", "revisions", "transports", "covers",
                                              "tolerates", "needs", "session", "alone", "tags", "mutants", "deadline",
                                              "cure", "note", "steps", "watch", "where", "expect", "prefer", "mention",
                                              "conforms", "judge", "retry",
                                              // of a check with one step
                                              "require", "deliberate"};
constexpr std::string_view kUseKeys[] = {"check", "level", "skip", "because"};
constexpr std::string_view kSessions[] = {"shared", "own", "none"};
constexpr std::string_view kWatches[] = {"reply",        "stream",         "message", "response",
                                         "notification", "server-request", "run",     "manifest"};
constexpr std::string_view kCapabilities[] = {"experimental", "logging", "completions", "prompts",
                                              "resources",    "tools",   "tasks",       "extensions"};
constexpr std::string_view kModifiers[] = {"as",      "session", "on",      "expect",   "prefer",
                                           "mention", "require", "capture", "deadline", "deliberate"};
constexpr std::string_view kTypes[] = {"string", "integer", "number", "boolean", "object", "array", "null"};
constexpr std::string_view kBuiltIns[] = {"random",  "large",          "revision", "session.id", "resources",
                                          "prompts", "prompts-probed", "envelope", "probe",      "other-bearer"};

}  // namespace

Words transport_words() { return kTransportWords; }
Words suite_keys() { return kSuiteKeys; }
Words default_keys() { return kDefaultKeys; }

// A check with one step has the step's verb, too.
Words check_keys() {
  static const auto keys = [] {
    std::vector<std::string_view> all(std::begin(kOwnCheckKeys), std::end(kOwnCheckKeys));
    all.insert(all.end(), verb_words().begin(), verb_words().end());
    return all;
  }();
  return keys;
}

Words use_keys() { return kUseKeys; }
Words session_words() { return kSessions; }
Words watch_words() { return kWatches; }
Words capability_words() { return kCapabilities; }
Words modifier_keys() { return kModifiers; }
Words type_words() { return kTypes; }
Words built_in_names() { return kBuiltIns; }

}  // namespace mcplumb
