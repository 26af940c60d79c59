// Values that should fit.
#include "conformance/exercise/values.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/exercise/pattern_text.hpp"
#include "conformance/exercise/told_values.hpp"
#include "conformance/exercise/value_parts.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kNamedMax = 4;
constexpr double kLargestExact = 9007199254740991;  // 2^53 - 1

std::string sample_of(std::string_view format) {
  static constexpr std::pair<std::string_view, std::string_view> kSamples[] = {
      {"date-time", "2025-06-18T12:00:00Z"},
      {"date", "2025-06-18"},
      {"time", "12:00:00Z"},
      {"duration", "PT1M"},
      {"email", "nobody@example.com"},
      {"idn-email", "nobody@example.com"},
      {"hostname", "example.com"},
      {"idn-hostname", "example.com"},
      {"ipv4", "192.0.2.1"},
      {"ipv6", "2001:db8::1"},
      {"uri", "https://example.com/"},
      {"uri-reference", "https://example.com/"},
      {"iri", "https://example.com/"},
      {"iri-reference", "https://example.com/"},
      {"url", "https://example.com/"},
      {"uri-template", "https://example.com/{id}"},
      {"uuid", "00000000-0000-4000-8000-000000000000"},
      {"json-pointer", "/a"},
      {"relative-json-pointer", "0"},
      {"regex", "a+"},
      {"byte", "dGV4dA=="},
      {"binary", "text"},
      {"path", "text.txt"},
  };
  for (const auto& [name, text] : kSamples)
    if (name == format) return std::string(text);
  return "";
}

}  // namespace

ValueMaker::ValueMaker(const json& document, std::uint64_t seed, std::function<bool()> stopped)
    : document_(document), random_(seed), stopped_(std::move(stopped)) {}

void ValueMaker::begin() {
  to_copy_ = kTakenApartMax;
  to_hold_ = kMadeValuesMax;
  cut_ = is_too_large_ = false;
}

ValueMaker::Values ValueMaker::fitting() {
  begin();
  Values all = fitting(document_, 0);
  is_too_large_ = is_too_large_ && all.empty();
  return all;
}

ValueMaker::Values ValueMaker::plainest() {
  return plain_if(true, [&] { return fitting(); });
}

ValueMaker::Values ValueMaker::breaking() {
  begin();
  Values all = breaking(document_, 0);
  is_too_large_ = false;
  return all;
}

std::string ValueMaker::at_limit() const {
  if (is_too_large_)
    return "its inputSchema asks for " + more_than_own_limit(whole_size(kMadeValueMax) + " of arguments");
  return cut_ ? "all that its inputSchema asks for is " + more_than_own_limit(whole_size(kMadeValuesMax)) : "";
}

bool ValueMaker::take_of(std::size_t& left, std::size_t bytes) {
  if (bytes > left || (stopped_ && stopped_())) {
    left = 0;
    cut_ = true;
    return false;
  }
  left -= bytes;
  return true;
}

bool ValueMaker::may_copy(std::size_t bytes) { return take_of(to_copy_, bytes); }

bool ValueMaker::may_hold(std::size_t bytes) {
  if (bytes > kMadeValueMax) {
    is_too_large_ = true;
    return false;
  }
  return take_of(to_hold_, bytes);
}

void ValueMaker::add(Values& all, json value, std::string what) {
  if (only_plainest_ && !all.empty()) return;
  if (may_hold(memory_of(value, kMadeValueMax + 1))) all.push_back({std::move(value), std::move(what)});
}

void ValueMaker::add_plain(Values& all, Values more) {
  for (MadeValue& each : more) add(all, std::move(each.value), std::move(each.what));
}

std::string ValueMaker::random_text(std::size_t length) {
  static constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string text;
  for (std::size_t i = 0; i < length; ++i) text += kLetters[random_.below(kLetters.size())];
  return text;
}

// What the schema names itself: const, enum, examples, default.
void ValueMaker::add_named(Values& all, const json& schema) {
  if (const json* value = member(schema, "const")) add(all, *value, "");
  for (const auto& [key, what] : {std::pair("enum", "of the enum"), std::pair("examples", "of the examples")}) {
    const json* list = member(schema, key);
    if (list == nullptr || !list->is_array()) continue;
    for (std::size_t i = 0; i < std::min(list->size(), kNamedMax); ++i)
      add(all, (*list)[i], all.empty() ? "" : serialize((*list)[i]).substr(0, 40) + " " + what);
  }
  for (const auto& [key, what] : {std::pair("default", "the default"), std::pair("example", "the example")})
    if (const json* value = member(schema, key)) add(all, *value, all.empty() ? "" : what);
}

ValueMaker::Values ValueMaker::fitting(const json& schema, int depth) {
  Values all;
  if (budget_ == 0) return all;
  --budget_;
  for (const json& each : flat(schema, 0)) {
    const std::size_t before = all.size();
    if (before > 0 && only_plainest_) break;
    add_named(all, each);
    const bool closed = each.contains("const") || each.contains("enum");
    if (!closed)
      for (const std::string& type : types_of(each))
        for (MadeValue& made : of_type(type, each, depth)) all.push_back(std::move(made));
    // Another alternative is told by what it is.
    if (before > 0 && all.size() > before && all[before].what.empty())
      all[before].what = "another alternative, " + std::string(all[before].value.type_name());
  }
  return all;
}

ValueMaker::Values ValueMaker::of_type(const std::string& type, const json& schema, int depth) {
  Values plain;
  if (type == "string") add_plain(plain, texts(schema));
  if (type == "integer" || type == "number") add_plain(plain, numbers(schema, type == "integer"));
  if (!plain.empty()) return plain;
  if (type == "boolean") return {{false, ""}, {true, "true"}};
  if (type == "null") return {{nullptr, "null"}};
  if (depth >= kMadeNestingMax) return {};
  if (type == "array") return arrays(schema, depth);
  if (type == "object") return objects(schema, depth);
  return {};
}

ValueMaker::Values ValueMaker::texts(const json& schema) {
  const std::size_t least = count_at(schema, "minLength").value_or(0),
                    most = count_at(schema, "maxLength").value_or(kMadeTextMax);
  if (least > kLongestTextMade) {
    is_too_large_ = true;
    return {};
  }
  if (const std::string_view pattern = string_member(schema, "pattern"); !pattern.empty()) {
    const std::optional<std::string> text = text_for_pattern(pattern);
    return text ? Values{{*text, ""}, {sized(*text, least, most), "of the length that is asked for"}} : Values{};
  }
  if (const std::string sample = sample_of(string_member(schema, "format")); !sample.empty()) return {{sample, ""}};
  Values all;
  for (std::string& told : told_values(string_member(schema, "description")))
    if (told.size() >= least && told.size() <= most)
      all.push_back({std::move(told), all.empty() ? "" : "of the description"});
  all.push_back({sized("text", least, most), all.empty() ? "" : "any text"});
  if (least == 0) all.push_back({"", "empty"});
  if (least > 1) all.push_back({sized("x", least, least), "as short as minLength allows"});
  if (schema.contains("maxLength") && most <= kLongestTextMade)
    all.push_back({sized("x", most, most), "as long as maxLength allows"});
  all.push_back({sized("Grüße, 世界 🌍 e\u0301", least, most), "Unicode beyond ASCII"});
  all.push_back(
      {sized("'\"\\ <b>&amp;</b> ${x} {{y}}; -- %s\n", least, most), "characters that have a meaning elsewhere"});
  all.push_back({sized(random_text(12), least, most), "letters by chance"});
  if (!schema.contains("maxLength")) all.push_back({sized("x", kMadeTextMax, kMadeTextMax), "10,000 characters"});
  return all;
}

ValueMaker::Values ValueMaker::numbers(const json& schema, bool whole) const {
  const double step = std::abs(number_at(schema, "multipleOf").value_or(whole ? 1 : 0));
  const double little = step > 0 ? step : 0.5;
  std::optional<double> low = number_at(schema, "minimum"), high = number_at(schema, "maximum");
  if (const auto above = number_at(schema, "exclusiveMinimum"))
    low = std::max(low.value_or(*above + little), *above + little);
  if (const auto below = number_at(schema, "exclusiveMaximum"))
    high = std::min(high.value_or(*below - little), *below - little);
  if (step > 0 && low) low = std::ceil(*low / step) * step;
  if (step > 0 && high) high = std::floor(*high / step) * step;
  Values all;
  const auto add = [&](double value, const char* what) {
    if ((low && value < *low) || (high && value > *high)) return;
    if (step > 0) value = std::round(value / step) * step;
    const bool exact = value == std::floor(value) && std::abs(value) <= kLargestExact;
    json made = exact ? json(static_cast<std::int64_t>(value)) : json(value);
    const bool known = std::any_of(all.begin(), all.end(), [&](const MadeValue& each) { return each.value == made; });
    if (!known) all.push_back({std::move(made), all.empty() ? "" : what});
  };
  add(std::clamp(1.0, low.value_or(-kLargestExact), std::max(high.value_or(kLargestExact), low.value_or(0))), "");
  if (low) add(*low, "as small as allowed");
  if (high) add(*high, "as large as allowed");
  add(0, "0");
  add(-1, "negative");
  if (!whole && step == 0) add(0.5, "a fraction");
  if (!high) add(kLargestExact, "the largest exact integer, 9007199254740991");
  if (!low) add(-kLargestExact, "the smallest exact integer, -9007199254740991");
  return all;
}

ValueMaker::Values ValueMaker::arrays(const json& schema, int depth) {
  const std::size_t least = count_at(schema, "minItems").value_or(0),
                    most = count_at(schema, "maxItems").value_or(kMadeItemsMax);
  const json* first = member(schema, "prefixItems");
  const json* rest = member(schema, "items");
  if (rest != nullptr && rest->is_array()) std::swap(first, rest);  // up to 2019-09
  Values of_items = fitting(rest != nullptr && !rest->is_array() ? *rest : json::object(), depth + 1);
  json begin = json::array();
  std::size_t bytes = 0;
  if (first != nullptr && first->is_array())
    for (const json& each : *first) {
      Values made = fitting(each, depth + 1);
      if (made.empty()) break;
      bytes += memory_of(made.front().value, kMadeValueMax);
      if (bytes > kMadeValueMax) {
        is_too_large_ = true;
        return {};
      }
      begin.push_back(std::move(made.front().value));
    }
  const bool unique = schema.value("uniqueItems", json(false)) == json(true);
  const std::size_t each = of_items.empty() ? 1 : std::max<std::size_t>(serialize(of_items.front().value).size(), 1);
  const std::size_t longest = std::min(kMadeItemsMax * 10, kMadeBytesMax / each);
  if (least > longest) return {};
  const auto with = [&](std::size_t size) {
    json list = begin;
    for (std::size_t i = 0; list.size() < size && !of_items.empty(); ++i) {
      if (unique && i >= of_items.size()) break;
      list.push_back(of_items[unique ? i : 0].value);
    }
    return list;
  };
  Values all;
  const std::size_t usual =
      std::clamp<std::size_t>(std::max<std::size_t>(begin.size(), 1), least, std::max(least, most));
  add(all, with(usual), "");
  if (least == 0 && begin.empty()) all.push_back({json::array(), "no element"});
  if (schema.contains("maxItems") && most <= longest) add(all, with(most), "as many elements as maxItems allows");
  if (usual > 0 && begin.empty())
    for (std::size_t i = 1; i < std::min<std::size_t>(of_items.size(), 8); ++i) {
      json list = with(usual);
      if (list.empty() || unique) break;
      list[0] = of_items[i].value;
      add(all, std::move(list), placed("[0]", of_items[i].what));
    }
  return all;
}

ValueMaker::Values ValueMaker::objects(const json& schema, int depth) {
  static const json kNothing = json::object();
  const json* properties = member(schema, "properties");
  if (properties == nullptr || !properties->is_object()) properties = &kNothing;
  json least = json::object(), whole = json::object();
  std::vector<std::pair<std::string, Values>> members;
  std::size_t bytes = 0, variants = 0;
  for (const auto& [name, each] : properties->items()) {
    if (members.size() >= kMadeMembersMax) break;
    members.emplace_back(name, plain_if(variants >= kMadeOfOneMax, [&] { return fitting(each, depth + 1); }));
    variants += members.back().second.size();
    if (!members.back().second.empty()) whole[name] = members.back().second.front().value;
  }
  if (const json* required = member(schema, "required"); required != nullptr && required->is_array())
    for (const json& name : *required) {
      if (!name.is_string()) continue;
      const auto& text = name.get_ref<const std::string&>();
      if (!properties->contains(text)) whole[text] = "text";
      if (!whole.contains(text)) return {};  // nothing is known that it could be
      bytes += memory_of(whole[text], kMadeValueMax) + text.size();
      if (bytes > kMadeValueMax) {
        is_too_large_ = true;
        return {};
      }
      least[text] = whole[text];
    }
  Values all;
  const bool has_optional = whole != least;
  add(all, least, "");
  if (all.empty() || only_plainest_) return all;
  if (has_optional) add(all, std::move(whole), "with everything that is optional");
  for (const auto& [name, values] : members)
    for (std::size_t i = least.contains(name) ? 1 : 0; i < values.size() && all.size() < kMadeOfOneMax && !cut_; ++i) {
      json made = least;
      made[name] = values[i].value;
      add(all, std::move(made), placed(name, values[i].what.empty() ? "given" : values[i].what));
    }
  if (schema.value("additionalProperties", json()) == json(true)) {
    json made = least;
    made["mcplumb_extra"] = "text";
    add(all, std::move(made), "with one more member");
  }
  return all;
}

}  // namespace mcplumb
