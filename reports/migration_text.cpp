#include "reports/migration_text.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

std::string line_of(const char* name, const std::string& value, int width) {
  if (value.empty()) return "";
  return std::string(kIndent, ' ') + padded(name, kLabel) + wrapped(shortened(value, 800), kIndent + kLabel, width) +
         "\n";
}

// "3 things must change, and 2 should", "1 thing must change"
std::string counted(const Migration& migration) {
  const auto must = static_cast<std::size_t>(std::count_if(migration.items.begin(), migration.items.end(),
                                                           [](const MigrationItem& item) { return item.must; }));
  const std::size_t should = migration.items.size() - must;
  if (must == 0) return plural(should, "thing", "things") + " should change";
  return plural(must, "thing", "things") + " must change" +
         (should == 0 ? "" : ", and " + std::to_string(should) + " should");
}

std::string headline(const Migration& migration) {
  if (!migration.problem.empty()) return "For 2026-07-28 nothing can be said: " + shortened(migration.problem, 300);
  const std::string where = migration.arrived ? "The server speaks 2026-07-28" : "For 2026-07-28";
  if (!migration.items.empty()) return where + (migration.arrived ? ", but " : " ") + counted(migration);
  return where + (migration.arrived ? ": nothing is to be done" : " no need to change anything was seen");
}

}  // namespace

std::string migration_text(const Migration& migration, const Paint& paint, int width) {
  std::string text = paint.bold(headline(migration)) + "\n";
  for (std::size_t i = 0; i < migration.items.size(); ++i) {
    const MigrationItem& item = migration.items[i];
    const std::string number = std::to_string(i + 1);
    text += std::string(4 - std::min<std::size_t>(4, number.size()), ' ') +
            paint.verdict(item.must ? Verdict::fail : Verdict::warn, number) + "  " +
            wrapped(shortened(item.title, 200) + "  [" + (item.must ? "must, " : "should, ") + item.rule + "]", kIndent,
                    width) +
            "\n";
    for (std::size_t line = 0; line < item.evidence.size(); ++line)
      text += line_of(line == 0 ? "seen" : "", item.evidence[line], width);
    text += line_of("to do", item.todo, width) + line_of("see", item.spec, width);
  }
  return text;
}

}  // namespace mcplumb
