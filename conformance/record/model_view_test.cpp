#include "conformance/record/model_view.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace mcplumb;

TEST_CASE("model view: names, descriptions and input schemas count, the rest does not") {
  const auto tools =
      nlohmann::json::parse(R"([{"name":"a","description":"b","inputSchema":{},"icons":["xxxxxxxx"]},5])");
  CHECK(bytes_for_model(tools) == 51);  // 47 of the object, 2 of {}, and two commas
}

TEST_CASE("model view: tokens are told with two digits") {
  CHECK(model_cost_text(40) == "about 10 tokens for a model");
  CHECK(model_cost_text(4 * 987) == "about 990 tokens for a model");
  CHECK(model_cost_text(4 * 12345) == "about 12000 tokens for a model");
}
