// Words that somebody may have misspelt.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcplumb {

using Words = std::span<const std::string_view>;

std::optional<std::size_t> index_of(std::string_view word, Words words);
// The word most like `word`, if one is like it; else empty.
std::string_view closest(std::string_view word, Words words);
std::string_view closest(std::string_view word, const std::vector<std::string>& words);
// "; did you mean `x`?", or the list of a short set, or nothing.
std::string suggestion(std::string_view word, Words words);
std::string suggestion(std::string_view word, const std::vector<std::string>& words);

}  // namespace mcplumb
