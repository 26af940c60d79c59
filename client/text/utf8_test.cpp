#include "client/text/utf8.hpp"

#include <doctest/doctest.h>

namespace mcplumb {
namespace {

// What RFC 3629 allows and forbids, at its edges.
struct Utf8Row {
  const char* name;
  std::string_view text;
  std::size_t length;
};
constexpr Utf8Row kUtf8Rows[] = {
    {"ASCII", "a", 1},
    {"nothing", "", 0},
    {"the first of two bytes", "\xC2\x80", 2},
    {"the first of three bytes", "\xE0\xA0\x80", 3},
    {"the last before the surrogates", "\xED\x9F\xBF", 3},
    {"the first after the surrogates", "\xEE\x80\x80", 3},
    {"the last of all", "\xF4\x8F\xBF\xBF", 4},
    {"a continuation alone", "\x80", 0},
    {"overlong in two bytes", "\xC1\xBF", 0},
    {"overlong in three bytes", "\xE0\x9F\xBF", 0},
    {"overlong in four bytes", "\xF0\x8F\xBF\xBF", 0},
    {"the first surrogate", "\xED\xA0\x80", 0},
    {"the last surrogate", "\xED\xBF\xBF", 0},
    {"above U+10FFFF", "\xF4\x90\x80\x80", 0},
    {"no lead byte", "\xF5\x80\x80\x80", 0},
    {"cut after two of three bytes", "\xE2\x80", 0},
};

TEST_CASE("utf-8: length and validity are those of RFC 3629") {
  for (const Utf8Row& row : kUtf8Rows) {
    CAPTURE(row.name);
    CHECK(utf8_length(row.text) == row.length);
    CHECK(is_utf8(row.text) == (row.length == row.text.size()));
    CHECK(first_code_point(row.text).valid == (row.length > 0));
  }
  CHECK(first_code_point("\xF4\x8F\xBF\xBFx").value == 0x10FFFF);
  CHECK(first_code_point("\xED\xA0\x80").bytes.size() == 1);
  CHECK_FALSE(is_utf8("fine \xED\xA0\x80"));
}

}  // namespace
}  // namespace mcplumb
