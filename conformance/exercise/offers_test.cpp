#include "conformance/exercise/offers.hpp"

#include <doctest/doctest.h>

namespace mcplumb {
namespace {

using nlohmann::json;

TEST_CASE("offers: a prompt gets a text for each argument, and once only what it requires") {
  const json prompt = json::parse(R"({"name": "p", "arguments": [{"name": "a", "required": true}, {"name": "b"}]})");
  CHECK(prompt_arguments(prompt, 0) == json{{"a", "example"}, {"b", "example"}});
  CHECK(prompt_arguments(prompt, 1) == json{{"a", "example"}});
  CHECK(prompt_arguments(prompt, 2) == json{{"a", ""}, {"b", ""}});
  for (std::size_t round = 0; round < 6; ++round) {
    const json made = prompt_arguments(prompt, round);
    for (const json& value : made) CHECK(value.is_string());
  }
  CHECK(prompt_arguments(json{{"name", "p"}}, 0).empty());
  CHECK(prompt_arguments(json{{"name", "p"}, {"arguments", 5}}, 0).empty());
}

}  // namespace
}  // namespace mcplumb
