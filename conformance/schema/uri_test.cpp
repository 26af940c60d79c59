#include "conformance/schema/uri.hpp"

#include <doctest/doctest.h>

#include "conformance/schema/pointer.hpp"

using namespace mcplumb::schema;

TEST_CASE("uri references: the examples of RFC 3986, section 5.4") {
  const char* base = "http://a/b/c/d;p?q";
  const char* rows[][2] = {{"g:h", "g:h"},
                           {"g", "http://a/b/c/g"},
                           {"./g", "http://a/b/c/g"},
                           {"g/", "http://a/b/c/g/"},
                           {"/g", "http://a/g"},
                           {"//g", "http://g"},
                           {"?y", "http://a/b/c/d;p?y"},
                           {"g?y", "http://a/b/c/g?y"},
                           {"#s", "http://a/b/c/d;p?q#s"},
                           {"g#s", "http://a/b/c/g#s"},
                           {";x", "http://a/b/c/;x"},
                           {"", "http://a/b/c/d;p?q"},
                           {".", "http://a/b/c/"},
                           {"..", "http://a/b/"},
                           {"../g", "http://a/b/g"},
                           {"../..", "http://a/"},
                           {"../../g", "http://a/g"},
                           {"../../../g", "http://a/g"},
                           {"/./g", "http://a/g"},
                           {"g.", "http://a/b/c/g."},
                           {"./g/.", "http://a/b/c/g/"},
                           {"g/../h", "http://a/b/c/h"}};
  for (const auto& row : rows) CHECK(resolve_uri(base, row[0]) == row[1]);
  CHECK(resolve_uri("", "x.json#a") == "x.json#a");
  CHECK(resolve_uri("urn:x:y", "#/a") == "urn:x:y#/a");
}

TEST_CASE("json pointers: steps are escaped and read back") {
  CHECK(pointer_step(std::string_view("a/b~c")) == "/a~1b~0c");
  const auto steps = pointer_steps("/a~1b~0c/0/");
  REQUIRE(steps);
  CHECK(*steps == std::vector<std::string>{"a/b~c", "0", ""});
  CHECK(pointer_steps("")->empty());
  CHECK_FALSE(pointer_steps("a"));
  CHECK_FALSE(pointer_steps("/a~2"));
  CHECK(percent_decoded("a%25b%2") == "a%b%2");
}
