// Keywords for arrays: core 2020-12, sections 10.3.1 and 11.2; validation, section 6.4.
#include <algorithm>
#include <unordered_map>

#include "conformance/schema/evaluator.hpp"
#include "conformance/schema/number.hpp"

namespace mcplumb::schema {
namespace {

std::string elements(const nlohmann::json& count) { return count.dump() + (count == 1 ? " element" : " elements"); }

}  // namespace

// Each schema of a list for the element at its place. Returns how many elements had one.
std::size_t Evaluator::item_list(Frame& frame, const json& schemas) {
  const std::size_t count = std::min(schemas.size(), frame.instance.size());
  for (std::size_t i = 0; i < count; ++i) {
    const Path at{frame.at, nullptr, i};
    if (!evaluate(schemas[i], frame.instance[i], &at, nullptr)) frame.ok = false;
  }
  if (frame.seen != nullptr) frame.seen->first_items = std::max(frame.seen->first_items, count);
  return count;
}

void Evaluator::items_from(Frame& frame, const char* keyword, const json& schema, std::size_t first) {
  if (schema == json(false) && first < frame.instance.size())
    return problem(frame, keyword,
                   "must have at most " + elements(json(first)) + ", but has " + std::to_string(frame.instance.size()));
  for (std::size_t i = first; i < frame.instance.size(); ++i) {
    const Path at{frame.at, nullptr, i};
    if (!evaluate(schema, frame.instance[i], &at, nullptr)) frame.ok = false;
    if (!frame.ok && sink_ == nullptr) return;
  }
  if (frame.seen != nullptr) frame.seen->all_items = true;
}

void Evaluator::items(Frame& frame, const json& value) {
  if (!frame.instance.is_array()) return;
  if (value.is_array()) {  // up to 2019-09
    if (frame.dialect.draft <= Draft::draft2019_09) item_list(frame, value);
    return;
  }
  const auto prefix = frame.schema.find("prefixItems");
  const bool has_prefix =
      frame.dialect.draft == Draft::draft2020_12 && prefix != frame.schema.end() && prefix->is_array();
  items_from(frame, "items", value, has_prefix ? prefix->size() : 0);
}

void Evaluator::prefix_items(Frame& frame, const json& value) {
  if (frame.instance.is_array() && value.is_array()) item_list(frame, value);
}

void Evaluator::additional_items(Frame& frame, const json& value) {
  const auto list = frame.schema.find("items");
  if (!frame.instance.is_array() || list == frame.schema.end() || !list->is_array()) return;
  items_from(frame, "additionalItems", value, list->size());
}

void Evaluator::contains(Frame& frame, const json& value) {
  if (!frame.instance.is_array()) return;
  std::size_t found = 0;
  for (std::size_t i = 0; i < frame.instance.size(); ++i) {
    const Path at{frame.at, nullptr, i};
    if (!fits(value, frame.instance[i], &at, nullptr)) continue;
    ++found;
    if (frame.seen != nullptr && frame.dialect.draft == Draft::draft2020_12) frame.seen->items.push_back(i);
  }
  const bool counts = frame.dialect.draft >= Draft::draft2019_09 && frame.dialect.validation;
  const auto bound = [&](const char* keyword) -> const json* {
    const auto there = frame.schema.find(keyword);
    return counts && there != frame.schema.end() && there->is_number() ? &*there : nullptr;
  };
  const json one = 1;
  const json* least = bound("minContains");
  const json* most = bound("maxContains");
  if (compare_numbers(json(found), least != nullptr ? *least : one) < 0)
    problem(frame, least != nullptr ? "minContains" : "contains",
            "must have at least " + elements(least != nullptr ? *least : one) +
                " of the kind that is asked for, but has " + std::to_string(found));
  if (most != nullptr && compare_numbers(json(found), *most) > 0)
    problem(
        frame, "maxContains",
        "must have at most " + elements(*most) + " of the kind that is asked for, but has " + std::to_string(found));
}

void Evaluator::max_items(Frame& frame, const json& value) {
  if (!frame.instance.is_array() || !value.is_number()) return;
  if (compare_numbers(json(frame.instance.size()), value) > 0)
    problem(frame, "maxItems",
            "must have at most " + elements(value) + ", but has " + std::to_string(frame.instance.size()));
}

void Evaluator::min_items(Frame& frame, const json& value) {
  if (!frame.instance.is_array() || !value.is_number()) return;
  if (compare_numbers(json(frame.instance.size()), value) < 0)
    problem(frame, "minItems",
            "must have at least " + elements(value) + ", but has " + std::to_string(frame.instance.size()));
}

void Evaluator::unique_items(Frame& frame, const json& value) {
  if (!frame.instance.is_array() || value != json(true)) return;
  std::unordered_map<std::string, std::size_t> first;
  for (std::size_t i = 0; i < frame.instance.size(); ++i) {
    const auto [other, is_new] = first.emplace(canonical_text(frame.instance[i]), i);
    if (!spend(1 + other->first.size() / 64)) return;
    if (!is_new)
      return problem(frame, "uniqueItems",
                     "must have no two equal elements, but " + std::to_string(other->second) + " and " +
                         std::to_string(i) + " are equal");
  }
}

void Evaluator::unevaluated_items(Frame& frame, const json& value) {
  if (!frame.instance.is_array() || frame.seen->all_items) return;
  std::vector<bool> done(frame.instance.size());
  std::fill_n(done.begin(), std::min(frame.seen->first_items, done.size()), true);
  for (const std::size_t i : frame.seen->items) done[i] = true;
  for (std::size_t i = 0; i < done.size(); ++i) {
    if (done[i]) continue;
    const Path at{frame.at, nullptr, i};
    if (!evaluate(value, frame.instance[i], &at, nullptr)) frame.ok = false;
    if (!frame.ok && sink_ == nullptr) return;
  }
  frame.seen->all_items = true;
}

}  // namespace mcplumb::schema
