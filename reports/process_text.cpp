#include "reports/process_text.hpp"

#include <algorithm>

#include "client/text/wording.hpp"
#include "reports/curl_line.hpp"
#include "reports/exchange_text.hpp"
#include "reports/layout.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kRowsOfLine = 3;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    std::string line = text.substr(start, end - start);
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(std::move(line));
    start = end + 1;
  }
  return lines;
}

std::string how_it_ended(const ProcessRecord& process) {
  if (!process.problem.empty()) return "! " + process.problem;
  std::string text = "! it " + ending_of(process);
  if (process.ended != kNever) text += " after " + span_text(process.ended - process.started);
  if (process.killed != kNever)
    text += process.terminated != kNever ? "; it did not obey TERM, so we sent KILL" : "; we sent KILL";
  else if (process.terminated != kNever && process.input_closed != kNever)
    text += "; it did not end when its stdin was closed, so we sent TERM";
  return text;
}

}  // namespace

std::vector<std::string> process_lines(const ProcessRecord& process, int width, std::size_t log_lines) {
  const std::size_t columns = static_cast<std::size_t>(std::max(width, 40)) - 2;
  std::vector<std::string> out;
  const auto add = [&](const std::string& prefix, const std::string& text) {
    for (const std::string& row : folded(text, columns, kRowsOfLine)) out.push_back(prefix + row);
  };
  std::string command;
  for (const std::string& word : process.command) command += (command.empty() ? "" : " ") + shell_quoted(word);
  add("$ ", command);
  const std::vector<std::string> log = lines_of(process.log.text());
  const std::size_t first = log.size() - std::min(log.size(), log_lines);
  if (first > 0 && log_lines > 0) out.push_back("| … " + std::to_string(first) + " lines before");
  for (std::size_t i = first; i < log.size(); ++i) add("| ", log[i]);
  out.push_back(how_it_ended(process));
  return out;
}

}  // namespace mcplumb
