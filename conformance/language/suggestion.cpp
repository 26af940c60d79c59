#include "conformance/language/suggestion.hpp"

#include <algorithm>

namespace mcplumb {
namespace {

char folded(char c) { return c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Edits (insert, delete, replace, swap of neighbours) from one word to the other; `_` and `-` count as the same.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = folded(a[i - 1]) == folded(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

template <class List>
std::string_view closest_in(std::string_view word, const List& words) {
  if (word.size() > 40) return {};
  std::string_view best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& candidate : words) {
    const std::size_t edits = distance(word, candidate);
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}

// The first that begins with the word: `--total` of `--total-deadline`.
template <class List>
std::string_view begun_with(std::string_view word, const List& words) {
  constexpr std::size_t kTelling = 4;
  for (const auto& candidate : words) {
    const std::string_view text = candidate;
    if (word.size() >= kTelling && text.size() > word.size() && distance(word, text.substr(0, word.size())) == 0)
      return text;
  }
  return {};
}

template <class List>
std::string suggestion_in(std::string_view word, const List& words) {
  constexpr std::size_t kShortList = 8;
  const bool is_short = words.size() <= kShortList;  // all of it tells more than one that begins so
  std::string_view like = is_short ? std::string_view() : begun_with(word, words);
  if (like.empty()) like = closest_in(word, words);
  if (!like.empty()) return "; did you mean `" + std::string(like) + "`?";
  std::string list;
  if (!is_short) return list;
  for (const auto& known : words) list += (list.empty() ? "; known: " : ", ") + std::string(known);
  return list;
}

}  // namespace

std::optional<std::size_t> index_of(std::string_view word, Words words) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<std::size_t>(found - words.begin());
}

std::string_view closest(std::string_view word, Words words) { return closest_in(word, words); }
std::string_view closest(std::string_view word, const std::vector<std::string>& words) {
  return closest_in(word, words);
}
std::string suggestion(std::string_view word, Words words) { return suggestion_in(word, words); }
std::string suggestion(std::string_view word, const std::vector<std::string>& words) {
  return suggestion_in(word, words);
}

}  // namespace mcplumb
