#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "reports/comparison_report.hpp"
#include "reports/exchange_text.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kCell = 300;

// What Markdown takes for markup.
constexpr std::string_view kMarkup = "|`*_[]\\#!~";

// Text for a table cell: no markup, no HTML, no mention of people, on one line.
std::string cell(std::string_view raw) {
  std::string out;
  for (const char c : shortened(raw, kCell)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '@':
        out += "@\xE2\x80\x8B";  // a zero-width space: no one is called
        break;
      default:
        if (kMarkup.find(c) != kMarkup.npos) out += '\\';
        out += c;
    }
  }
  return out;
}

std::string sign_of(const Change& change) {
  if (!change.tolerated.empty()) return "tolerated";
  switch (change.effect) {
    case Effect::broken:
      return "❌ break";
    case Effect::changed:
      return "⚠️ change";
    case Effect::better:
      return "✅ better";
    case Effect::safe:
      return "✅ safe";
    default:
      return "wording";
  }
}

std::string heading(const Comparison& comparison) {
  const Safety safety = safety_of(comparison);
  const char* sign = safety == Safety::broken    ? "❌"
                     : safety == Safety::safe    ? "✅"
                     : safety == Safety::changed ? "⚠️"
                                                 : "❔";
  const std::string title = comparison.title.empty() ? "mcplumb" : cell(comparison.title);
  return "## " + std::string(sign) + " " + title + "\n\n**" + cell(answer_line(comparison)) + "**\n\n";
}

std::string sides(const Comparison& comparison) {
  std::string text = "| | server | checks | ready after |\n| --- | --- | --- | --- |\n";
  for (const Side* side : {&comparison.before, &comparison.after})
    text += "| " + cell(side->name) + " | " + cell(side->server.empty() ? side->target : side->server) + " | " +
            (side->problem.empty() ? cell(summary_line(side->summary)) : cell(side->problem)) + " | " +
            (side->ready_in == kNever ? "–" : span_text(side->ready_in)) + " |\n";
  const std::vector<VersionChange> versions = version_changes(comparison.before, comparison.after);
  if (!versions.empty()) text += "\nPackages:";
  for (std::size_t i = 0; i < versions.size() && i < 30; ++i)
    text += (i == 0 ? " " : ", ") + cell(in_words(versions[i]));
  if (versions.size() > 30) text += " and " + std::to_string(versions.size() - 30) + " more";
  return text + (versions.empty() ? "\n" : "\n\n");
}

std::string row(const Change& change) {
  return "| " + sign_of(change) + " | " + cell(change.what) +
         (change.tolerated.empty() ? "" : " (tolerated: " + cell(change.tolerated) + ")") + " | " +
         cell(change.before) + " | " + cell(change.after) + " | " + cell(change.id) + " |\n";
}

std::string causes(const Comparison& comparison) {
  std::string text;
  for (const Diagnosis& cause : comparison.causes) {
    text += "\n**Cause: " + cell(cause.title) + "** (" + cell(cause.rule) + ", " +
            std::string(to_string(cause.confidence)) + ")  \n" + cell(cause.cause) +
            (cause.sub_cause.empty() ? "" : " " + cell(cause.sub_cause)) + "\n\n";
    for (const std::string& line : cause.evidence) text += "- " + cell(line) + "\n";
    text += "- Cure: " + cell(cause.cure) + "\n";
  }
  return text;
}

std::string log_block(const Side& side) {
  if (side.log.empty()) return "";
  std::string text = "\n<details><summary>last lines of " + cell(side.name) + "</summary>\n\n";
  for (const std::string& line : side.log) text += "    " + shortened(line, kCell) + "\n";
  return text + "\n</details>\n";
}

std::string bullets(const std::string& title, const std::vector<std::string>& all) {
  std::string text = all.empty() ? "" : "\n" + title + ":\n\n";
  for (std::size_t i = 0; i < all.size() && i < 50; ++i) text += "- " + cell(all[i]) + "\n";
  return text;
}

}  // namespace

std::string render_comparison_markdown(const Comparison& comparison, std::size_t most) {
  std::string text = heading(comparison) + sides(comparison);
  std::string end = causes(comparison) + log_block(comparison.before) + log_block(comparison.after);
  end += bullets("Budgets that do not hold, before and after", comparison.unheld);
  end += bullets("Noticed", comparison.notes) + bullets("Not compared", comparison.doubts);
  if (comparison.changes.empty()) return text + (comparison.no_answer.empty() ? "No difference.\n" : "") + end;
  text += "| | what | before | after | id |\n| --- | --- | --- | --- | --- |\n";
  for (std::size_t i = 0; i < comparison.changes.size(); ++i) {
    const std::string line = row(comparison.changes[i]);
    if (text.size() + line.size() + end.size() + 100 > most) {
      text += "\n… and " + std::to_string(comparison.changes.size() - i) + " more; the JSON report has all of them.\n";
      break;
    }
    text += line;
  }
  return text + end;
}

}  // namespace mcplumb
