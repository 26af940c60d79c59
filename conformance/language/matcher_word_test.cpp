#include "conformance/language/matcher_word.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace mcplumb {
namespace {

TEST_CASE("matcher word: a name leads to its row, and no row is there twice") {
  std::set<std::string_view> seen;
  for (const std::string_view name : matcher_words()) {
    CAPTURE(name);
    REQUIRE(matcher_word(name) != nullptr);
    CHECK(matcher_word(name)->name == name);
    CHECK(seen.insert(name).second);
  }
  for (const char* wrong : {"", "equal", "ends_with", "Each"}) {
    CAPTURE(wrong);
    CHECK(matcher_word(wrong) == nullptr);
  }
}

TEST_CASE("matcher word: five can accept what is absent, as the manual says") {
  std::set<std::string> accepting;
  for (const std::string_view name : matcher_words())
    if (matcher_word(name)->absence == Absence::judged) accepting.emplace(name);
  CHECK(accepting == std::set<std::string>{"absent", "all-of", "any-of", "not", "shape"});
}

}  // namespace
}  // namespace mcplumb
