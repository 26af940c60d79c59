#include "conformance/schema/schema.hpp"

#include <optional>

#include "conformance/schema/evaluator.hpp"

namespace mcplumb::schema {
namespace {

using nlohmann::json;

// Regular expressions of a schema that do not compile, wherever `pattern` and `patternProperties` mean one.
void check_expressions(const Store& store, const json& node, Verdict& verdict) {
  const Place* place = store.place(&node);
  const auto check = [&](const std::string& expression, const char* keyword) {
    if (verdict.problems.size() >= kProblemsTold) return;
    if (const auto compiled = Regex::compile(expression); !compiled)
      verdict.problems.push_back(
          {place->pointer() + keyword, "", "is not a regular expression: " + compiled.error().what});
  };
  if (place != nullptr && node.is_object()) {
    if (const auto found = node.find("pattern"); found != node.end() && found->is_string())
      check(found->get<std::string>(), "/pattern");
    if (const auto found = node.find("patternProperties"); found != node.end() && found->is_object())
      for (const auto& [expression, unused] : found->items()) check(expression, "/patternProperties");
  }
  if (node.is_structured())
    for (const json& child : node) check_expressions(store, child, verdict);
}

// Those within the document, or those that lead out of it.
enum class Follow { inner, outer };

void follow_references(Store& store, const json& node, Follow which, std::vector<Problem>& problems) {
  const Place* known = store.place(&node);
  const auto found = known != nullptr && node.is_object() ? node.find("$ref") : node.end();
  if (found != node.end() && found->is_string() && problems.size() < kProblemsTold) {
    const std::string reference = found->get<std::string>();
    if (reference.starts_with('#') == (which == Follow::inner) && !store.resolve(known->resource, reference))
      problems.push_back({known->pointer() + "/$ref", "",
                          (which == Follow::inner ? "leads to nothing: " : "leads to another document: ") + reference});
  }
  if (node.is_structured())
    for (const json& child : node) follow_references(store, child, which, problems);
}

}  // namespace

struct Schema::State {
  State(const json& what, Options with) : document(what), options(std::move(with)), store(document, options) {}
  State(std::unique_ptr<json> what, Options with)
      : own(std::move(what)), document(*own), options(std::move(with)), store(document, options) {}
  std::unique_ptr<json> own;  // null: it is somebody else's
  const json& document;
  Options options;
  Store store;
  Regexes regexes;
};

Schema::Schema(std::unique_ptr<State> state) : state_(std::move(state)) {}
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;
Schema::~Schema() = default;

namespace {

std::optional<Error> why_no_schema(const json& document) {
  if (document.is_object() || document.is_boolean()) return std::nullopt;
  return Error{std::string("a schema must be an object or a boolean, but this is ") +
                   (document.is_array()  ? "an array"
                    : document.is_null() ? "null"
                                         : "a " + std::string(document.type_name())),
               "", false};
}

}  // namespace

Result<Schema> Schema::compile(json document, Options options) {
  if (auto why = why_no_schema(document)) return tl::make_unexpected(std::move(*why));
  return Schema(std::make_unique<State>(std::make_unique<json>(std::move(document)), std::move(options)));
}

Result<Schema> Schema::refer_to(const json& document, Options options) {
  if (auto why = why_no_schema(document)) return tl::make_unexpected(std::move(*why));
  return Schema(std::make_unique<State>(document, std::move(options)));
}

Verdict Schema::check(const json& instance) const {
  return Evaluator(state_->store, state_->regexes, state_->options).run(state_->document, instance);
}

Draft Schema::draft() const { return state_->store.resource(0).dialect.draft; }

Verdict check_schema(const json& document, Draft default_draft) {
  const auto named = document.is_object() ? document.find("$schema") : document.end();
  if (named != document.end() && named->is_string() && !draft_of_metaschema(named->get_ref<const std::string&>()))
    return {};
  const Result<Schema> schema = Schema::refer_to(document, {.draft = default_draft});
  if (!schema) return {{{"", "", schema.error().what}}, ""};
  const Result<Schema> metaschema =
      Schema::refer_to(*known_document(metaschema_uri(schema->draft())), {.show_text = true});
  Verdict verdict = metaschema->check(document);
  if (verdict.valid()) check_expressions(Store(document, {.draft = default_draft}), document, verdict);
  return verdict;
}

namespace {

std::vector<Problem> references_of(const json& document, Follow which) {
  const Options options;
  Store store(document, options);
  std::vector<Problem> problems;
  follow_references(store, document, which, problems);
  return problems;
}

}  // namespace

std::vector<Problem> dangling_references(const json& document) { return references_of(document, Follow::inner); }
std::vector<Problem> foreign_references(const json& document) { return references_of(document, Follow::outer); }

}  // namespace mcplumb::schema
