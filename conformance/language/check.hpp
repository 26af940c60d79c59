// A check as the suite language declares it (docs/suite-language.md), after reading: plain values, no YAML left.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/language/budget.hpp"
#include "conformance/language/need.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

struct Position {
  std::string file;          // as given, or "sessions.yaml" for a built-in suite
  int line = 0, column = 0;  // from 1
};

// A matcher is a conjunction of clauses. `each`, `not`, … hold matchers themselves.
struct Clause;
struct MatcherWord;
class Pattern;
struct Matcher {
  std::vector<Clause> clauses;
  Position at;
};
struct FieldMatcher {
  std::string name;
  bool optional;  // "name?": it may be absent
  Matcher matcher;
};
struct Clause {
  const MatcherWord* word;                   // a row of matcher_word.hpp: "equals", "matches", "each", …; never null
  nlohmann::json value{};                    // the literal argument, `${name}` not yet replaced
  std::vector<Matcher> matchers{};           // arguments of each, some, none, not, any-of, all-of, size
  std::vector<FieldMatcher> fields{};        // of `fields`
  std::shared_ptr<const Pattern> pattern{};  // of `matches`, if its expression holds no names; copies share it
};

struct Expectation {
  std::string path;  // "header.content-type", "result.tools[0].name"
  Matcher matcher;
  Position at;
};
// `because:` says in words why a requirement that is not met makes the check skip.
struct Expectations {
  std::vector<Expectation> all;
  std::string because;
};

enum class Verb {
  open,
  request,
  notify,
  http,
  line,
  listen,
  wait,
  close,
  pause,
  parallel,
  repeat,
  for_each,
  pages,
  call,
  finish,
  await
};

struct Step {
  Verb verb = Verb::request;
  // The value under the verb, `${name}` not yet replaced, without what is read into other members (`steps`, `for`): a
  // map, but for `pause` the milliseconds as a number or as a `${name}`, for `parallel` null. Header values are text,
  // or null to remove one.
  nlohmann::json arguments;
  std::string as;           // name given to the session or stream it opens, or to the request left in the background
  std::string session;      // which session it uses; empty = the check's own
  std::string on;           // wait, close, finish: which stream
  std::vector<Step> steps;  // parallel, repeat, for-each
  Expectations until;       // wait: `for`, paths into the event ("json.method"); empty = any event will do.
                            // await: paths into the message. for-each: `where`, paths into the value.
                            // repeat: `until`, paths into what its last step saw
  Expectations expect;      // broken: the verdict of the check's level
  Expectations prefer;      // broken: warn
  Expectations mention;     // broken: note
  Expectations require;     // broken: the check is skipped
  std::vector<std::pair<std::string, std::string>> capture;  // name, path
  std::optional<std::chrono::milliseconds> deadline;
  bool deliberate = false;  // sends what no client should: passive checks leave the exchange alone
  Position at;
};

enum class Watch { none, reply, stream, message, response, notification, server_request, run, manifest };
enum class SessionUse { shared, own, none };

struct RevisionRange {
  std::string from, to;  // inclusive; empty = open
  bool contains(std::string_view revision) const;
};

struct Check {
  std::string id, title, suite;
  std::vector<std::pair<RevisionRange, Level>>
      levels;                            // the first that holds the revision; an open range is the default
  std::string spec;                      // "basic/transports#session-management"
  std::vector<RevisionRange> revisions;  // empty = all
  std::vector<std::string> transports;   // empty = all
  std::set<std::string> refers_to;       // names in its script: "large", "role.input.arguments"
  std::vector<std::string> covers;       // ids of catalogued requirements
  std::map<std::string, std::vector<std::string>> proofs;     // of each of them: mutants that break it
  std::map<std::string, std::vector<std::string>> tolerates;  // catalogued permissions: variants that make use of them
  std::vector<Need> needs;
  std::vector<std::string> tags;
  std::vector<std::string> mutants;  // of mcplumb-fixture: each must make this check not pass
  std::string cure, note;
  std::string skip;           // why a suite that uses it leaves it out; empty = it does not
  std::string remark;         // why a suite that uses it gives it another level
  std::size_t retry = 0;      // how often it may be tried again when the connection failed
  bool own = false;           // of a user's suite: the tools that it names may be called
  std::optional<bool> alone;  // whether it must not run beside others, if it says so
  SessionUse session = SessionUse::shared;
  std::optional<std::chrono::milliseconds> deadline;
  std::vector<Step> steps;  // active
  Watch watch = Watch::none;
  Expectations where, expect, prefer, mention;  // watching
  std::vector<std::string> conforms;            // watching messages: members of the shapes of the protocol (globs)
  std::string judge;                            // name of a judge in code; empty = none
  std::string source;                           // its text in the suite file, for `explain`
  Position at;

  bool applies_to(std::string_view revision) const;
  // The same where a revision may not have been agreed on (empty): then only rules hold that every handshake revision
  // has which knows the transport.
  bool binds(std::string_view revision, TransportKind transport) const;
  bool names(TransportKind transport) const;  // among its `transports`
  Level level_for(std::string_view revision) const;
};

// https://modelcontextprotocol.io/specification/<revision>/<check.spec>, for `revision` if the check is a rule of it,
// else for the newest one that it is a rule of.
std::string spec_url(const Check& check, std::string_view revision);

// Built-in checks that a user's suite takes over, perhaps with a level of its own or left out.
struct Use {
  std::vector<std::string> checks;  // patterns (selection.hpp)
  std::optional<Level> level;
  std::string skip, because;
};

struct Suite {
  std::string name, title, file;
  std::map<std::string, Matcher> shapes;
  std::map<std::string, nlohmann::json> variables;  // for ${name}: the user's, and ${env:NAME}
  std::vector<std::string> secrets;                 // values that no report may show
  std::vector<Use> uses;
  std::vector<Check> checks;
  std::vector<Budget> budgets;  // `expect:`
};

}  // namespace mcplumb
