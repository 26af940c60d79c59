#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "conformance/engine/questions.hpp"
#include "conformance/engine/repeated_arguments.hpp"
#include "conformance/engine/secret_words.hpp"
#include "conformance/engine/test_judge.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace {

// A run that did not happen: what was sent, and what came.
class ToldRun {
 public:
  // Also opens a session of that name.
  ToldRun& session(const std::string& label, json capabilities) {
    sent(label, {{"method", "initialize"}, {"params", {{"capabilities", std::move(capabilities)}}}});
    return *this;
  }
  std::size_t sent(const std::string& label, json message, Micros at = 0) {
    Exchange& exchange = trace_.exchanges.emplace_back();
    exchange.number = trace_.exchanges.size() - 1;
    exchange.session = label;
    exchange.revision = "2025-11-25";
    exchange.message = std::move(message);
    exchange.request.at = at;
    return exchange.number;
  }
  ToldRun& came(const std::string& label, json message, Micros at = 0) {
    Received received;
    received.exchange = sent(label, {}, at);
    received.value = std::move(message);
    received.at = at;
    trace_.received.push_back(std::move(received));
    return *this;
  }
  ToldRun& answered(std::size_t exchange, json message) {
    Received received;
    received.exchange = exchange;
    received.answers = exchange;
    received.value = std::move(message);
    trace_.received.push_back(std::move(received));
    return *this;
  }
  JudgeResult judged(const char* name) const { return judged_by(name, trace_, check_); }
  std::size_t findings(const char* name) const { return judged(name).findings.size(); }
  const Trace& trace() const { return trace_; }

 private:
  Trace trace_;
  Check check_;
};

json asked(const char* method, json params, json id = "ask-1") {
  return {{"jsonrpc", "2.0"}, {"id", std::move(id)}, {"method", method}, {"params", std::move(params)}};
}
json form(json properties) {
  return asked(
      "elicitation/create",
      {{"message", "Fill in"}, {"requestedSchema", {{"type", "object"}, {"properties", std::move(properties)}}}});
}
json url(const char* address, const char* id = "e-1") {
  return asked("elicitation/create", {{"mode", "url"}, {"message", "Go"}, {"url", address}, {"elicitationId", id}});
}
json sample(json messages) {
  return asked("sampling/createMessage", {{"messages", std::move(messages)}, {"maxTokens", 5}});
}

}  // namespace

TEST_CASE("questions: of whom was asked what, in both eras") {
  ToldRun run;
  run.session("a", {{"roots", json::object()}}).came("a", asked("roots/list", nullptr));
  const std::size_t call = run.sent(
      "b", {{"id", 1},
            {"method", "tools/call"},
            {"params", {{"_meta", {{"io.modelcontextprotocol/clientCapabilities", {{"sampling", json::object()}}}}}}}});
  run.answered(
      call,
      {{"id", 1}, {"result", {{"inputRequests", {{"x", asked("elicitation/create", {{"mode", "url"}})}, {"y", 5}}}}}});
  const std::vector<Question> all = all_questions(run.trace());
  REQUIRE(all.size() == 2);
  CHECK(all[0].method() == "roots/list");
  CHECK(all[0].capabilities->contains("roots"));
  CHECK(all[1].is_url());
  CHECK(all[1].capabilities->contains("sampling"));
  CHECK(run.findings("undeclared-roots") == 0);
  CHECK(run.findings("undeclared-elicitation") == 1);
}

TEST_CASE("question judges: modes, tools and context that the client does not know") {
  ToldRun run;
  run.session("empty", {{"elicitation", json::object()}, {"sampling", json::object()}});
  run.session("url", {{"elicitation", {{"url", json::object()}}},
                      {"sampling", {{"tools", json::object()}, {"context", json::object()}}}});
  run.came("empty", form({})).came("url", url("https://example.com/"));
  run.came("empty", sample(json::array()))
      .came("url", asked("sampling/createMessage", {{"tools", json::array()}, {"includeContext", "allServers"}}));
  for (const char* name : {"undeclared-mode", "undeclared-tools", "undeclared-context"}) CHECK(run.findings(name) == 0);
  run.came("empty", url("https://example.com/")).came("url", form({}));
  run.came("empty",
           asked("sampling/createMessage", {{"toolChoice", {{"mode", "auto"}}}, {"includeContext", "thisServer"}}));
  CHECK(run.findings("undeclared-mode") == 2);
  CHECK(run.findings("undeclared-tools") == 1);
  CHECK(run.findings("undeclared-context") == 1);
}

TEST_CASE("question judges: secrets and links in forms, and what stands in URLs") {
  for (const char* text : {"apiKey", "API key", "user_password", "creditCard", "CVV", "access-token"})
    CHECK(asks_for_a_secret(text));
  for (const char* text : {"name", "keyboard", "secretary", "token_count", "passport", "api"})
    CHECK_FALSE(asks_for_a_secret(text));
  CHECK(ToldRun().came("a", form({{"name", {{"type", "string"}}}})).findings("form-secrets") == 0);
  CHECK(ToldRun().came("a", form({{"name", {{"title", "Your password"}}}})).findings("form-secrets") == 1);
  CHECK(ToldRun().came("a", form({{"apiKey", json::object()}})).findings("form-secrets") == 1);
  CHECK(ToldRun().came("a", form({{"x", {{"description", "see HTTPS://example.com"}}}})).findings("form-links") == 1);
  for (const char* fine : {"https://example.com/a?id=5", "http://localhost:8/x"}) {
    CHECK(ToldRun().came("a", url(fine)).findings("url-secure") == 0);
    CHECK(ToldRun().came("a", url(fine)).findings("url-private") == 0);
  }
  CHECK(ToldRun().came("a", url("http://example.com/")).findings("url-secure") == 1);
  for (const char* bad : {"https://ada:x@example.com/", "https://example.com/?mail=ada%40example.com",
                          "https://example.com/?a=1&access_token=x"})
    CHECK(ToldRun().came("a", url(bad)).findings("url-private") == 1);
}

TEST_CASE("question judges: the use of tools is answered, alone and at once") {
  const auto block = [](const char* type, const char* name, const char* id) {
    return json{{"type", type}, {name, id}};
  };
  const json use = {{"role", "assistant"}, {"content", {block("tool_use", "id", "1"), block("tool_use", "id", "2")}}};
  const json both = {{"role", "user"},
                     {"content", {block("tool_result", "toolUseId", "2"), block("tool_result", "toolUseId", "1")}}};
  const json one = {{"role", "user"}, {"content", block("tool_result", "toolUseId", "1")}};
  json mixed = both;
  mixed["content"].push_back({{"type", "text"}, {"text", "x"}});
  CHECK(ToldRun().came("a", sample({use, both})).findings("tool-uses-answered") == 0);
  CHECK(ToldRun().came("a", sample({use, both})).findings("tool-results-alone") == 0);
  CHECK(ToldRun().came("a", sample({use, one})).findings("tool-uses-answered") == 1);
  CHECK(ToldRun().came("a", sample(json::array({use}))).findings("tool-uses-answered") == 1);
  CHECK(ToldRun().came("a", sample({use, mixed})).findings("tool-results-alone") == 1);
}

TEST_CASE("asking judges: cancellations, tokens, ids and completions") {
  const auto cancelled = [](json id) {
    return json{{"method", "notifications/cancelled"}, {"params", {{"requestId", std::move(id)}}}};
  };
  const auto completed = [](const char* id) {
    return json{{"method", "notifications/elicitation/complete"}, {"params", {{"elicitationId", id}}}};
  };
  ToldRun run;
  run.came("a", url("https://example.com/", "e-1"), kSecond).came("a", cancelled("ask-1"), 2 * kSecond);
  CHECK(run.findings("cancels-own") == 0);
  CHECK(run.findings("cancels-open") == 0);
  run.came("a", cancelled(1)).came("b", cancelled("ask-1"));
  CHECK(run.findings("cancels-own") == 2);
  run.sent("a", {{"id", "ask-1"}, {"result", json::object()}}, kSecond);
  CHECK(run.findings("cancels-open") == 0);
  run.came("a", cancelled("ask-1"), 4 * kSecond);
  CHECK(run.findings("cancels-open") == 1);

  run.came("a", completed("e-1"));
  CHECK(run.findings("completions") == 0);
  CHECK(run.findings("elicitation-ids") == 0);
  run.came("b", completed("e-1")).came("a", completed("e-2")).came("b", url("https://example.com/", "e-1"));
  CHECK(run.findings("completions") == 2);
  CHECK(run.findings("elicitation-ids") == 1);

  ToldRun tokens;
  const auto with_token = [](const char* id) {
    return asked("sampling/createMessage", {{"_meta", {{"progressToken", "p"}}}}, id);
  };
  tokens.came("a", with_token("1")).came("b", with_token("1"));
  CHECK(tokens.findings("tokens-unique") == 0);
  tokens.came("a", with_token("2"));
  CHECK(tokens.findings("tokens-unique") == 1);
}

TEST_CASE("repeated arguments: what headers repeat, and how it could be otherwise") {
  ToldRun run;
  const json schema = json::parse(
      R"({"properties":{"region":{"type":"string","x-mcp-header":"Region"},"count":{"type":"integer","x-mcp-header":"Count"},
    "none":{"type":"string","x-mcp-header":"None"},"options":{"properties":{"dry":{"type":"boolean","x-mcp-header":"Dry"}}}}})");
  const ToolRole role{"t", json::parse(R"({"region":"north","count":3,"options":{"dry":true}})")};
  CHECK(repeated_arguments(run.trace(), role).empty());
  run.came("a", {{"result", {{"tools", {{{"name", "t"}, {"inputSchema", schema}}}}}}});
  const json found = repeated_arguments(run.trace(), role);
  REQUIRE(found.size() == 3);
  CHECK(found[0]["header"] == "Mcp-Param-Count");
  CHECK(found[0]["other"] == "4");
  CHECK(found[1]["nested"] == true);
  CHECK(found[1]["other"] == "false");
  CHECK(found[1]["nulled"]["options"]["dry"].is_null());
  CHECK(found[2]["accented"]["region"] == "mcplumb-\u00e9");
}
