#include "conformance/exercise/selection.hpp"

#include <doctest/doctest.h>

#include "client/jsonrpc/message.hpp"
#include "conformance/record/exercise.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace {

std::string why_not_called(const ToolSelection& selection, const json& tool) {
  return why_not_allowed(selection, string_member(tool, "name"), says_it_only_reads(tool));
}

json tool(const char* name, json annotations) { return {{"name", name}, {"annotations", std::move(annotations)}}; }

}  // namespace

TEST_CASE("selection: safe is what says that it only reads, and does not say that it destroys") {
  const ToolSelection safe{true, {}, {}};
  CHECK(why_not_called(safe, tool("a", {{"readOnlyHint", true}})).empty());
  CHECK(why_not_called(safe, tool("a", {{"readOnlyHint", true}, {"destructiveHint", false}})).empty());
  for (const json& annotations : {json(), json::object(), json{{"readOnlyHint", false}}, json{{"readOnlyHint", "true"}},
                                  json{{"readOnlyHint", 1}}, json{{"readOnlyHint", true}, {"destructiveHint", true}},
                                  json{{"destructiveHint", false}}, json{{"idempotentHint", true}}}) {
    CAPTURE(annotations);
    CHECK(why_not_called(safe, tool("a", annotations)) ==
          "it does not say that it only reads, or says that it destroys");
  }
}

TEST_CASE("selection: names, and what is never to be called") {
  const ToolSelection named{false, {"get_*"}, {"*_secret"}};
  CHECK(why_not_called(named, tool("get_time", json())).empty());
  CHECK(why_not_called(named, tool("set_time", {{"readOnlyHint", true}})) == "it was not named");
  CHECK(why_not_called(named, tool("get_secret", {{"readOnlyHint", true}})) == "--not names it");
  CHECK(why_not_called({true, {}, {"a"}}, tool("a", {{"readOnlyHint", true}})) == "--not names it");
  CHECK(why_not_called({false, {"*"}, {}}, json::object()) == "it has no name");
  CHECK_FALSE(why_not_called({}, tool("a", {{"readOnlyHint", true}})).empty());
}

TEST_CASE("selection: what has a name that is too long is left out, at a bound of ours") {
  const ToolUse use = use_of({true, {}, {}}, std::string(400'000, 'n'), true);
  CHECK(use.tool.size() < 100);
  CHECK(use.left_out == "its name is more than 2 KiB, mcplumb's own limit");
  CHECK(use.own_limit == use.left_out);
  CHECK(use_of({true, {}, {}}, std::string(400'000, 'n'), false).own_limit.empty());  // it is not to be called anyway
  CHECK(use_of({true, {}, {}}, "echo", true).left_out.empty());
}
