#include "client/text/printable.hpp"

#include <doctest/doctest.h>

namespace mcplumb {
namespace {

TEST_CASE("printable: what acts on a terminal or on its reader is escaped, bytes that are no UTF-8 one by one") {
  CHECK(printable("a\nb\x1b[2J\x7f") == "a\\x0ab\\x1b[2J\\x7f");
  CHECK(printable("\xc2\x9b") == "\\u009b");
  CHECK(printable("x\xe2\x80\xaetxt") == "x\\u202etxt");
  CHECK(printable("\xe2\x80\x8b\xe2\x80\xa8\xd8\x9c") == "\\u200b\\u2028\\u061c");
  CHECK(printable("\xed\xa0\x80\xff") == "\\xed\\xa0\\x80\\xff");
  CHECK(printable("äö – 漢") == "äö – 漢");
}

}  // namespace
}  // namespace mcplumb
