#include "client/text/wording.hpp"

#include <doctest/doctest.h>

namespace mcplumb {
namespace {

TEST_CASE("wording: one of a thing, or several") {
  CHECK(plural(1, "check", "checks") == "1 check");
  CHECK(plural(0, "check", "checks") == "0 checks");
}

TEST_CASE("wording: a list ends with \"and\"") {
  constexpr std::string_view kWords[] = {"a", "b", "c"};
  CHECK(listed(kWords) == "a, b and c");
  CHECK(listed(std::span(kWords).first(1)) == "a");
  CHECK(listed({}) == "");
}

TEST_CASE("wording: a span is as exact as its reader needs it") {
  CHECK(span_text(-1) == "?");
  CHECK(span_text(1250) == "1.25 ms");
  CHECK(span_text(180'000) == "180 ms");
  CHECK(span_text(2'140'000) == "2.14 s");
  CHECK(rounded_span(999'999) == "999 ms");
  CHECK(rounded_span(2'140'000) == "2.1 s");
  CHECK(seconds_text(300'000) == "0.3 s");
  CHECK(whole_seconds(29'600'000) == "30 s");
  CHECK(milliseconds_text(1'499'500) == "1500 ms");
}

}  // namespace
}  // namespace mcplumb
