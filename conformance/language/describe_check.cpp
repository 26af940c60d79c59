#include "conformance/language/describe_check.hpp"

#include "client/transport/era.hpp"

namespace mcplumb {
namespace {

std::string range_text(const RevisionRange& range) {
  if (range.from == range.to && !range.from.empty()) return range.from;
  return range.from + ".." + range.to;
}

std::string joined(const std::vector<std::string>& words, const char* separator = ", ") {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

std::vector<std::string> needs_of(const Check& check) {
  std::vector<std::string> words;
  for (const Need& need : check.needs) words.push_back(to_string(need));
  return words;
}

std::string level_text(const Check& check) {
  if (check.levels.size() == 1) return std::string(to_string(check.levels.front().second));
  std::string text;
  for (const auto& [range, level] : check.levels)
    text += (text.empty() ? "" : ", ") + std::string(to_string(level)) + " in " + range_text(range);
  return text;
}

std::string line(const char* name, const std::string& value) {
  if (value.empty()) return "";
  std::string label = std::string(name) + ":";
  label.resize(14, ' ');
  return label + value + "\n";
}

}  // namespace

std::string revisions_text(const Check& check) {
  std::vector<std::string> ranges;
  for (const RevisionRange& range : check.revisions) ranges.push_back(range_text(range));
  return ranges.empty() ? "all" : joined(ranges);
}

std::string describe_line(const Check& check) {
  std::string id = check.id;
  id.resize(std::max<std::size_t>(38, id.size()), ' ');
  std::string level(to_string(check.level_for("")));
  level.resize(11, ' ');
  return id + level + check.title;
}

std::string explain(const Check& check) {
  std::string text = check.id + "\n" + check.title + "\n\n";
  text += line("Level", level_text(check)) + line("Revisions", revisions_text(check)) +
          line("Transports", check.transports.empty() ? "any" : joined(check.transports)) +
          line("Needs", joined(needs_of(check))) + line("Specified in", spec_url(check, "")) +
          line("Covers", joined(check.covers)) + line("Proven by", joined(check.mutants)) + line("Cure", check.cure) +
          line("Note", check.note);
  return text + "\nScript (" + check.at.file + ":" + std::to_string(check.at.line) + "):\n\n" + check.source +
         (check.source.ends_with('\n') ? "" : "\n");
}

nlohmann::json describe_json(const Check& check) {
  nlohmann::json levels = nlohmann::json::object();
  for (const std::string_view revision : published_revisions())
    if (check.applies_to(revision)) levels[std::string(revision)] = to_string(check.level_for(revision));
  return {{"id", check.id},
          {"suite", check.suite},
          {"title", check.title},
          {"level", to_string(check.level_for(""))},
          {"levels", levels},
          {"revisions", revisions_text(check)},
          {"transports", check.transports},
          {"covers", check.covers},
          {"proofs", check.proofs},
          {"tolerates", check.tolerates},
          {"watches", check.steps.empty()},
          {"needs", needs_of(check)},
          {"tags", check.tags},
          {"mutants", check.mutants},
          {"spec", spec_url(check, "")},
          {"cure", check.cure},
          {"note", check.note}};
}

}  // namespace mcplumb
