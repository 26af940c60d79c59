#include "conformance/shapes/definition.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "conformance/language/format.hpp"
#include "conformance/shapes/table.hpp"

namespace mcplumb {
namespace {

using Kind = ValueForm::Kind;
using Sort = ShapeDefinition::Kind;

constexpr std::pair<std::string_view, Kind> kWords[] = {
    {"any", Kind::any},      {"str", Kind::text},   {"int", Kind::integer}, {"num", Kind::number},
    {"bool", Kind::boolean}, {"obj", Kind::object}, {"null", Kind::null},
};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

[[noreturn]] void refuse(const std::string& why) { throw std::invalid_argument(why); }

std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text = trimmed(text.substr(end));
  return word;
}

// "…  @2025-06-18..": the range is cut off.
RevisionRange take_range(std::string_view& line) {
  const std::size_t at = line.find('@');
  if (at == std::string_view::npos) return {};
  const std::string range(trimmed(line.substr(at + 1)));
  line = trimmed(line.substr(0, at));
  const std::size_t dots = range.find("..");
  if (dots == std::string::npos) return {range, range};
  return {range.substr(0, dots), range.substr(dots + 2)};
}

class FormReader {
 public:
  explicit FormReader(std::string_view text) : text_(text) {}

  ValueForm read() {
    ValueForm form = either();
    if (!text_.empty()) refuse("unexpected " + std::string(text_));
    return form;
  }

 private:
  ValueForm either() {
    const std::string_view whole = text_;
    ValueForm first = one();
    if (!text_.starts_with('|')) return first;
    ValueForm form{.kind = Kind::either, .parts = {std::move(first)}};
    while (text_.starts_with('|')) {
      text_.remove_prefix(1);
      form.parts.push_back(one());
    }
    form.words = whole.substr(0, whole.size() - text_.size());
    return form;
  }

  ValueForm one() {
    const std::string_view whole = text_;
    ValueForm form = plain();
    form.words = whole.substr(0, whole.size() - text_.size());
    while (text_.starts_with("[]")) {
      text_.remove_prefix(2);
      form = {.kind = Kind::list, .parts = {std::move(form)}};
      form.words = whole.substr(0, whole.size() - text_.size());
    }
    return form;
  }

  ValueForm plain() {
    if (text_.starts_with('"')) return {.kind = Kind::literal, .name = std::string(until('"', 1))};
    if (text_.starts_with("map<")) {
      text_.remove_prefix(4);
      ValueForm form{.kind = Kind::map, .parts = {either()}};
      until('>', 0);
      return form;
    }
    const std::size_t end = std::min(text_.find_first_of("|[>("), text_.size());
    const std::string word(text_.substr(0, end));
    text_.remove_prefix(end);
    for (const auto& [known, kind] : kWords)
      if (word == known) return bounded({.kind = kind});
    const Words formats = format_words();
    const bool is_format = std::find(formats.begin(), formats.end(), word) != formats.end();
    return {.kind = is_format ? Kind::format : Kind::named, .name = word};
  }

  // "(0..1)"
  ValueForm bounded(ValueForm form) {
    if (!text_.starts_with('(')) return form;
    const std::string_view bounds = until(')', 1);
    const std::size_t dots = bounds.find("..");
    if (dots == std::string_view::npos) refuse("no bounds: " + std::string(bounds));
    std::from_chars(bounds.data(), bounds.data() + dots, form.least);
    std::from_chars(bounds.data() + dots + 2, bounds.data() + bounds.size(), form.most);
    return form;
  }

  std::string_view until(char end, std::size_t from) {
    const std::size_t at = text_.find(end, from);
    if (at == std::string_view::npos) refuse(std::string("no ") + end + " in " + std::string(text_));
    const std::string_view found = text_.substr(from, at - from);
    text_.remove_prefix(at + 1);
    return found;
  }

  std::string_view text_;
};

class TableReader {
 public:
  ShapeTable read(std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (trimmed(line).empty() || line.starts_with('#')) continue;
      try {
        line.starts_with(' ') ? member(trimmed(line)) : definition(trimmed(line));
      } catch (const std::invalid_argument& problem) {
        refuse("line " + std::to_string(number) + ": " + problem.what());
      }
    }
    for (const auto& [name, definitions] : table_)
      for (const ShapeDefinition& each : definitions)
        for (const ShapeMember& part : each.members) look_for(part.form, name);
    return std::move(table_);
  }

 private:
  void definition(std::string_view line) {
    ShapeDefinition made;
    made.range = take_range(line);
    std::string name(take_word(line));
    if (name == "result" || name == "params" || name == "file") name += " " + std::string(take_word(line));
    const std::string_view sort = take_word(line);
    if (sort == "=") {
      made.kind = Sort::alias;
      made.members.push_back({"", false, FormReader(take_word(line)).read(), {}});
    } else if (sort == "by") {
      made.kind = Sort::by;
      made.key = take_word(line);
      if (take_word(line) == "else") made.otherwise = take_word(line);
    } else if (sort == "has") {
      made.kind = Sort::has;
    } else if (!sort.empty()) {
      refuse("unexpected " + std::string(sort));
    }
    if (!line.empty()) refuse("unexpected " + std::string(line));
    std::vector<ShapeDefinition>& all = table_[name];
    all.push_back(std::move(made));
    open_ = &all.back();
  }

  void member(std::string_view line) {
    if (open_ == nullptr || open_->kind == Sort::alias) refuse("a member of nothing");
    ShapeMember made;
    made.range = take_range(line);
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) refuse("no colon");
    made.name = line.substr(0, colon);
    if (made.name.ends_with('?')) {
      made.optional = true;
      made.name.pop_back();
    }
    made.form = FormReader(trimmed(line.substr(colon + 2))).read();
    open_->members.push_back(std::move(made));
  }

  void look_for(const ValueForm& form, const std::string& user) {
    if (form.kind == Kind::named && table_.find(form.name) == table_.end())
      refuse(user + " uses " + form.name + ", which is not defined");
    for (const ValueForm& part : form.parts) look_for(part, user);
  }

  ShapeTable table_;
  ShapeDefinition* open_ = nullptr;
};

}  // namespace

ShapeTable read_shapes(std::string_view text) { return TableReader().read(text); }

const ShapeTable& wire_shapes() {
  static const ShapeTable kTable = read_shapes(kWireShapes);
  return kTable;
}

}  // namespace mcplumb
