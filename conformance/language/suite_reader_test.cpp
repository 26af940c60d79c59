// What a user's suite may say and leave out.
#include <doctest/doctest.h>

#include "conformance/language/reader.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

Suite built_in() {
  Suite suite;
  suite.name = "http";
  for (const char* id : {"http.origin.refused", "http.status"}) {
    Check& check = suite.checks.emplace_back();
    check.id = id;
    check.suite = "http";
    check.levels = {{{}, Level::must}};
  }
  return suite;
}

ReadResult read_own(const std::string& text, std::map<std::string, json> variables = {}) {
  static const std::vector<Suite> kBuiltIn = {built_in()};
  ReaderContext context;
  context.own = true;
  context.built_in = &kBuiltIn;
  context.variables = std::move(variables);
  context.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "TOKEN") return "secret";
    return std::nullopt;
  };
  return read_suite(text, "mine.yaml", context);
}

std::string problems_in(const std::string& text, std::map<std::string, json> variables = {}) {
  std::string shown;
  for (const Diagnostic& problem : read_own(text, std::move(variables)).problems)
    shown += std::to_string(problem.line) + ":" + std::to_string(problem.column) + ": " + problem.message + "\n";
  return shown;
}

const std::string kOne = "checks:\n  - id: a\n";

TEST_CASE("own suite: what it is called and how strict it is need not be said") {
  const ReadResult read = read_own(kOne + "    call: get_forecast\n");
  CHECK(read.problems.empty());
  CHECK(read.suite.name == "mine");
  REQUIRE(read.suite.checks.size() == 1);
  const Check& check = read.suite.checks[0];
  CHECK(check.title == "a");
  CHECK(check.level_for("2025-06-18") == Level::must);
  CHECK(check.own);
  REQUIRE(check.steps.size() == 1);
  CHECK(check.steps[0].arguments == json{{"tool", "get_forecast"}});
}

TEST_CASE("own suite: an answer that is an error fails its step, unless the step looks at that itself") {
  const auto paths = [](const std::string& step) {
    std::vector<std::string> all;
    const ReadResult read = read_own("checks:\n  - id: a\n" + step);
    for (const Diagnostic& problem : read.problems) FAIL_CHECK(problem.message);
    for (const Expectation& each : read.suite.checks.at(0).steps.at(0).expect.all) all.push_back(each.path);
    return all;
  };
  using Paths = std::vector<std::string>;
  CHECK(paths("    call: x\n    expect: {text: {contains: y}}\n") == Paths{"result", "result.isError", "text"});
  CHECK(paths("    call: x\n    expect: {result.isError: true}\n") == Paths{"result", "result.isError"});
  CHECK(paths("    request: tools/list\n    expect: {took: {max: 500ms}}\n") == Paths{"result", "took"});
  CHECK(paths("    request: x/y\n    expect: {error.code: -32601}\n") == Paths{"error.code"});
  CHECK(paths("    http: {method: GET}\n    expect: {status: 200}\n") == Paths{"status"});
}

TEST_CASE("own suite: variables have defaults, a type, and may be demanded") {
  const std::string text = "variables: {city: Berlin, days: 3, key: null}\n" + kOne +
                           "    call: {tool: t, arguments: {c: \"${city}\", d: \"${days}\", k: \"${key}\"}}\n";
  CHECK(problems_in(text) ==
        "1:36: the variable `key` has no value; give it with --var key=VALUE or --var key=@FILE\n");
  const ReadResult read = read_own(text, {{"key", "k"}, {"days", "5"}, {"city", "7"}});
  CHECK(read.problems.empty());
  CHECK(read.suite.variables.at("days") == 5);
  CHECK(read.suite.variables.at("city") == "7");
  CHECK(read.used_names == std::set<std::string>{"city", "days", "key"});
  CHECK(problems_in(text, {{"key", "k"}, {"days", "five"}}) == "1:27: --var days gives a text that is not a number\n");
}

TEST_CASE("own suite: a name without a value says how to give it one") {
  CHECK(problems_in(kOne + "    call: {tool: \"${tool}\"}\n") ==
        "3:18: unknown name `${tool}`; give it with --var tool=VALUE, or declare it under `variables`\n");
  CHECK(problems_in("variables: {city: B}\n" + kOne + "    call: {tool: \"${ciyt}\"}\n") ==
        "4:18: unknown name `${ciyt}`; did you mean `city`?\n");
}

TEST_CASE("own suite: the environment is looked at") {
  const ReadResult read = read_own(kOne + "    call: {tool: t, arguments: {k: \"${env:TOKEN}\"}}\n");
  CHECK(read.problems.empty());
  CHECK(read.suite.variables.at("env:TOKEN") == "secret");
  CHECK(problems_in(kOne + "    call: {tool: t, arguments: {k: \"${env:NOT_SET}\"}}\n") ==
        "3:36: the environment variable NOT_SET is not set\n");
}

TEST_CASE("own suite: uses built-in checks") {
  const ReadResult read =
      read_own("use:\n  - http.*\n  - {check: http.status, level: should, because: b}\n  - {check: [http], skip: s}\n");
  CHECK(read.problems.empty());
  REQUIRE(read.suite.uses.size() == 3);
  CHECK(read.suite.uses[1].level == Level::should);
  CHECK(read.suite.uses[2].skip == "s");
  CHECK(problems_in("use: [http.statsu]\n") ==
        "1:7: `http.statsu` is not a built-in check; did you mean `http.status`?\n");
  CHECK(problems_in("use: ['zzz.*']\n") == "1:7: `zzz.*` is not a built-in check; `mcplumb checks` lists them\n");
  CHECK(problems_in("use: [{check: http, level: should}]\n") ==
        "1:28: another level needs `because:`, for the next person who reads this\n");
  CHECK(problems_in("use: [{chekc: http}]\n") ==
        "1:8: unknown key `chekc` in an entry of `use`; did you mean `check`?\n");
  CHECK(problems_in("use: [{check: http, skip: true}]\n") == "1:27: `skip` says why: `skip: our gateway does this`\n");
}

TEST_CASE("own suite: a check has one step of its own, or steps, or watches") {
  CHECK(problems_in(kOne + "    request: ping\n    steps: [{request: ping}]\n") ==
        "3:5: `request` beside `steps`; a check has either one step of its own, or `steps`, or `watch`\n");
  CHECK(problems_in(kOne + "    expect: {status: 200}\n") ==
        "2:5: a check needs `steps`, `watch`, or one step as in `request: tools/list`\n");
  CHECK(problems_in(kOne + "    notify: {method: x}\n") == "3:5: this check expects nothing; write `expect:` below\n");
  CHECK(problems_in(kOne + "    requst: ping\n").find("did you mean `request`?") != std::string::npos);
  CHECK(problems_in(kOne + "    request: ping\n    call: x\n").find("a step has one verb") != std::string::npos);
}

TEST_CASE("own suite: a time may be written as one") {
  CHECK(problems_in(kOne + "    request: ping\n    expect: {took: {max: 1.5s}, timing.headers-ms: {below: 200ms}}\n")
            .empty());
  CHECK(problems_in(kOne + "    request: ping\n    expect: {took: {max: fast}}\n") ==
        "4:26: `max` must be a number, not a text\n");
}

}  // namespace
}  // namespace mcplumb
