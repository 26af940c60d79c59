#include "conformance/language/diagnostic.hpp"
#include "client/text/printable.hpp"

#include <doctest/doctest.h>

namespace mcplumb {
namespace {

std::string shown(const std::string& line, int column) {
  return render(SourceText("f.yaml", "\n\n\n\n\n\n" + line).at(7, column, "wrong"));
}

TEST_CASE("diagnostic: the caret stands below the column") {
  CHECK(shown("  a: b", 6) == "f.yaml:7:6: error: wrong\n    a: b\n       ^\n");
}

TEST_CASE("diagnostic: a letter of several bytes is one column wide") {
  CHECK(shown("ää: b", 5) == "f.yaml:7:5: error: wrong\n  ää: b\n      ^\n");
}

TEST_CASE("diagnostic: a tab is shown as one space") {
  CHECK(shown("\ta", 2) == "f.yaml:7:2: error: wrong\n   a\n   ^\n");
}

TEST_CASE("diagnostic: what would control the terminal is shown as escapes") {
  CHECK(shown("\x1b[2J\xff\xc2\x9b!", 7) ==
        "f.yaml:7:7: error: wrong\n  \\x1b[2J\\xff\\u009b!\n" + std::string(19, ' ') + "^\n");
  CHECK(printable("a\nb\xe2\x80\xae"
                  "c") ==
        "a\\x0ab\\u202e"
        "c");
  CHECK(render({"e\x1b.yaml", 1, 1, "no \x07", "x"}) == "e\\x1b.yaml:1:1: error: no \\x07\n  x\n  ^\n");
}

TEST_CASE("diagnostic: a long line is cut around the caret") {
  const std::string line = std::string(300, 'a') + "X" + std::string(300, 'b');
  CHECK(shown(line, 301) == "f.yaml:7:301: error: wrong\n  …" + std::string(50, 'a') + "X" + std::string(49, 'b') +
                                "…\n  " + std::string(51, ' ') + "^\n");
  CHECK(shown(line, 1) == "f.yaml:7:1: error: wrong\n  " + std::string(100, 'a') + "…\n  ^\n");
}

TEST_CASE("diagnostic: of a line that is long beyond measure little is kept") {
  const std::string line = std::string(3'000'000, 'a') + "X" + std::string(3'000'000, 'b');
  const Diagnostic found = SourceText("f.yaml", line).at(1, 3'000'001, "wrong");
  CHECK(found.source_line.size() < 1000);
  CHECK(render(found) == "f.yaml:1:3000001: error: wrong\n  …" + std::string(50, 'a') + "X" + std::string(49, 'b') +
                             "…\n  " + std::string(51, ' ') + "^\n");
}

TEST_CASE("diagnostic: a column behind the line's end points behind it") {
  CHECK(shown("ab", 9) == "f.yaml:7:9: error: wrong\n  ab\n    ^\n");
}

TEST_CASE("source text: lines end with LF, CR LF or CR") {
  const SourceText text("f", "a\nb\r\nc\rd");
  CHECK(text.line(2) == "b");
  CHECK(text.line(3) == "c");
  CHECK(text.line(4) == "d");
  CHECK(text.line(5).empty());
  CHECK(text.line(0).empty());
}

TEST_CASE("source text: a part is moved to the left") {
  const SourceText text("f", "x:\n  - a: 1\n    b:\n      - c\n  # end\n");
  CHECK(text.between(2, 5, 4, 10) == "a: 1\nb:\n  - c\n");
}

}  // namespace
}  // namespace mcplumb
