#include "conformance/language/vocabulary.hpp"

#include <algorithm>
#include <array>

namespace mcplumb {
namespace {

constexpr auto kTransportWords = [] {
  std::array<std::string_view, kTransports.size()> words;
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = kTransports[i].word;
  return words;
}();
constexpr std::string_view kSuiteKeys[] = {"suite", "title", "variables", "use", "defaults", "shapes", "checks"};
constexpr std::string_view kDefaultKeys[] = {"revisions", "transports", "session", "tags", "level", "retry"};
constexpr std::string_view kCheckKeys[] = {
    "id", "title", "level", "spec", "revisions", "transports", "covers", "needs", "session", "tags", "mutants",
    "deadline", "cure", "note", "steps", "watch", "where", "expect", "prefer", "mention", "judge", "retry",
    // of a check with one step
    "require", "deliberate", "open", "request", "notify", "http", "listen", "wait", "close", "pause", "parallel",
    "repeat", "for-each", "pages", "call", "finish", "await"};
constexpr std::string_view kUseKeys[] = {"check", "level", "skip", "because"};
constexpr std::string_view kSessions[] = {"shared", "own", "none"};
constexpr std::string_view kWatches[] = {"reply",        "stream",         "message", "response",
                                         "notification", "server-request", "run"};
constexpr std::string_view kCapabilities[] = {"experimental", "logging", "completions", "prompts",
                                              "resources",    "tools",   "tasks",       "extensions"};
constexpr std::string_view kVerbs[] = {"open",     "request", "notify",   "http",  "listen", "wait",   "close", "pause",
                                       "parallel", "repeat",  "for-each", "pages", "call",   "finish", "await"};
constexpr std::string_view kModifiers[] = {"as",      "session", "on",      "expect",   "prefer",
                                           "mention", "require", "capture", "deadline", "deliberate"};
constexpr std::string_view kMatchers[] = {"equals",  "not",     "any-of",  "all-of",        "one-of",      "type",
                                          "absent",  "present", "matches", "contains",      "starts-with", "ends-with",
                                          "min",     "max",     "above",   "below",         "size",        "each",
                                          "some",    "none",    "unique",  "has",           "fields",      "media-type",
                                          "same-as", "shape",   "format",  "matches-schema"};
constexpr std::string_view kTypes[] = {"string", "integer", "number", "boolean", "object", "array", "null"};
constexpr std::string_view kFormats[] = {"uri", "uri-template", "base64", "date-time", "visible-ascii", "revision"};
constexpr std::string_view kBuiltIns[] = {"random",  "revision", "session.id", "resources",
                                          "prompts", "envelope", "probe"};

constexpr std::string_view kOpenKeys[] = {"revision", "capabilities", "initialized", "headers", "meta"};
constexpr std::string_view kRequestKeys[] = {"method", "params", "id", "headers", "meta", "follow"};
constexpr std::string_view kNotifyKeys[] = {"method", "params", "headers", "meta"};
constexpr std::string_view kHttpKeys[] = {"method", "headers", "body", "json"};
constexpr std::string_view kListenKeys[] = {"headers", "notifications", "id", "meta"};
constexpr std::string_view kWaitKeys[] = {"for"};
constexpr std::string_view kAwaitKeys[] = {"for"};
constexpr std::string_view kRepeatKeys[] = {"times", "steps"};
constexpr std::string_view kForEachKeys[] = {"in", "as", "where", "steps"};
constexpr std::string_view kPagesKeys[] = {"method", "limit"};
constexpr std::string_view kCallKeys[] = {"role", "tool", "arguments", "progress", "headers", "meta", "follow"};

}  // namespace

Words transport_words() { return kTransportWords; }
Words suite_keys() { return kSuiteKeys; }
Words default_keys() { return kDefaultKeys; }
Words check_keys() { return kCheckKeys; }
Words use_keys() { return kUseKeys; }
Words session_words() { return kSessions; }
Words watch_words() { return kWatches; }
Words capability_words() { return kCapabilities; }
Words verb_words() { return kVerbs; }
Words modifier_keys() { return kModifiers; }
Words matcher_words() { return kMatchers; }
Words type_words() { return kTypes; }
Words format_words() { return kFormats; }
Words built_in_names() { return kBuiltIns; }

Words argument_keys(Verb verb) {
  switch (verb) {
    case Verb::open:
      return kOpenKeys;
    case Verb::request:
      return kRequestKeys;
    case Verb::notify:
      return kNotifyKeys;
    case Verb::http:
      return kHttpKeys;
    case Verb::listen:
      return kListenKeys;
    case Verb::wait:
      return kWaitKeys;
    case Verb::await:
      return kAwaitKeys;
    case Verb::repeat:
      return kRepeatKeys;
    case Verb::for_each:
      return kForEachKeys;
    case Verb::pages:
      return kPagesKeys;
    case Verb::call:
      return kCallKeys;
    case Verb::close:
    case Verb::finish:
    case Verb::pause:
    case Verb::parallel:
      break;
  }
  return {};
}

std::string_view main_argument(Verb verb) {
  if (verb == Verb::request || verb == Verb::notify || verb == Verb::pages) return "method";
  return verb == Verb::call ? "tool" : "";
}

bool has_view(Verb verb) {
  return verb != Verb::pause && verb != Verb::parallel && verb != Verb::repeat && verb != Verb::for_each;
}

bool takes(Verb verb, std::string_view modifier) {
  if (!has_view(verb)) return false;
  const bool sends = verb == Verb::request || verb == Verb::call;
  if (modifier == "as") return verb == Verb::open || verb == Verb::listen || sends;
  const bool on_stream = verb == Verb::wait || verb == Verb::close || verb == Verb::finish;
  if (modifier == "on") return on_stream;
  if (modifier == "session") return !on_stream && verb != Verb::open;
  if (modifier == "deliberate") return !on_stream && verb != Verb::await;
  return true;
}

}  // namespace mcplumb
