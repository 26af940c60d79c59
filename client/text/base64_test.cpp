#include "client/text/base64.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

TEST_CASE("base64: the examples of RFC 4648 section 10, both ways") {
  const std::pair<const char*, const char*> rows[] = {{"", ""},
                                                      {"f", "Zg=="},
                                                      {"fo", "Zm8="},
                                                      {"foo", "Zm9v"},
                                                      {"foob", "Zm9vYg=="},
                                                      {"fooba", "Zm9vYmE="},
                                                      {"foobar", "Zm9vYmFy"}};
  for (const auto& row : rows) {
    const char *bytes = row.first, *text = row.second;
    CAPTURE(text);
    CHECK(to_base64(bytes) == text);
    CHECK(from_base64(text) == bytes);
  }
}

TEST_CASE("base64: padding may be left out, other characters may not stand there") {
  CHECK(from_base64("Zg") == "f");
  CHECK_FALSE(from_base64("Zm9v YmFy"));
  CHECK_FALSE(from_base64("Zm9-"));
}
