#include "conformance/gate/gate_file.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "conformance/gate/bisection.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace {

std::string whole(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string first_problem(const std::string& text) {
  const GateFileResult result = read_gate_file(text, "g.yaml");
  if (result.problems.empty()) return "";
  const Diagnostic& first = result.problems.front();
  return std::to_string(first.line) + ":" + std::to_string(first.column) + " " + first.message;
}

const std::string kWhole = "gate: t\ncommand: run {port}\nurl: http://h:{port}/mcp\nbefore: {}\nafter: {}\n";

std::set<std::string> keys_of(const json& object) {
  std::set<std::string> keys;
  for (auto it = object.begin(); it != object.end(); ++it) keys.insert(it.key());
  return keys;
}

std::set<std::string> set_of(Words words) { return {words.begin(), words.end()}; }

}  // namespace

TEST_CASE("gate file: what could not be sent, asked or started is a mistake in it") {
  const auto with = [](const std::string& line) { return first_problem(kWhole + line + "\n"); };
  CHECK(first_problem("gate: t\ncommand: run\nurl: http://h:99999/mcp\nbefore: {}\nafter: {}\n").find("3:6 `url`") ==
        0);
  CHECK(first_problem("gate: t\ncommand: run\nurl: http://h/a b\nbefore: {}\nafter: {}\n").find("blank") !=
        std::string::npos);
  CHECK(with("headers: {Transfer-Encoding: chunked}").find("mcplumb sets it itself") != std::string::npos);
  CHECK(with("variables: {\"A=B\": c}").find("`A=B` cannot be the name") != std::string::npos);
  CHECK(with("variables: {A: \"b\\0c\"}").find("NUL") != std::string::npos);
  CHECK(with("prepare: \"b\\0c\"").find("NUL") != std::string::npos);
  CHECK(with("variables: {\"npm_config_//x/:_auth\": c}") == "");
}

TEST_CASE("gate file: what an environment leaves out comes from the top") {
  const GateFileResult read = read_gate_file(
      "gate: t\ncommand: run\nurl: http://h/mcp\nprepare: [a, b]\nvariables: {X: 1, Y: no}\n"
      "before: {version: 1.10}\nafter: {version: 1.20, prepare: c, variables: {X: 2}}\n"
      "deadlines: {ready: 5s}\ntools: {progress: {name: count, arguments: {to: 5}}}\n",
      "g.yaml");
  REQUIRE(read.problems.empty());
  CHECK(read.gate.before.version == "1.10");
  CHECK(read.gate.before.prepare == std::vector<std::string>{"a", "b"});
  CHECK(read.gate.after.prepare == std::vector<std::string>{"c"});
  CHECK(read.gate.after.command == "run");
  CHECK(read.gate.after.variables.at("X") == "2");
  CHECK(read.gate.after.variables.at("Y") == "no");
  CHECK(read.gate.ready_deadline == 5 * kSecond);
  CHECK(read.gate.roles.at("progress").arguments == json{{"to", 5}});
}

TEST_CASE("gate file: what is called by itself, and how long it may take") {
  const GateFileResult read = read_gate_file(kWhole +
                                                 "exercise: {tools: [safe, 'get_*'], not: get_all, seed: 7, calls: 50, "
                                                 "resources: safe, prompts: all}\nexpect: [tool.*.p95<300ms]\n",
                                             "g.yaml");
  REQUIRE(read.problems.empty());
  CHECK(read.gate.exercise.tools.safe);
  CHECK(read.gate.exercise.tools.globs == std::vector<std::string>{"get_*"});
  CHECK(read.gate.exercise.tools.except == std::vector<std::string>{"get_all"});
  CHECK(read.gate.exercise.resources.safe);
  CHECK(read.gate.exercise.prompts.globs == std::vector<std::string>{"*"});
  CHECK(read.gate.exercise.prompts.except == std::vector<std::string>{"get_all"});
  CHECK(read.gate.exercise.seed == 7);
  CHECK(read.gate.exercise.calls == 50);
  REQUIRE(read.gate.budgets.size() == 1);
  CHECK(read.gate.budgets[0].script_at == "g.yaml:7:10");
  CHECK(read_gate_file(kWhole, "g.yaml").gate.exercise.tools.empty());
  CHECK(first_problem(kWhole + "exercise: {tool: safe}\n") ==
        "6:12 unknown key `tool` in `exercise`; did you mean `tools`?");
  CHECK(first_problem(kWhole + "expect: [tool.*.p59<300ms]\n") ==
        "6:10 an entry of `expect` is wrong at character 8: `p59` is none of median, p95, max and calls; did you mean "
        "`p95`?");
}

TEST_CASE("gate file: mistakes have a place and a suggestion") {
  CHECK(first_problem(kWhole) == "");
  CHECK(first_problem("gate: t\ncomand: x\nurl: http://h/\nbefore: {}\nafter: {}\n") ==
        "2:1 unknown key `comand` in a gate file; did you mean `command`?");
  CHECK(first_problem(kWhole + "ready: soon\n") == "6:8 `ready` is `http`, or {log: TEXT}");
  CHECK(first_problem(kWhole + "tolerate: [{change: x}]\n") == "6:12 an entry of `tolerate` needs `because`");
  CHECK(first_problem(kWhole + "prepare: get {verion}\n") ==
        "6:10 unknown placeholder {verion}; did you mean `version`?");
  CHECK(first_problem("gate: t\nbefore: {}\nafter: {}\n").find("`before` has no `command`") != std::string::npos);
  CHECK(first_problem("- a\n") == "1:1 a gate file must be a map, not a list");
}

TEST_CASE("gate file: placeholders are filled in, the shell's own are left alone") {
  const std::map<std::string, std::string> values = {{"port", "80"}, {"version", "1.2"}};
  CHECK(fill_in("run {port} ${port} {other} {version}{port}", values) == "run 80 ${port} {other} 1.280");
  CHECK(fill_in("{", values) == "{");
  CHECK(fill_in("awk '{print $1}' {port", values) == "awk '{print $1}' {port");
}

TEST_CASE("gate file: the schema for editors knows the same keys") {
  const json schema = json::parse(whole(MCPLUMB_SOURCE_DIR "/docs/gate.schema.json"));
  CHECK(keys_of(schema["properties"]) == set_of(gate_keys()));
  CHECK(keys_of(schema["$defs"]["environment"]["properties"]) == set_of(environment_keys()));
  CHECK(keys_of(schema["properties"]["deadlines"]["properties"]) == set_of(deadline_keys()));
  CHECK(keys_of(schema["properties"]["exercise"]["properties"]) == set_of(exercise_keys()));
  CHECK(keys_of(schema["properties"]["tolerate"]["items"]["properties"]) == set_of(tolerance_keys()));
}

TEST_CASE("gate file: every ready gate in the documentation can be read") {
  int read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(MCPLUMB_SOURCE_DIR "/docs/recipes")) {
    if (entry.path().extension() != ".yaml") continue;
    CAPTURE(entry.path().string());
    const GateFileResult result = read_gate_file(whole(entry.path()), "g.yaml");
    CHECK(result.problems.empty());
    ++read;
  }
  CHECK(read >= 4);
}

TEST_CASE("bisection: finds the first bad version in log2 steps") {
  for (int first_bad = 1; first_bad < 64; ++first_bad) {
    std::vector<std::string> versions;
    for (int i = 0; i < 64; ++i) versions.push_back(std::to_string(i));
    Bisection search(versions);
    int steps = 0;
    while (const auto version = search.next()) {
      ++steps;
      std::stoi(*version) >= first_bad ? search.bad(*version) : search.good(*version);
    }
    CHECK(search.first_bad() == std::to_string(first_bad));
    CHECK(search.doubtful().empty());
    CHECK(steps <= 6);
  }
}

TEST_CASE("bisection: what cannot be tried is left out, and named when it matters") {
  Bisection search({"1", "2", "3", "4", "5"});
  search.untestable("3");
  search.good("2");
  search.bad("4");
  CHECK_FALSE(search.next());
  CHECK(search.doubtful() == std::vector<std::string>{"3"});
}

TEST_CASE("bisection: versions are read as pip and npm print them") {
  CHECK(versions_from_index("mcp (1.2)\nAvailable versions: 1.2, 1.2rc1, 1.1.post1, 1.0\n  INSTALLED: 1.0\n") ==
        std::vector<std::string>{"1.0", "1.1.post1", "1.2"});
  CHECK(versions_from_index(R"(["1.0.0","1.1.0-beta.1","1.1.0"])") == std::vector<std::string>{"1.0.0", "1.1.0"});
  CHECK(versions_from_index(R"x(["1.1.post$(id)","1.1.post1;id","1.0$(id)","1.0post`id`","1.1.post2"])x") ==
        std::vector<std::string>{"1.1.post2"});
  for (const char* version : {"1.2.3", "1!1.0", "1.0.0-beta.1+build_7", "v2"}) CHECK(is_version(version));
  for (const char* other : {"", "1 2", "1;id", "$(id)", "`id`", "1'", "1\n2", "--help", "1/2", ">=1"})
    CHECK_FALSE(is_version(other));
  std::vector<std::string> all = {"1", "2", "3", "4"};
  CHECK(between(all, "2", "4") == "");
  CHECK(all == std::vector<std::string>{"2", "3", "4"});
  CHECK(between(all, "4", "2").find("does not come before") != std::string::npos);
  CHECK(between(all, "4", "9").find("no version 9") != std::string::npos);
}
