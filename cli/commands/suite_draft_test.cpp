#include "cli/commands/suite_draft.hpp"

#include <doctest/doctest.h>

#include "conformance/language/reader.hpp"

using namespace mcplumb;
using nlohmann::json;

TEST_CASE("suite draft: whatever a server calls itself, the draft can be read") {
  const char* names[] = {
      "weather",         "Weather Server 2.0",   "",     "!!!", "a\"b\\c: # ${x} 'q'", "\x1b[31m\x7f",
      "наҫ ☂ 🌧", "\xc2\x85\xe2\x80\xa8", "null", "- a"};
  for (const char* name : names) {
    CAPTURE(name);
    cli::Offer offer;
    offer.server = {{"serverInfo", {{"name", name}, {"version", name}}}, {"capabilities", {{"tools", json::object()}}}};
    offer.tools = {
        {{"name", name},
         {"inputSchema", {{"type", "object"}, {"properties", {{name, json::object()}}}, {"required", {name}}}}},
        {{"name", name}, {"inputSchema", nullptr}}};
    offer.prompts = {{{"name", name}, {"arguments", {{{"name", name}}}}}};
    offer.templates = {{{"uriTemplate", name}}};
    offer.has_resources = true;
    const std::string text = cli::suite_draft(offer, "http://127.0.0.1:8000/mcp", "mine.yaml");
    const ReadResult read = read_suite(text, "mine.yaml");
    for (const Diagnostic& problem : read.problems) MESSAGE(render(problem));
    CHECK(read.problems.empty());
    CHECK(read.suite.checks.size() >= 5);
  }
}
