#include "conformance/language/need.hpp"

#include <algorithm>

namespace mcplumb {
namespace {

constexpr std::size_t kPrefixes = 2;

constexpr bool takes_argument(const NeedWord& row) { return row.word.ends_with(':'); }

constexpr bool in_order() {
  for (std::size_t i = 0; i < kNeedWords.size(); ++i) {
    if (kNeedWords[i].kind != static_cast<NeedKind>(i)) return false;
    if (takes_argument(kNeedWords[i]) != (i >= kNeedWords.size() - kPrefixes)) return false;
  }
  return true;
}
static_assert(in_order());

constexpr auto kTexts = [] {
  std::array<std::string_view, kNeedWords.size()> texts;
  for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = kNeedWords[i].word;
  return texts;
}();

}  // namespace

std::optional<Need> need_from(std::string_view text) {
  const std::string_view word = text.substr(0, text.find(':') == text.npos ? text.npos : text.find(':') + 1);
  const auto row =
      std::find_if(kNeedWords.begin(), kNeedWords.end(), [&](const NeedWord& each) { return each.word == word; });
  const std::string_view argument = text.substr(word.size());
  if (row == kNeedWords.end() || takes_argument(*row) == argument.empty()) return std::nullopt;
  return Need{row->kind, std::string(argument)};
}

std::string to_string(const Need& need) {
  return std::string(kTexts[static_cast<std::size_t>(need.kind)]) + need.argument;
}

Words need_words() { return Words(kTexts).first(kTexts.size() - kPrefixes); }
Words need_prefixes() { return Words(kTexts).last(kPrefixes); }

}  // namespace mcplumb
