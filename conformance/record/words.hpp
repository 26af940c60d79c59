// Small questions about characters and words that several files ask.
#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace mcplumb {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr bool is_any_of(std::string_view word, std::initializer_list<std::string_view> words) {
  for (const std::string_view candidate : words)
    if (word == candidate) return true;
  return false;
}

// The enumerator whose number is the word's place in `words`.
template <class Enum, std::size_t Size>
std::optional<Enum> word_to(std::string_view text, const std::array<std::string_view, Size>& words) {
  for (std::size_t i = 0; i < Size; ++i)
    if (words[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace mcplumb
