#include "cli/input/json_text.hpp"

#include <algorithm>

#include "cli/input/usage.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/printable.hpp"
#include "conformance/language/yaml.hpp"

namespace mcplumb::cli {
namespace {

// Spaces in the place of comments and of commas before a closing bracket, so that every place stays where it is.
std::string plain_json(std::string text) {
  std::size_t comma = std::string::npos;  // the last one, with nothing but space behind it so far
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i)
        if (text[i] == '\\') ++i;
      comma = std::string::npos;
    } else if (text.compare(i, 2, "//") == 0) {
      for (; i < text.size() && text[i] != '\n'; ++i) text[i] = ' ';
    } else if (text.compare(i, 2, "/*") == 0) {
      const std::size_t end = std::min(text.find("*/", i + 2), text.size() - 2) + 2;
      for (; i < end; ++i)
        if (text[i] != '\n') text[i] = ' ';
      --i;
    } else if (text[i] == ',') {
      comma = i;
    } else if (text[i] == '}' || text[i] == ']') {
      if (comma != std::string::npos) text[comma] = ' ';
      comma = std::string::npos;
    } else if (text[i] != ' ' && text[i] != '\t' && text[i] != '\n' && text[i] != '\r') {
      comma = std::string::npos;
    }
  }
  return text;
}

std::string position(const std::string& text, std::size_t byte) {
  const std::size_t at = std::min(byte > 0 ? byte - 1 : 0, text.size());
  const std::string_view before = std::string_view(text).substr(0, at);
  const std::size_t start = before.rfind('\n');
  return std::to_string(std::count(before.begin(), before.end(), '\n') + 1) + ":" +
         std::to_string(at - (start == before.npos ? 0 : start + 1) + 1);
}

// Without what was read last, which may be a secret.
std::string reason(const std::string& what) {
  const std::string text(reason_of_parser(what));
  const std::size_t last = text.find("; last read"), expected = text.find("; expected");
  return text.substr(0, last) +
         (last != std::string::npos && expected != std::string::npos ? text.substr(expected) : "");
}

// Where a text is no JSON, and why; makes no value of it.
struct Complaint : nlohmann::detail::json_sax_acceptor<nlohmann::json> {
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& problem) {
    byte = position;
    what = problem.what();
    return false;
  }
  std::size_t byte = 0;
  std::string what;
};

}  // namespace

JsonText::JsonText(std::string raw, std::string file) : file_(std::move(file)) {
  if (raw.starts_with("\xEF\xBB\xBF")) raw.replace(0, 3, "   ");
  const std::string text = plain_json(std::move(raw));
  std::vector<std::string> twice;
  Result<nlohmann::json> parsed = parse_json(text, kOwnFile, &twice);
  if (!parsed && parsed.error().own_limit) throw usage(printable(file_) + " is too large: " + parsed.error().what);
  if (Complaint complaint; !parsed && !nlohmann::json::sax_parse(text, &complaint))
    throw UsageError(printable(file_) + ":" + position(text, complaint.byte) +
                     ": error: this is not JSON: " + printable(reason(complaint.what)));
  if (!parsed) throw usage(printable(file_) + ": " + parsed.error().what);
  value_ = std::move(*parsed);
  YamlResult places = parse_yaml(text, file_);  // every JSON text is YAML; a deep one is refused here
  if (!twice.empty()) refuse_double(twice.front(), places.problems);
  if (places.root) places_ = std::move(*places.root);
}

void JsonText::refuse_double(const std::string& key, const std::vector<Diagnostic>& found) const {
  const std::string place =
      found.empty() ? "" : ":" + std::to_string(found.front().line) + ":" + std::to_string(found.front().column);
  throw UsageError(printable(file_) + place + ": error: the key `" + shortened(key, 60) +
                   "` is given twice; take one of them out");
}

std::string JsonText::place(const std::vector<std::string>& keys) const {
  if (!places_) return printable(file_);
  const Node* node = &*places_;
  const Node* at = node;
  for (const std::string& key : keys) {
    const Node* next = nullptr;
    if (node->kind == Node::Kind::list && !key.empty() && key.find_first_not_of("0123456789") == std::string::npos &&
        key.size() < 9 && std::stoul(key) < node->items.size()) {
      next = &node->items[std::stoul(key)];
      at = next;
    }
    for (std::size_t i = 0; i < node->keys.size(); ++i)
      if (node->keys[i].text == key) {
        at = &node->keys[i];  // where a person looks first
        next = &node->values[i];
      }
    if (next == nullptr) break;
    node = next;
  }
  return printable(file_) + ":" + std::to_string(at->line) + ":" + std::to_string(at->column);
}

}  // namespace mcplumb::cli
