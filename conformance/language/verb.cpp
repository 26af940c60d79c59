#include "conformance/language/verb.hpp"

#include <array>

namespace mcplumb {
namespace {

constexpr std::string_view kOpenKeys[] = {"revision", "capabilities", "client",  "bearer",
                                          "answers",  "initialized",  "headers", "meta"};
constexpr std::string_view kRequestKeys[] = {"method",  "params", "id",     "answer",
                                             "headers", "meta",   "follow", "allowed"};
constexpr std::string_view kNotifyKeys[] = {"method", "params", "headers", "meta"};
constexpr std::string_view kHttpKeys[] = {"method", "headers", "body", "json"};
constexpr std::string_view kLineKeys[] = {"text"};
constexpr std::string_view kListenKeys[] = {"headers", "notifications", "id", "meta"};
constexpr std::string_view kWaitKeys[] = {"for"};
constexpr std::string_view kRepeatKeys[] = {"times", "until", "steps"};
constexpr std::string_view kForEachKeys[] = {"in", "as", "where", "limit", "steps"};
constexpr std::string_view kPagesKeys[] = {"method", "params", "limit", "headers"};
constexpr std::string_view kCallKeys[] = {"role", "tool", "arguments", "progress", "task", "headers", "meta", "follow"};

// Modifiers that not every verb with a view takes.
constexpr unsigned kAs = 1, kOn = 2, kSession = 4, kDeliberate = 8;

struct VerbRow {
  constexpr VerbRow(Verb its_verb, std::string_view its_word, std::optional<View> its_view, unsigned its_modifiers,
                    std::string_view its_main, Words its_keys)
      : verb(its_verb), word(its_word), view(its_view), modifiers(its_modifiers), main(its_main), keys(its_keys) {}
  Verb verb;
  std::string_view word;
  std::optional<View> view;
  unsigned modifiers;
  std::string_view main;
  Words keys;
};

constexpr std::array kVerbs = {
    VerbRow{Verb::open, "open", View::exchange, kAs | kDeliberate, "", kOpenKeys},
    VerbRow{Verb::request, "request", View::exchange, kAs | kSession | kDeliberate, "method", kRequestKeys},
    VerbRow{Verb::notify, "notify", View::exchange, kSession | kDeliberate, "", kNotifyKeys},
    VerbRow{Verb::http, "http", View::exchange, kSession | kDeliberate, "", kHttpKeys},
    VerbRow{Verb::line, "line", View::exchange, kSession | kDeliberate, "text", kLineKeys},
    VerbRow{Verb::listen, "listen", View::exchange, kAs | kSession | kDeliberate, "", kListenKeys},
    VerbRow{Verb::wait, "wait", View::waited, kOn, "", kWaitKeys},
    VerbRow{Verb::close, "close", View::exchange, kOn, "", {}},
    VerbRow{Verb::pause, "pause", {}, 0, "", {}},
    VerbRow{Verb::parallel, "parallel", {}, 0, "", {}},
    VerbRow{Verb::repeat, "repeat", {}, 0, "", kRepeatKeys},
    VerbRow{Verb::for_each, "for-each", {}, 0, "", kForEachKeys},
    VerbRow{Verb::pages, "pages", View::pages, kSession | kDeliberate, "method", kPagesKeys},
    VerbRow{Verb::call, "call", View::exchange, kAs | kSession | kDeliberate, "tool", kCallKeys},
    VerbRow{Verb::finish, "finish", View::exchange, kOn, "", {}},
    VerbRow{Verb::await, "await", View::message, kSession, "", kWaitKeys},
};

constexpr bool verbs_are_in_order() {
  for (std::size_t i = 0; i < kVerbs.size(); ++i)
    if (kVerbs[i].verb != static_cast<Verb>(i)) return false;
  return true;
}
static_assert(verbs_are_in_order());

constexpr auto kVerbWords = [] {
  std::array<std::string_view, kVerbs.size()> words;
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = kVerbs[i].word;
  return words;
}();

const VerbRow& row_of(Verb verb) { return kVerbs[static_cast<std::size_t>(verb)]; }

}  // namespace

Words verb_words() { return kVerbWords; }
std::string_view word_of(Verb verb) { return row_of(verb).word; }
Words argument_keys(Verb verb) { return row_of(verb).keys; }
std::string_view main_argument(Verb verb) { return row_of(verb).main; }
std::optional<View> view_after(Verb verb) { return row_of(verb).view; }

bool takes(Verb verb, std::string_view modifier) {
  const VerbRow& row = row_of(verb);
  if (modifier == "as") return (row.modifiers & kAs) != 0;
  if (modifier == "on") return (row.modifiers & kOn) != 0;
  if (modifier == "session") return (row.modifiers & kSession) != 0;
  if (modifier == "deliberate") return (row.modifiers & kDeliberate) != 0;
  return row.view.has_value();
}

}  // namespace mcplumb
