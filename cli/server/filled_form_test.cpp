#include <doctest/doctest.h>

#include "cli/server/scenario_client.hpp"

using mcplumb::cli::filled_form;
using nlohmann::json;

TEST_CASE("a form is filled with what its schema names, and with something of the right type where it names nothing") {
  const json schema = json::parse(R"({"type": "object", "properties": {
    "name": {"type": "string", "default": "Ada"}, "size": {"type": "string", "enum": ["s", "m"]},
    "titled": {"oneOf": [{"const": "a", "title": "A"}, {"const": "b", "title": "B"}]},
    "sure": {"type": "boolean"}, "no": {"type": "boolean", "default": false},
    "age": {"type": "integer", "minimum": 18}, "score": {"type": "number"}, "word": {"type": "string"},
    "tags": {"type": "array"}, "inner": {"type": "object", "properties": {"x": {"type": "boolean"}}}}})");
  CHECK(filled_form(schema) == json::parse(R"({"name": "Ada", "size": "s", "titled": "a", "sure": true, "no": false,
    "age": 18, "score": 1, "word": "text", "tags": [], "inner": {"x": true}})"));
  CHECK(filled_form(json("no schema")) == json::object());
}
