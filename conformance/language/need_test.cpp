#include "conformance/language/need.hpp"

#include <doctest/doctest.h>

namespace mcplumb {
namespace {

TEST_CASE("need: every word is read and written back") {
  for (const std::string_view word : need_words()) {
    CAPTURE(word);
    const auto need = need_from(word);
    REQUIRE(need);
    CHECK(to_string(*need) == word);
    CHECK_FALSE(need_from(std::string(word) + ":x"));
  }
}

TEST_CASE("need: a capability and a role need an argument") {
  CHECK(need_from("cap:tools.listChanged") == Need{NeedKind::capability, "tools.listChanged"});
  CHECK(need_from("role:a:b") == Need{NeedKind::role, "a:b"});
  CHECK(to_string(Need{NeedKind::role, "progress"}) == "role:progress");
  for (const char* wrong : {"", "cap", "cap:", "role:", "sesion-id", "slow:"}) {
    CAPTURE(wrong);
    CHECK_FALSE(need_from(wrong));
  }
}

}  // namespace
}  // namespace mcplumb
