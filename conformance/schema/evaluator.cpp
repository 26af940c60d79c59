#include "conformance/schema/evaluator.hpp"

#include "client/jsonrpc/message.hpp"
#include "conformance/schema/pointer.hpp"

namespace mcplumb::schema {

const std::unordered_map<std::string_view, Evaluator::Keyword>& Evaluator::keywords() {
  using Group = Keyword::Group;
  constexpr Draft k6 = Draft::draft6, k7 = Draft::draft7, k19 = Draft::draft2019_09, k20 = Draft::draft2020_12;
  static const std::unordered_map<std::string_view, Keyword> kKeywords = {
      {"$ref", {&Evaluator::reference, Group::core}},
      {"$dynamicRef", {&Evaluator::dynamic_reference, Group::core, k20, k20}},
      {"$recursiveRef", {&Evaluator::recursive_reference, Group::core, k19, k19}},
      {"allOf", {&Evaluator::all_of, Group::applicator}},
      {"anyOf", {&Evaluator::any_of, Group::applicator}},
      {"oneOf", {&Evaluator::one_of, Group::applicator}},
      {"not", {&Evaluator::negation, Group::applicator}},
      {"if", {&Evaluator::conditional, Group::applicator, k7, k20}},
      {"properties", {&Evaluator::properties, Group::applicator}},
      {"patternProperties", {&Evaluator::pattern_properties, Group::applicator}},
      {"additionalProperties", {&Evaluator::additional_properties, Group::applicator}},
      {"propertyNames", {&Evaluator::property_names, Group::applicator}},
      {"dependentSchemas", {&Evaluator::dependent_schemas, Group::applicator, k19, k20}},
      {"dependencies", {&Evaluator::dependencies, Group::applicator}},
      {"items", {&Evaluator::items, Group::applicator}},
      {"prefixItems", {&Evaluator::prefix_items, Group::applicator, k20, k20}},
      {"additionalItems", {&Evaluator::additional_items, Group::applicator, k6, k19}},
      {"contains", {&Evaluator::contains, Group::applicator}},
      {"unevaluatedItems", {&Evaluator::unevaluated_items, Group::unevaluated, k19, k20}},
      {"unevaluatedProperties", {&Evaluator::unevaluated_properties, Group::unevaluated, k19, k20}},
      {"type", {&Evaluator::type, Group::validation}},
      {"enum", {&Evaluator::enumeration, Group::validation}},
      {"const", {&Evaluator::constant, Group::validation}},
      {"multipleOf", {&Evaluator::multiple_of, Group::validation}},
      {"maximum", {&Evaluator::maximum, Group::validation}},
      {"minimum", {&Evaluator::minimum, Group::validation}},
      {"exclusiveMaximum", {&Evaluator::exclusive_maximum, Group::validation}},
      {"exclusiveMinimum", {&Evaluator::exclusive_minimum, Group::validation}},
      {"maxLength", {&Evaluator::max_length, Group::validation}},
      {"minLength", {&Evaluator::min_length, Group::validation}},
      {"pattern", {&Evaluator::pattern, Group::validation}},
      {"maxItems", {&Evaluator::max_items, Group::validation}},
      {"minItems", {&Evaluator::min_items, Group::validation}},
      {"uniqueItems", {&Evaluator::unique_items, Group::validation}},
      {"required", {&Evaluator::required, Group::validation}},
      {"maxProperties", {&Evaluator::max_properties, Group::validation}},
      {"minProperties", {&Evaluator::min_properties, Group::validation}},
      {"dependentRequired", {&Evaluator::dependent_required, Group::validation, k19, k20}},
  };
  return kKeywords;
}

void Evaluator::Seen::merge(const Seen& other) {
  properties.insert(properties.end(), other.properties.begin(), other.properties.end());
  items.insert(items.end(), other.items.begin(), other.items.end());
  first_items = std::max(first_items, other.first_items);
  all_properties = all_properties || other.all_properties;
  all_items = all_items || other.all_items;
}

Verdict Evaluator::run(const json& schema, const json& instance) {
  sink_ = &verdict_.problems;
  evaluate(schema, instance, nullptr, nullptr);
  verdict_.steps = steps_;
  return std::move(verdict_);
}

// Once it is given up everything "fits", so that no problem is found that depends on what is unknown.
void Evaluator::give_up(std::string why) {
  if (verdict_.undecided.empty()) verdict_.undecided = std::move(why);
}

bool Evaluator::is_stopped() const { return options_.stopped && options_.stopped(); }

bool Evaluator::spend(std::size_t steps) {
  steps_ += steps;
  if (steps_ > options_.steps_max)
    give_up("the check takes more than " + std::to_string(options_.steps_max) + " steps");
  if (++spent_ % kStepsUnasked == 0 && is_stopped()) give_up("there was no time left for the check");
  return verdict_.undecided.empty();
}

bool Evaluator::evaluate(const json& schema, const json& instance, const Path* at, Seen* seen) {
  if (!spend(1)) return true;
  const Place* place = store_.place(&schema);
  if (place == nullptr) return true;  // no schema stands there, so nothing is demanded
  if (depth_ >= options_.depth_max) {
    give_up("the schema nests more than " + std::to_string(options_.depth_max) +
            " deep, or it refers to itself forever");
    return true;
  }
  const Resource& resource = store_.resource(place->resource);
  Seen own;
  const bool wants_seen =
      seen != nullptr ||
      (schema.is_object() && (schema.contains("unevaluatedItems") || schema.contains("unevaluatedProperties")));
  // A copy: following a reference may read a document, and then the store's resources move.
  const Dialect dialect = resource.dialect;
  Frame frame{schema, instance, at, *place, dialect, wants_seen ? &own : nullptr};
  const bool enters = scope_.empty() || scope_.back() != place->resource;
  if (enters) scope_.push_back(place->resource);
  ++depth_;
  if (schema.is_boolean()) {
    if (!schema.get<bool>()) problem(frame, "", "is not allowed");
  } else {
    evaluate_object(frame);
  }
  --depth_;
  if (enters) scope_.pop_back();
  if (frame.ok && seen != nullptr) seen->merge(own);
  return frame.ok || !verdict_.undecided.empty();
}

bool Evaluator::evaluate_object(Frame& frame) {
  if (frame.dialect.draft <= Draft::draft7 && frame.schema.contains("$ref")) {  // it hides its siblings
    reference(frame, frame.schema["$ref"]);
    return frame.ok;
  }
  for (const auto& [keyword, value] : frame.schema.items()) {
    if (!keyword.starts_with("unevaluated")) apply(frame, keyword, value);
    if (!frame.ok && sink_ == nullptr) return false;
  }
  for (const char* keyword : {"unevaluatedItems", "unevaluatedProperties"})  // they need to know what the others saw
    if (const auto value = frame.schema.find(keyword); value != frame.schema.end()) apply(frame, keyword, *value);
  return frame.ok;
}

void Evaluator::apply(Frame& frame, const std::string& keyword, const json& value) {
  const auto found = keywords().find(keyword);
  if (found == keywords().end()) return;
  const Keyword& known = found->second;
  if (frame.dialect.draft < known.first || known.last < frame.dialect.draft) return;
  using Group = Keyword::Group;
  if (known.group == Group::applicator && !frame.dialect.applicator) return;
  if (known.group == Group::validation && !frame.dialect.validation) return;
  if (known.group == Group::unevaluated && !frame.dialect.unevaluated) return;
  if (!spend(1)) return;
  (this->*known.handler)(frame, value);
}

bool Evaluator::fits(const json& schema, const json& instance, const Path* at, Seen* seen, std::vector<Problem>* why) {
  std::vector<Problem>* const kept = sink_;
  sink_ = why;
  const bool result = evaluate(schema, instance, at, seen);
  sink_ = kept;
  return result;
}

bool Evaluator::in_place(Frame& frame, const json& schema) {
  const bool ok = evaluate(schema, frame.instance, frame.at, frame.seen);
  frame.ok = frame.ok && ok;
  return ok;
}

std::string Evaluator::pointer_to(const Path* at) {
  std::string pointer;
  for (; at != nullptr; at = at->up)
    pointer.insert(0, at->key != nullptr ? pointer_step(std::string_view(*at->key)) : pointer_step(at->index));
  return pointer;
}

void Evaluator::problem(Frame& frame, const std::string& keyword, const std::string& what) {
  if (!verdict_.undecided.empty()) return;
  frame.ok = false;
  if (sink_ == nullptr || sink_->size() >= options_.problems_max) return;
  sink_->push_back(
      {pointer_to(frame.at), store_.where(frame.place) + (keyword.empty() ? "" : pointer_step(keyword)), what});
}

void Evaluator::go(Frame& frame, const Target& target) {
  // The target's resource joins the dynamic scope even if only a part of it is entered.
  const bool enters = scope_.back() != target.resource;
  if (enters) scope_.push_back(target.resource);
  in_place(frame, *target.schema);
  if (enters) scope_.pop_back();
}

void Evaluator::reference(Frame& frame, const json& value) {
  if (!value.is_string()) return;
  const auto target = store_.resolve(frame.place.resource, value.get<std::string>());
  if (!target) return give_up("the reference " + shortened(serialize(value), 120) + " leads to no known schema");
  go(frame, *target);
}

// core 2020-12 section 8.2.3.2: if the reference leads to a dynamic anchor, the outermost resource of the dynamic scope
// that has one of that name takes over.
void Evaluator::dynamic_reference(Frame& frame, const json& value) {
  if (!value.is_string()) return;
  auto target = store_.resolve(frame.place.resource, value.get<std::string>());
  if (!target) return give_up("the reference " + shortened(serialize(value), 120) + " leads to no known schema");
  if (const std::string name = target->dynamic_anchor; !name.empty()) {
    for (const std::size_t index : scope_) {
      const Resource& resource = store_.resource(index);
      if (resource.dynamic_anchors.count(name) == 0) continue;
      target = Target{resource.anchors.at(name), index, name};
      break;
    }
  }
  go(frame, *target);
}

// core 2019-09 section 8.2.4.2
void Evaluator::recursive_reference(Frame& frame, const json& value) {
  if (!value.is_string()) return;
  std::size_t index = frame.place.resource;
  if (store_.resource(index).recursive_anchor)
    for (const std::size_t outer : scope_)
      if (store_.resource(outer).recursive_anchor) {
        index = outer;
        break;
      }
  go(frame, {store_.resource(index).root, index, ""});
}

std::optional<bool> Evaluator::matches(const std::string& expression, std::string_view text) {
  auto found = regexes_.find(expression);
  if (found == regexes_.end()) {
    Result<Regex> compiled = Regex::compile(expression);
    found = regexes_.emplace(expression, compiled ? std::optional(std::move(*compiled)) : std::nullopt).first;
  }
  if (!found->second) {
    give_up("the schema holds " + shortened(expression, 80) + ", which is not a regular expression");
    return std::nullopt;
  }
  // An expression of the server's may look from each place to the end of the text.
  if (const std::size_t parts = text.size() / 64; !spend(1 + parts + parts * parts / 256)) return std::nullopt;
  const Regex::Match match = found->second->search(text);
  if (match == Regex::Match::gave_up) {
    give_up("the regular expression " + shortened(expression, 80) + " takes too long");
    return std::nullopt;
  }
  return match == Regex::Match::yes;
}

// The shape of a value; its text only if the caller may show it.
std::string Evaluator::shown(const json& value) const {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (options_.show_text) return "the text " + shortened(serialize(value), 60);
    return text.empty() ? "an empty string" : "a string of " + std::to_string(text.size()) + " bytes";
  }
  if (value.is_array()) return value.empty() ? "an empty array" : "an array of " + std::to_string(value.size());
  if (value.is_object()) return value.empty() ? "an empty object" : "an object";
  if (value.is_number()) return "the number " + value.dump();
  return value.dump();
}

}  // namespace mcplumb::schema
