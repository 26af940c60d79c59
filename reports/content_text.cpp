#include "reports/content_text.hpp"

#include <cstdio>

#include "client/jsonrpc/message.hpp"
#include "client/text/printable.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

std::string field_of(const json& block, const char* key) { return std::string(string_member(block, key)); }

std::string pretty(const json& value) {
  return printable_lines(value.dump(2, ' ', false, json::error_handler_t::replace));
}

// Bytes that a base64 text stands for.
std::size_t decoded_size(const std::string& base64) {
  const std::size_t padding = base64.ends_with("==") ? 2 : base64.ends_with("=") ? 1 : 0;
  return base64.size() / 4 * 3 - std::min(padding, base64.size());
}

std::string binary(const std::string& kind, const std::string& type, const std::string& base64) {
  return "[" + kind + " " + printable(type.empty() ? "of unknown type" : shortened(type, 80)) + ", " +
         size_text(decoded_size(base64)) + "]\n";
}

std::string resource_part(const json& part) {
  if (part.contains("text")) return printable_lines(field_of(part, "text"));
  return binary("binary", field_of(part, "mimeType"), field_of(part, "blob"));
}

bool says_the_same(const json& block, const json& structured) {
  if (string_member(block, "type") != "text") return false;
  const auto read = parse_json(string_member(block, "text"), {}, nullptr);
  return read && *read == structured;
}

}  // namespace

std::string size_text(std::size_t bytes) {
  if (bytes < 10 * 1024) return plural(bytes, "byte", "bytes");
  char text[32];
  const bool mega = bytes >= 10 * 1024 * 1024;
  std::snprintf(text, sizeof text, "%.1f %s", static_cast<double>(bytes) / (mega ? 1048576.0 : 1024.0),
                mega ? "MiB" : "KiB");
  return text;
}

std::string printable_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\n\t"), text.size());
    std::string_view line = text.substr(0, end);
    if (end < text.size() && text[end] == '\n' && line.ends_with('\r')) line.remove_suffix(1);
    out += printable(line);
    if (end < text.size()) out += text[end];
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!out.empty() && !out.ends_with('\n')) out += '\n';
  return out;
}

std::string content_text(const json& block) {
  const std::string type = field_of(block, "type");
  if (type == "text") return printable_lines(field_of(block, "text"));
  if (type == "image" || type == "audio") return binary(type, field_of(block, "mimeType"), field_of(block, "data"));
  if (type == "resource_link")
    return "[resource " + shortened(field_of(block, "uri"), 200) + "  " + shortened(field_of(block, "name"), 80) +
           "]\n";
  if (const json* resource = member(block, "resource"); type == "resource" && resource != nullptr)
    return "[resource " + shortened(field_of(*resource, "uri"), 200) + "]\n" + resource_part(*resource);
  return pretty(block);
}

std::string call_result_text(const json& result) {
  const json* content = member(result, "content");
  const json* structured = member(result, "structuredContent");
  if (content == nullptr && structured == nullptr) return pretty(result);
  std::string out;
  if (content != nullptr && content->is_array())
    for (const json& block : *content)
      if (structured == nullptr || !says_the_same(block, *structured)) out += content_text(block);
  if (structured != nullptr) out += pretty(*structured);
  return out;
}

std::string resource_text(const json& result) {
  const json* contents = member(result, "contents");
  if (contents == nullptr || !contents->is_array()) return pretty(result);
  std::string out;
  for (const json& part : *contents) {
    if (contents->size() > 1) out += "[" + shortened(field_of(part, "uri"), 200) + "]\n";
    out += resource_part(part);
  }
  return out;
}

std::string prompt_text(const json& result) {
  const json* messages = member(result, "messages");
  if (messages == nullptr || !messages->is_array()) return pretty(result);
  std::string out;
  for (const json& message : *messages) {
    const json* content = member(message, "content");
    out += (out.empty() ? "" : "\n") + shortened(field_of(message, "role"), 40) + ":\n";
    if (content != nullptr) out += content_text(*content);
  }
  return out;
}

}  // namespace mcplumb
