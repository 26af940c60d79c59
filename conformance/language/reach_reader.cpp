#include "conformance/language/reach_reader.hpp"

#include <algorithm>

#include "client/transport/era.hpp"
#include "conformance/language/vocabulary.hpp"

namespace mcplumb {

void ReachReader::read_common(Check& check, const Node& node) {
  if (const Node* value = node.find("revisions")) check.revisions = revisions(*value);
  if (const Node* value = node.find("transports")) check.transports = transports(*value);
  if (const Node* value = node.find("session")) {
    if (const auto index = values_.word(*value, session_words(), "session use"))
      check.session = static_cast<SessionUse>(*index);
  }
  if (const Node* value = node.find("alone")) check.alone = values_.flag(*value, "`alone`");
  if (const Node* value = node.find("retry"))
    check.retry = static_cast<std::size_t>(values_.count(*value, "`retry`", 0));
  if (const Node* value = node.find("tags")) check.tags = values_.texts(*value, "`tags`");
}

std::optional<Level> ReachReader::level(const Node& node) {
  const auto index = values_.word(node, level_words(), "level");
  return index ? std::optional(static_cast<Level>(*index)) : std::nullopt;
}

void ReachReader::read_levels(Check& check, const Node& node) {
  check.levels.clear();
  if (node.kind != Node::Kind::map) {
    if (const auto one = level(node)) check.levels.emplace_back(RevisionRange{}, *one);
    return;
  }
  if (node.keys.empty()) values_.error(node, "`level` must not be empty");
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const RevisionRange range = revision_range(node.keys[i]);
    if (const auto one = level(node.values[i])) check.levels.emplace_back(range, *one);
  }
}

void ReachReader::refuse_missing_level(const Check& check, const Node& at) {
  for (const std::string_view revision : published_revisions()) {
    const bool has_level = std::any_of(check.levels.begin(), check.levels.end(),
                                       [&](const auto& entry) { return entry.first.contains(revision); });
    if (!has_level && check.applies_to(revision)) {
      return values_.error(at, "no level for revision " + std::string(revision) + ", which the check applies to");
    }
  }
}

bool ReachReader::is_revision(const Node& at, const std::string& text) {
  if (index_of(text, published_revisions())) return true;
  values_.error(at, "unknown revision " + in_ticks(text) + suggestion(text, published_revisions()));
  return false;
}

RevisionRange ReachReader::revision_range(const Node& node) {
  const std::string text = node.kind == Node::Kind::scalar ? node.text : "";
  const std::size_t dots = text.find("..");
  if (text.empty() || text == "..") {
    values_.error(node, "a revision, or a range as in 2025-03-26..2025-11-25, is missing");
    return {};
  }
  RevisionRange range{text.substr(0, dots), dots == std::string::npos ? text : text.substr(dots + 2)};
  const bool known = (range.from.empty() || is_revision(node, range.from)) &&
                     (range.to.empty() || range.to == range.from || is_revision(node, range.to));
  if (known && !range.from.empty() && !range.to.empty() && range.to < range.from) {
    values_.error(node, "the range ends before it begins");
  }
  return range;
}

std::vector<RevisionRange> ReachReader::revisions(const Node& node) {
  if (node.kind == Node::Kind::scalar) return {revision_range(node)};
  std::vector<RevisionRange> ranges;
  if (!values_.is_list(node, "`revisions`")) return ranges;
  if (node.items.empty()) values_.error(node, "`revisions` must not be empty");
  for (const Node& item : node.items) ranges.push_back(revision_range(item));
  return ranges;
}

std::vector<std::string> ReachReader::transports(const Node& node) {
  std::vector<std::string> list = values_.texts(node, "`transports`");
  for (const Node& item : node.items) {
    if (item.kind == Node::Kind::scalar) values_.word(item, transport_words(), "transport");
  }
  return list;
}

}  // namespace mcplumb
