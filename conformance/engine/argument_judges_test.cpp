#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "conformance/engine/test_judge.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace {

// What a check saw that listed one tool, and called it once.
class CalledTool {
 public:
  // With `others`, another check had asked for the list before.
  CalledTool(const char* schema, const char* arguments, json answer, bool others = false) {
    check_.id = "a.check";
    const KeptMessage list = json{{"result", {{"tools", {{{"name", "t"}, {"inputSchema", json::parse(schema)}}}}}}};
    if (others) {
      exchange({{"id", 1}, {"method", "tools/list"}}, list);
      trace_.exchanges.back().purpose = "another.check";
    }
    exchange({{"id", 1}, {"method", "tools/list"}}, list);
    exchange({{"id", 2}, {"method", "tools/call"}, {"params", {{"name", "t"}, {"arguments", json::parse(arguments)}}}},
             std::move(answer));
  }
  JudgeResult judged(const char* name) const { return judged_by(name, trace_, check_); }
  // Which of the judges looked at the call: "every", "default", "declaration".
  std::string looked_at() const {
    std::string all;
    for (const char* name : {"refused-calls", "refused-calls-by-default", "refused-calls-by-declaration"})
      if (const JudgeResult found = judged(name); found.judged > 0 && found.inconclusive.empty()) all += name;
    return all;
  }

 private:
  void exchange(json message, KeptMessage answer) {
    Exchange& sent = trace_.exchanges.emplace_back();
    sent.number = trace_.exchanges.size() - 1;
    sent.purpose = check_.id;
    sent.message = std::move(message);
    Received received;
    received.exchange = sent.number;
    received.answers = sent.number;
    received.value = std::move(answer);
    trace_.received.push_back(std::move(received));
  }

  Trace trace_;
  Check check_;
};

const json kServed = {{"result", {{"content", json::array()}}}};
constexpr const char* kTuple =
    R"({"type":"object","properties":{"at":{"type":"array","prefixItems":[{"type":"number"}]}}})";
constexpr const char* kOldTuple = R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object",
  "properties":{"at":{"type":"array","items":[{"type":"number"}]}}})";

}  // namespace

TEST_CASE("argument judges: a list that another check was given is known to this one too") {
  CHECK(CalledTool(kTuple, R"({"at":["x"]})", kServed, true).looked_at() == "refused-calls-by-default");
}

TEST_CASE("argument judges: which reading of the schema refuses the arguments") {
  CHECK(CalledTool(kTuple, R"({"at":5})", kServed).looked_at() == "refused-calls");
  CHECK(CalledTool(kTuple, R"({"at":["x"]})", kServed).looked_at() == "refused-calls-by-default");
  CHECK(CalledTool(kOldTuple, R"({"at":5})", kServed).looked_at() == "refused-calls");
  CHECK(CalledTool(kOldTuple, R"({"at":["x"]})", kServed).looked_at() == "refused-calls-by-declaration");
}

TEST_CASE("argument judges: an error or isError refuses, and what is no answer yet is left alone") {
  const auto findings = [](json answer) {
    return CalledTool(kTuple, R"({"at":["x"]})", std::move(answer)).judged("refused-calls-by-default").findings.size();
  };
  CHECK(findings(kServed) == 1);
  CHECK(findings({{"result", {{"content", json::array()}, {"isError", false}}}}) == 1);
  CHECK(findings({{"result", {{"content", json::array()}, {"isError", true}}}}) == 0);
  CHECK(findings({{"error", {{"code", -32602}, {"message", "no"}}}}) == 0);
  CHECK(findings({{"result", {{"resultType", "input_required"}, {"requestState", "a"}}}}) == 0);
  CHECK(findings({{"result", {{"task", {{"taskId", "1"}}}}}}) == 0);
}

TEST_CASE("argument judges: the finding names the dialect, the keyword and the place") {
  const JudgeResult found = CalledTool(kTuple, R"({"at":["x"]})", kServed).judged("refused-calls-by-default");
  REQUIRE(found.findings.size() == 1);
  const std::string& expected = found.findings[0].expected;
  CHECK(expected.find("2020-12") != std::string::npos);
  CHECK(expected.find("#/properties/at/prefixItems/0") != std::string::npos);
  CHECK(expected.find("/at/0 must be a number") != std::string::npos);
}

TEST_CASE("argument judges: what need not be refused is said, once") {
  const auto why = [](const char* schema, const char* arguments, const char* judge) {
    return CalledTool(schema, arguments, kServed).judged(judge).inconclusive;
  };
  CHECK(why(kTuple, R"({"at":[1]})", "refused-calls").find("fit its inputSchema") != std::string::npos);
  CHECK(why(kTuple, R"({"at":[1]})", "refused-calls-by-default").empty());
  CHECK(why(R"({"$schema":"https://example.com/mine","type":"object"})", "[]", "refused-calls").find("not known") !=
        std::string::npos);
  CHECK(why(kTuple, R"({"at":["x"]})", "refused-calls").empty());
}

TEST_CASE("argument judges: a value that may be converted need not be refused") {
  constexpr const char* kTyped = R"({"type":"object","properties":{"n":{"type":"number"},"s":{"type":"string"}}})";
  for (const char* arguments : {R"({"n":"5"})", R"({"n":true})", R"({"s":5})"}) {
    CAPTURE(arguments);
    CHECK(CalledTool(kTyped, arguments, kServed).judged("refused-calls").inconclusive.find("converted") !=
          std::string::npos);
  }
  for (const char* arguments :
       {R"({"n":"x"})", R"({"n":[5]})", R"({"s":null})", R"({"s":{}})", R"({"n":"5","s":[]})"}) {
    CAPTURE(arguments);
    CHECK(CalledTool(kTyped, arguments, kServed).judged("refused-calls").findings.size() == 1);
  }
}
