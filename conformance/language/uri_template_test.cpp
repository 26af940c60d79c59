#include "conformance/language/uri_template.hpp"

#include <doctest/doctest.h>

namespace mcplumb {
namespace {

TEST_CASE("URI template: what it expands to") {
  CHECK(expands_to("test://number/{number}", "test://number/7"));
  CHECK(expands_to("test://{a}/{b_c}/x", "test://one/t%20wo/x"));
  CHECK(expands_to("test://{a}{b}", "test://xy"));
  CHECK(expands_to("test://{a}.{b}", "test://x.y.z"));
  CHECK(expands_to("test://fixed", "test://fixed"));
}

TEST_CASE("URI template: what it does not expand to") {
  CHECK_FALSE(expands_to("test://number/{number}", "test://number/"));
  CHECK_FALSE(expands_to("test://number/{number}", "test://number/7/8"));
  CHECK_FALSE(expands_to("test://number/{number}", "test://numbers/7"));
  CHECK_FALSE(expands_to("test://{a}/x", "test://1/xy"));
  CHECK_FALSE(expands_to("test://{a}", "test://%4"));
  CHECK_FALSE(expands_to("test://{a}{b}", "test://x"));
}

TEST_CASE("URI template: what is of a higher level, or broken, expands to nothing") {
  for (const char* text : {"test://{+path}", "test://x{?q}", "test://{a,b}", "test://{a:3}", "test://{a*}", "test://{a",
                           "test://{}", "test://{{a}}"}) {
    CAPTURE(text);
    CHECK_FALSE(expands_to(text, "test://x"));
  }
}

TEST_CASE("uri template: one of the first level is expanded, another one is not") {
  CHECK(expand("test://t/{id}/data", "1") == "test://t/1/data");
  CHECK(expand("file:///a", "1") == "file:///a");
  CHECK(expand("x:{a}{b_c}", "1") == "x:11");
  CHECK(expand("x:{/path*}", "1").empty());
  CHECK(expand("x:{", "1").empty());
  CHECK(expand("x:{}", "1").empty());
}

}  // namespace
}  // namespace mcplumb
