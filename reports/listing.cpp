#include "reports/listing.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "conformance/record/model_view.hpp"
#include "reports/layout.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kGap = 2, kNarrowest = 20;

std::string member_text(const json& value, const char* key) { return std::string(string_member(value, key)); }

std::string first_line(const std::string& text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string::npos) return "";
  return text.substr(start, text.find_first_of("\r\n", start) - start);
}

// On one line of at most `width` columns; "…" stands for what is left out. `--json` and -v show all of it.
std::string cut(const std::string& text, std::size_t width) {
  const std::string whole = fitted(text, 10'000);
  if (columns(whole) <= width) return whole;
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  std::size_t end = 0;
  for (std::size_t used = 0; end < whole.size(); ++end)
    if (starts(whole[end]) && ++used >= width) break;
  return whole.substr(0, end) + "…";
}

bool is_required(const json& schema, const std::string& name) {
  const json* required = member(schema, "required");
  return required != nullptr && required->is_array() &&
         std::find(required->begin(), required->end(), json(name)) != required->end();
}

struct Argument {
  std::string name, type, description;
  bool required = false;
};

// Of a tool by its schema, of a prompt by its list; what must be given comes first.
std::vector<Argument> arguments_of(const json& element) {
  std::vector<Argument> found;
  const json* schema = member(element, "inputSchema");
  if (const json* properties = schema != nullptr ? member(*schema, "properties") : nullptr;
      properties != nullptr && properties->is_object())
    for (const auto& [name, property] : properties->items())
      found.push_back({name, schema_text(property), member_text(property, "description"), is_required(*schema, name)});
  if (const json* list = member(element, "arguments"); list != nullptr && list->is_array())
    for (const json& each : *list)
      found.push_back({member_text(each, "name"), "", member_text(each, "description"),
                       each.is_object() && each.value("required", json(false)) == json(true)});
  std::stable_partition(found.begin(), found.end(), [](const Argument& argument) { return argument.required; });
  return found;
}

std::string arguments_in_short(const json& element) {
  std::string text;
  for (const Argument& argument : arguments_of(element))
    text += (text.empty() ? "" : " ") + (argument.required ? argument.name : "[" + argument.name + "]");
  return text;
}

struct Row {
  std::string name, middle, text;
};

Row row_of(const std::string& kind, const json& element) {
  const std::string title = member_text(element, "title"),
                    description = first_line(member_text(element, "description"));
  const std::string text = description.empty() ? title : description;
  if (kind == "resources")
    return {member_text(element, "uri"), member_text(element, "mimeType"),
            text.empty() ? member_text(element, "name") : text};
  if (kind == "templates")
    return {member_text(element, "uriTemplate"), member_text(element, "mimeType"),
            text.empty() ? member_text(element, "name") : text};
  return {member_text(element, "name"), arguments_in_short(element), text};
}

class Listing {
 public:
  explicit Listing(const TerminalOptions& options)
      : options_(options), paint_(options.color), width_(static_cast<std::size_t>(std::max(options.width, 40))) {}

  std::string table(const std::vector<Row>& rows) const {
    std::size_t name = 0, middle = 0;
    for (const Row& row : rows) {
      name = std::max(name, columns(fitted(row.name, 1000)));
      middle = std::max(middle, columns(fitted(row.middle, 1000)));
    }
    name = std::min(name, width_ - 2);  // a name is what one copies, so it goes before all else
    middle = name + kGap + kNarrowest < width_ ? std::min(middle, (width_ - name) / 2) : 0;
    const std::size_t used = 2 + name + kGap + (middle > 0 ? middle + kGap : 0);
    std::string out;
    for (const Row& row : rows) {
      std::string line = "  " + paint_.bold(padded(cut(row.name, name), name));
      if (middle > 0) line += "  " + padded(cut(row.middle, middle), middle);
      if (used + kNarrowest <= width_ && !row.text.empty()) line += "  " + paint_.dim(cut(row.text, width_ - used));
      while (line.ends_with(' ')) line.pop_back();
      out += line + "\n";
    }
    return out;
  }

  std::string whole(const Row& row, const json& element) const {
    std::string out = "  " + paint_.bold(fitted(row.name, width_ - 2)) + "\n";
    for (const char* key : {"title", "description"})
      if (const std::string text = member_text(element, key); !text.empty())
        out += "      " + wrapped(text, 6, options_.width) + "\n";
    if (const std::string type = member_text(element, "mimeType"); !type.empty())
      out += "      " + paint_.dim(fitted(type, width_ - 6)) + "\n";
    for (const Argument& argument : arguments_of(element)) {
      std::string line = argument.name + "  " + argument.type + (argument.required ? "  required" : "");
      if (!argument.description.empty()) line += "  " + argument.description;
      out += "      " + wrapped(line, 10, options_.width) + "\n";
    }
    return out;
  }

 private:
  const TerminalOptions& options_;
  Paint paint_;
  std::size_t width_;
};

std::string range_text(const json& schema) {
  const json* low = member(schema, "minimum");
  const json* high = member(schema, "maximum");
  if (low == nullptr && high == nullptr) return "";
  return " " + (low != nullptr ? shortened(serialize(*low), 20) : "") + ".." +
         (high != nullptr ? shortened(serialize(*high), 20) : "");
}

const json* array_in(const json& schema, const char* keyword) {
  const json* values = member(schema, keyword);
  return values != nullptr && values->is_array() ? values : nullptr;
}

template <class InWords>
std::string joined(const json& values, const char* separator, InWords in_words) {
  std::string list;
  for (const json& value : values) list += (list.empty() ? "" : separator) + in_words(value);
  return list;
}

std::string value_text(const json& value) { return value.is_string() ? value.get<std::string>() : serialize(value); }
std::string type_text(const json& type) { return type.is_string() ? type.get<std::string>() : "?"; }
std::string part_text(const json& part) {
  return part.is_object() && part.contains("type") ? schema_text(part) : "any";
}

// With one type, or none.
std::string simple_text(const json& schema) {
  const json* type = member(schema, "type");
  const std::string word = type != nullptr && type->is_string() ? shortened(type->get<std::string>(), 20) : "any";
  const json* items = member(schema, "items");
  if (word != "array" || items == nullptr || !items->is_object()) return word + range_text(schema);
  return "list of " + (items->contains("items") ? "lists" : schema_text(*items));
}

}  // namespace

std::string schema_text(const json& schema) {
  if (const json* values = array_in(schema, "enum")) return shortened(joined(*values, "|", value_text), 60);
  for (const char* keyword : {"anyOf", "oneOf"})
    if (const json* parts = array_in(schema, keyword); parts != nullptr && parts->size() <= 4)
      return joined(*parts, " or ", part_text);
  if (const json* types = array_in(schema, "type")) return shortened(joined(*types, " or ", type_text), 60);
  return simple_text(schema);
}

std::string render_listing(const std::string& kind, const std::vector<json>& elements, const TerminalOptions& options) {
  std::string out = Paint(options.color).bold(kind) + " (" + std::to_string(elements.size()) +
                    (kind == "tools" && !elements.empty() ? ", " + tokens_text(bytes_for_model(elements)) : "") + ")\n";
  const Listing listing(options);
  std::vector<Row> rows;
  for (const json& element : elements) rows.push_back(row_of(kind, element));
  if (!options.verbose) return out + listing.table(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) out += listing.whole(rows[i], elements[i]);
  return out;
}

}  // namespace mcplumb
