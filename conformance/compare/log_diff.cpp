#include <algorithm>
#include <array>
#include <cctype>

#include "client/jsonrpc/message.hpp"
#include "conformance/compare/compare.hpp"
#include "conformance/record/words.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kMost = 40;
constexpr std::size_t kLongest = 160;
constexpr std::size_t kMostChanges = 8;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool speaks_of_trouble(std::string_view line) {
  static constexpr std::array<std::string_view, 18> kWords = {
      "ERROR",     "Error",      "error:",   "WARN",    "Warning", "Exception",
      "Traceback", "CRITICAL",   "FATAL",    "fatal",   "panic",   "Unhandled",
      "unhandled", "deprecated", "Conflict", "Invalid", "refused", "without completing"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return line.find(word) != std::string_view::npos; });
}

// Part of a box: a traceback as some libraries print it, its source lines included.
bool is_drawing(std::string_view line) {
  const std::size_t start = line.find_first_not_of(' ');
  const std::string_view first = start == std::string_view::npos ? std::string_view() : line.substr(start, 2);
  return first == "\xE2\x94" || first == "\xE2\x95";  // U+2500 to U+257F
}

// Colours and what else a terminal would act on.
std::string without_escapes(std::string_view line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b' && i + 1 < line.size() && line[i + 1] == '[') {
      i += 2;
      while (i < line.size() && std::isalpha(static_cast<unsigned char>(line[i])) == 0) ++i;
    } else {
      text += line[i];
    }
  }
  return text;
}

// Words that hold a digit become N: moments, ports, process ids, session ids, addresses. What is in front of a message
// (a bracketed moment, a level padded with spaces) is thereby the same in both logs.
std::string signature(std::string_view raw) {
  const std::string line = without_escapes(raw);
  std::string text;
  for (std::size_t i = 0; i < line.size();) {
    if (!is_word(line[i])) {
      const bool space = line[i] == ' ' || line[i] == '\t';
      if (!space || (!text.empty() && text.back() != ' ')) text += space ? ' ' : line[i];
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < line.size() && is_word(line[end])) ++end;
    const std::string_view word = std::string_view(line).substr(i, end - i);
    text += std::any_of(word.begin(), word.end(), is_digit) ? "N" : std::string(word);
    i = end;
  }
  for (const char* run : {"N-N", "N:N", "N.N", "N/N"})
    for (std::size_t at; (at = text.find(run)) != std::string::npos;) text.replace(at, 3, "N");
  // A moment in brackets in front; some loggers print it only when the second changes.
  if (const std::size_t end = text.find(']'); text.starts_with('[') && text.find_first_not_of("[N ,") == end)
    text.erase(0, std::min(text.find_first_not_of(' ', end + 1), text.size()));
  text.erase(text.find_last_not_of(' ') + 1);
  return shortened(text, kLongest);
}

// "anyio.ClosedResourceError": the other side of a connection went away. That was us, and whether a server notices in
// the middle of something hangs on moments.
bool tells_of_departure(std::string_view line) {
  static constexpr std::array<std::string_view, 6> kNames = {"ClosedResourceError",    "BrokenResourceError",
                                                             "ClientDisconnect",       "ConnectionResetError",
                                                             "ConnectionAbortedError", "BrokenPipeError"};
  const std::string_view name = line.substr(0, line.find(':'));
  const std::size_t dot = name.find_last_of('.');
  const std::string_view last = dot == std::string_view::npos ? name : name.substr(dot + 1);
  return std::find(kNames.begin(), kNames.end(), last) != kNames.end();
}

std::vector<std::string_view> lines_of(std::string_view log) {
  std::vector<std::string_view> lines;
  while (!log.empty()) {
    const std::size_t end = log.find('\n');
    lines.push_back(log.substr(0, end));
    log.remove_prefix(end == std::string_view::npos ? log.size() : end + 1);
  }
  return lines;
}

// Python's tracebacks of departures, each with the line that announces it, are emptied.
void drop_departures(std::vector<std::string_view>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].starts_with("Traceback (most recent call last)")) continue;
    std::size_t end = i + 1;
    while (end < lines.size() && (lines[end].empty() || lines[end].front() == ' ')) ++end;
    if (end < lines.size() && tells_of_departure(lines[end]))
      for (std::size_t k = i == 0 ? 0 : i - 1; k <= end; ++k) lines[k] = {};
    i = end - 1;
  }
}

Change log_change(Effect effect, const char* what, std::string before, std::string after) {
  Change change;
  change.id = "log." + (after.empty() ? before : after);
  change.area = Area::log;
  change.effect = effect;
  change.what = what;
  change.before = std::move(before);
  change.after = std::move(after);
  return change;
}

bool holds(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

std::vector<std::string> log_signatures(std::string_view log) {
  std::vector<std::string_view> lines = lines_of(log);
  drop_departures(lines);
  std::vector<std::string> found;
  for (const std::string_view line : lines) {
    if (found.size() >= kMost) break;
    if (line.size() > 4096 || is_drawing(line) || !speaks_of_trouble(line)) continue;
    std::string kind = signature(line);
    if (!holds(found, kind)) found.push_back(std::move(kind));
  }
  return found;
}

Changes compare_logs(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  Changes changes;
  std::size_t more = 0;
  for (const std::string& line : after)
    if (!holds(before, line) && changes.size() < kMostChanges)
      changes.push_back(log_change(Effect::changed, "the log says something new", "", line));
    else
      more += holds(before, line) ? 0U : 1U;
  if (more > 0) changes.back().after += " (and " + std::to_string(more) + " kinds of lines more)";
  const std::size_t fresh = changes.size();
  for (const std::string& line : before)
    if (!holds(after, line) && changes.size() < fresh + kMostChanges)
      changes.push_back(log_change(Effect::better, "the log does not say it any more", line, ""));
  return changes;
}

}  // namespace mcplumb
