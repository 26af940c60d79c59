#include "conformance/exercise/told_values.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace mcplumb {
namespace {

constexpr std::size_t kTold = 3, kLongest = 80, kReach = 160;
constexpr std::array<std::string_view, 5> kCues = {"e.g.", "for example", "example:", "examples:", "such as"};

std::string lowered(std::string_view text) {
  std::string all(text);
  std::transform(all.begin(), all.end(), all.begin(), [](unsigned char c) { return std::tolower(c); });
  return all;
}

// Where the first cue ends; npos: there is none.
std::size_t behind_cue(const std::string& text) {
  std::size_t first = std::string::npos, behind = std::string::npos;
  for (const std::string_view cue : kCues)
    if (const std::size_t at = text.find(cue); at < first) {
      first = at;
      behind = at + cue.size();
    }
  return behind;
}

// What the cue is about: to the end of the bracket, the line or the sentence.
std::string_view reach_of(std::string_view text) {
  std::size_t end = std::min(text.size(), kReach);
  for (const std::string_view stop : {std::string_view(")"), std::string_view("\n"), std::string_view(". ")})
    end = std::min(end, text.find(stop));
  return text.substr(0, end);
}

bool is_quote(char c) { return c == '\'' || c == '"' || c == '`'; }

}  // namespace

std::vector<std::string> told_values(std::string_view description) {
  std::vector<std::string> told;
  const std::size_t begin = behind_cue(lowered(description));
  if (begin == std::string::npos) return told;
  const std::string_view text = reach_of(description.substr(begin));
  for (std::size_t i = 0; i < text.size() && told.size() < kTold; ++i) {
    // An apostrophe within a word is no quote.
    if (!is_quote(text[i]) || (i > 0 && std::isalnum(static_cast<unsigned char>(text[i - 1])) != 0)) continue;
    const std::size_t end = text.find(text[i], i + 1);
    if (end == std::string_view::npos) break;
    std::string value(text.substr(i + 1, end - i - 1));
    if (!value.empty() && value.size() <= kLongest && std::find(told.begin(), told.end(), value) == told.end())
      told.push_back(std::move(value));
    i = end;
  }
  if (!told.empty()) return told;
  const std::size_t word = text.find_first_not_of(" ,:");
  if (word == std::string_view::npos) return told;
  std::string_view one = text.substr(word);
  one = one.substr(0, one.find_first_of(" ,;"));
  while (!one.empty() && one.back() == '.') one.remove_suffix(1);
  if (!one.empty() && one.size() <= kLongest) told.emplace_back(one);
  return told;
}

}  // namespace mcplumb
