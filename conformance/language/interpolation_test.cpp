#include "conformance/language/interpolation.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace mcplumb {
namespace {

using nlohmann::json;

const Variables kTwoVariables = {
    {"n", 5}, {"s", "te.xt"}, {"list", {1, "a"}}, {"session.id", "abc"}, {"nothing", nullptr}, {"bytes", "\xff"}};

json replaced(const json& value) {
  const auto result = interpolate(value, kTwoVariables);
  REQUIRE(result);
  return *result;
}

TEST_CASE("interpolation: a lone name becomes the value with its type") {
  CHECK(replaced("${n}") == 5);
  CHECK(replaced("${list}") == json({1, "a"}));
  CHECK(replaced("${nothing}") == nullptr);
}

TEST_CASE("interpolation: inside of text a value is put in as text") {
  CHECK(replaced("a ${n} b ${s}") == "a 5 b te.xt");
  CHECK(replaced("${n}${n}") == "55");
  CHECK(replaced("x${list}") == "x[1,\"a\"]");
  CHECK(replaced("id ${session.id}") == "id abc");
  CHECK(replaced("x${bytes}") == "x\xff");
}

TEST_CASE("interpolation: the text up to the last slash") {
  const Variables variables = {{"uri", "skill://a/b/SKILL.md"}, {"file", {{"uri", "x/y"}}}, {"plain", "z"}};
  CHECK(*interpolate("${parent:uri}", variables) == "skill://a/b");
  CHECK(*interpolate("${parent:file.uri}/more", variables) == "x/more");
  CHECK(*interpolate("${parent:plain}", variables) == "z");
  CHECK_FALSE(interpolate("${parent:nothing}", variables));
}

TEST_CASE("interpolation: a doubled dollar sign stands for the text") {
  CHECK(replaced("$${n}") == "${n}");
  CHECK(replaced("cost $5 {n} $") == "cost $5 {n} $");
}

TEST_CASE("interpolation: values are replaced at every depth, keys are not") {
  CHECK(replaced({{"${n}", {1, {{"k", "${s}"}}}}}) == json{{"${n}", {1, {{"k", "te.xt"}}}}});
}

TEST_CASE("interpolation: a name without a value is an error") {
  const auto result = interpolate(json{{"a", "b ${unknown}"}}, kTwoVariables);
  REQUIRE_FALSE(result);
  CHECK(result.error().what == "`${unknown}` has no value");
}

TEST_CASE("interpolation: the names of a text are found") {
  CHECK(names_in("${a} $${b} ${c.d}").value() == std::vector<std::string>{"a", "c.d"});
  CHECK_FALSE(names_in("${a").has_value());
  CHECK_FALSE(names_in("${}").has_value());
  CHECK_FALSE(names_in("${a b}").has_value());
}

TEST_CASE("interpolation: in a regular expression a value stands for itself") {
  CHECK(interpolate_pattern("^${s}$", kTwoVariables).value() == "^te\\.xt$");
  CHECK(interpolate_pattern("a{2}$", kTwoVariables).value() == "a{2}$");
}

TEST_CASE("interpolation: a name may go on as a path into its value") {
  const Variables variables = {{"tool", {{"name", "t"}, {"tags", {"a", "b"}}}}, {"session.id", "s"}};
  CHECK(*interpolate("${tool.name}", variables) == "t");
  CHECK(*interpolate("x-${tool.tags[1]}", variables) == "x-b");
  CHECK(*interpolate("${tool.title}", variables) == nullptr);
  CHECK(*interpolate("${session.id}", variables) == "s");
  CHECK(!interpolate("${other.name}", variables));
}

}  // namespace
}  // namespace mcplumb
