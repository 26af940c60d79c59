#include <algorithm>

#include "conformance/language/interpolation.hpp"
#include "conformance/language/reader_parts.hpp"

namespace mcplumb {
namespace {

bool is_name_text(const std::string& text) {
  if (text.empty() || text.size() > 60 || !std::isalpha(static_cast<unsigned char>(text[0]))) return false;
  for (const unsigned char c : text) {
    if (!std::isalnum(c) && c != '-' && c != '_') return false;
  }
  return true;
}

}  // namespace

std::string SuiteReader::name(const Node& node, const std::string& what) {
  if (node.kind == Node::Kind::scalar && is_name_text(node.text)) {
    if (!index_of(node.text, built_in_names())) return node.text;
    error(node, in_ticks(node.text) + " is a built-in name");
    return {};
  }
  error(node, what + " must be a name: a letter, then letters, digits, - and _");
  return {};
}

bool SuiteReader::is_revision(const Node& at, const std::string& text) {
  if (index_of(text, published_revisions())) return true;
  error(at, "unknown revision " + in_ticks(text) + suggestion(text, published_revisions()));
  return false;
}

RevisionRange SuiteReader::revision_range(const Node& node) {
  const std::string text = node.kind == Node::Kind::scalar ? node.text : "";
  const std::size_t dots = text.find("..");
  if (text.empty() || text == "..") {
    error(node, "a revision, or a range as in 2025-03-26..2025-11-25, is missing");
    return {};
  }
  RevisionRange range{text.substr(0, dots), dots == std::string::npos ? text : text.substr(dots + 2)};
  const bool known = (range.from.empty() || is_revision(node, range.from)) &&
                     (range.to.empty() || range.to == range.from || is_revision(node, range.to));
  if (known && !range.from.empty() && !range.to.empty() && range.to < range.from) {
    error(node, "the range ends before it begins");
  }
  return range;
}

std::vector<RevisionRange> SuiteReader::revisions(const Node& node) {
  if (node.kind == Node::Kind::scalar) return {revision_range(node)};
  std::vector<RevisionRange> ranges;
  if (!is_list(node, "`revisions`")) return ranges;
  if (node.items.empty()) error(node, "`revisions` must not be empty");
  for (const Node& item : node.items) ranges.push_back(revision_range(item));
  return ranges;
}

std::vector<std::string> SuiteReader::transports(const Node& node) {
  std::vector<std::string> list = texts(node, "`transports`");
  for (const Node& item : node.items) {
    if (item.kind == Node::Kind::scalar) word(item, transport_words(), "transport");
  }
  return list;
}

void SuiteReader::check_names(const Node& node) {
  for (const Node& item : node.items) check_names(item);
  for (const Node& value : node.values) check_names(value);
  if (node.kind != Node::Kind::scalar) return;
  const auto names = names_in(node.text);
  if (!names) return error(node, names.error().what);
  for (const std::string& used : *names) {
    const std::string part = known_part(used, [&](const std::string& name) { return scope_.names.count(name) != 0; });
    used_names_.insert(part.empty() ? used : part);
    if (used.starts_with("env:")) {
      read_environment(node, used);
      continue;
    }
    if (!part.empty() || (context_.own && context_.only_listed)) continue;
    const std::vector<std::string> known(scope_.names.begin(), scope_.names.end());
    const std::string hint = suggestion(used, known);
    const bool give = context_.own && closest(used, known).empty();
    error(node, "unknown name " + in_ticks("${" + used + "}") +
                    (give ? "; give it with --var " + used + "=VALUE, or declare it under `variables`" : hint));
  }
}

nlohmann::json SuiteReader::literal(const Node& node) {
  check_names(node);
  return to_json(node);
}

}  // namespace mcplumb
