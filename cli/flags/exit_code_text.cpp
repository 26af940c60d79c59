#include "cli/flags/exit_code_text.hpp"

#include <cctype>

namespace mcplumb::cli {
namespace {

constexpr std::size_t kHelpWidth = 104;

const ExitCodeText& text_of(ExitCode code) { return kExitCodes.at(static_cast<std::size_t>(code)); }

// Broken at blanks, but not between a code and what it means.
std::string in_lines(std::string_view text) {
  std::string out;
  for (std::size_t at = 0, column = 0; at < text.size();) {
    std::size_t end = text.find(' ', at + 1);
    if (text[at] == ' ' && end != text.npos && end == at + 2 && std::isdigit(static_cast<unsigned char>(text[at + 1])))
      end = text.find(' ', end + 1);
    std::string_view word = text.substr(at, end == text.npos ? end : end - at);
    at += word.size();
    if (column + word.size() > kHelpWidth && word.front() == ' ') {
      out += '\n';
      column = 0;
      word.remove_prefix(1);
    }
    out += word;
    column += word.size();
  }
  return out;
}

}  // namespace

std::string exit_code_lines(std::initializer_list<CodeHere> codes) {
  std::string text = "Exit codes:";
  for (const CodeHere& each : codes)
    text += (text.back() == ':' ? " " : ", ") + std::to_string(each.code) + " " +
            std::string(each.here.empty() ? text_of(each.code).brief : each.here);
  return in_lines(text + ".");
}

std::string exit_status_section() {
  std::string out = ".SH EXIT STATUS\n";
  for (const ExitCodeText& each : kExitCodes) {
    std::string meaning(each.meaning);
    meaning.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(meaning.front())));
    out += ".TP\n.B " + std::to_string(each.code) + "\n" + meaning + ".\n";
  }
  return out;
}

}  // namespace mcplumb::cli
