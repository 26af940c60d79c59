// JSON Schema over nlohmann::json: 2020-12, 2019-09, draft-07 and draft-06. Knows nothing of MCP.
// https://json-schema.org/draft/2020-12/json-schema-core
//
// A schema may come from a hostile peer, and so may the instance: nothing is fetched, every regular expression, every
// recursion and the whole check have a bound. What could not be decided is said, and is neither valid nor invalid.
// `format` and the `content` keywords are annotations only, which is the default of the specification.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "client/result.hpp"

namespace mcplumb::schema {

enum class Draft { draft6, draft7, draft2019_09, draft2020_12 };
std::string_view to_string(Draft draft);

struct Problem {
  std::string instance;  // JSON pointer to the value that does not fit; empty = the whole instance
  std::string schema;    // where the broken keyword stands: "#/properties/a/type", with the URI of another document
  std::string what;      // "must be a string, but is the number 5"
  bool operator==(const Problem&) const = default;
};

struct Verdict {
  std::vector<Problem> problems;  // in the order of the schema, at most Options::problems_max
  std::string undecided;          // why the check was given up, one sentence; empty = it was not
  std::size_t steps = 0;          // that it took
  bool valid() const { return problems.empty() && undecided.empty(); }
  bool invalid() const { return !problems.empty(); }  // what was found before giving up stands
};

// Documents that references may lead to, by absolute URI. The metaschemas of the drafts are always known.
using Documents = std::map<std::string, nlohmann::json>;

inline constexpr std::size_t kProblemsTold = 20;  // of one schema, or of one instance, at most

struct Options {
  Draft draft = Draft::draft2020_12;     // of a schema without (a known) $schema
  bool draft_decides = false;            // whatever the $schema of the document says
  std::string uri = {};                  // of the schema document itself, for references to it
  const Documents* documents = nullptr;  // must outlive the Schema
  bool show_text = false;                // quote texts of the instance in problems; else only their length
  std::size_t problems_max = kProblemsTold;
  std::size_t steps_max = 2'000'000;   // of one check: keywords looked at, elements compared
  std::size_t depth_max = 600;         // of nested subschemas
  std::function<bool()> stopped = {};  // asked now and then: true gives a check up
};

class Schema {
 public:
  // The error says why this can be no schema at all: it is neither an object nor a boolean, or it is too large.
  [[nodiscard]] static Result<Schema> compile(nlohmann::json document, Options options = {});
  // The same without a copy of the document, which must outlive it.
  [[nodiscard]] static Result<Schema> refer_to(const nlohmann::json& document, Options options = {});
  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;
  ~Schema();

  // Not for several threads at once.
  Verdict check(const nlohmann::json& instance) const;
  Draft draft() const;

 private:
  struct State;
  explicit Schema(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// What is wrong with the schema itself: checks it against the metaschema of its draft, and compiles its regular
// expressions. In the result, `instance` is the place in the schema. Of one whose `$schema` names a dialect that is not
// known here, nothing can be said, and nothing is wrong.
Verdict check_schema(const nlohmann::json& document, Draft default_draft = Draft::draft2020_12);

// References within the document that lead to nothing. No metaschema forbids them. Others cannot be followed, as
// nothing is fetched.
std::vector<Problem> dangling_references(const nlohmann::json& document);
// References that lead out of the document, and not to a metaschema.
std::vector<Problem> foreign_references(const nlohmann::json& document);

// What is allowed, and yet trips those who read schemas: a draft that is older than those known here, an array of which
// nothing says what is in it, a required name that is no property, and the internals of a validator in place of a
// schema.
std::vector<Problem> oddities(const nlohmann::json& document);

}  // namespace mcplumb::schema
