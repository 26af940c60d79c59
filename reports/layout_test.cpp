#include "reports/layout.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

TEST_CASE("layout: a paragraph is broken at spaces, later lines are indented") {
  CHECK(wrapped("one two three four five", 2, 22) == "one two three four\n  five");
  CHECK(wrapped("größe größe größe größe", 0, 23) == "größe größe größe größe");
  CHECK(wrapped("https://a.very.long/address/that/has/no/space in", 0, 20) ==
        "https://a.very.long/address/that/has/no/space\nin");
  CHECK(wrapped("no space at the end  [x]", 0, 22) == "no space at the end\n[x]");
  CHECK(wrapped("", 4, 80).empty());
}

TEST_CASE("layout: a paragraph holds no control byte, no direction mark, no broken UTF-8") {
  CHECK(wrapped("a\x1b[31mb", 0, 80) == "a\\x1b[31mb");
  CHECK(wrapped("a\xe2\x80\xae"
                "b\xff",
                0, 80) == "a\\u202eb\\xff");
  CHECK(wrapped("two\nlines\n", 0, 80) == "two lines");
}

TEST_CASE("layout: a long line is cut where it is full, and says how much is missing") {
  CHECK(fitted("short", 10) == "short");
  CHECK(fitted("exactly ten", 11) == "exactly ten");
  CHECK(fitted("0123456789012345678901234567890123456789", 20) == "01234567890… 29 more");
  CHECK(fitted(std::string(100000, 'x'), 20) == "xxxxxxx… 99993 more");
  std::string wide;
  for (int i = 0; i < 1000; ++i) wide += "€";
  CHECK(fitted(wide, 20) == "€€€€€€€€€… 991 more");
  CHECK(fitted("", 10).empty());
}

TEST_CASE("layout: escapes count as wide as they are shown") {
  CHECK(fitted("a\tb\r\n", 20) == "a\\tb\\r\\n");
  const std::string line = fitted(std::string(20, '\x1b'), 40);
  CHECK(line == "\\x1b\\x1b\\x1b\\x1b\\x1b\\x1b\\x1b… 13 more");
  CHECK(fitted("größer als erlaubt ist", 20) == "größer als … 11 more");
}

TEST_CASE("layout: a long text is folded over some rows, the last one says how much is missing") {
  CHECK(folded("short", 10, 3) == std::vector<std::string>{"short"});
  CHECK(folded("", 10, 3) == std::vector<std::string>{""});
  CHECK(folded("0123456789abcdefghij", 10, 2) == std::vector<std::string>{"0123456789", "abcdefghij"});
  CHECK(folded("0123456789abcdefghijk", 10, 2) == std::vector<std::string>{"0123456789", "a… 10 more"});
}

TEST_CASE("layout: colour comes only if it is asked for") {
  CHECK(Paint(false).verdict(Verdict::fail, "x") == "x");
  CHECK(Paint(true).verdict(Verdict::fail, "x") == "\x1b[1;31mx\x1b[0m");
}
