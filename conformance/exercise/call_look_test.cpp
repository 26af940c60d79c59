#include "conformance/exercise/call_look.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;
using nlohmann::json;

namespace {

struct Call {
  Trace trace;
  Answer answer;
  json tool = {{"name", "t"}, {"inputSchema", {{"type", "object"}}}};
  MadeArguments arguments;
  SeenProgress progress;
  std::string revision = "2025-11-25";

  Call() {
    arguments.value = json::object();
    Exchange& exchange = trace.exchanges.emplace_back();
    exchange.session = "own";
    exchange.request.at = 0;
    exchange.blocks.push_back({"HTTP/1.1", 200, "OK", {}, 1});
  }
  Call& answered(json message, Micros after = kMillisecond) {
    Received& received = trace.received.emplace_back();
    received.at = after;
    received.value = std::move(message);
    answer.received = trace.received.size() - 1;
    trace.exchanges[0].ended = after;
    return *this;
  }
  Call& result(json result, Micros after = kMillisecond) {
    return answered({{"id", 1}, {"result", std::move(result)}}, after);
  }
  CallLook look() const { return look_at_call({trace, answer, tool, arguments, progress, revision}); }
};

json text(const std::string& words, bool is_error = false) {
  return {{"content", {{{"type", "text"}, {"text", words}}}}, {"isError", is_error}};
}

std::vector<std::string> kinds(const CallLook& look) {
  std::vector<std::string> all;
  for (const ToolFault& fault : look.faults) all.emplace_back(to_string(fault.kind));
  return all;
}
using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("call look: a sound result has no fault, and a tool that refuses has none either") {
  CHECK(kinds(Call().result(text("fine")).look()).empty());
  CHECK(Call().result(text("fine")).look().roles == Words{"content"});
  const CallLook refused = Call().result(text("no such city", true)).look();
  CHECK(refused.refused);
  CHECK(kinds(refused).empty());
  CHECK(refused.roles == Words{"failing"});
}

TEST_CASE("call look: what breaks off is unanswered, what takes too long is silent") {
  Call cut;
  cut.trace.exchanges[0].failure = Failure{FailureKind::cut, "cut", 5};
  cut.answer.problem = "the connection was cut";
  CHECK(kinds(cut.look()) == Words{"unanswered"});
  Call broken;
  broken.trace.exchanges[0].blocks[0].status = 500;
  broken.trace.exchanges[0].ended = 5;
  broken.answer.problem = "no response";
  CHECK(kinds(broken.look()) == Words{"unanswered"});
  Call ended;  // the stream is over, without a response
  ended.trace.exchanges[0].ended = 5;
  ended.answer.problem = "no response";
  CHECK(kinds(ended.look()) == Words{"unanswered"});
  Call late;
  late.trace.exchanges[0].closed_by_us = true;
  late.trace.exchanges[0].ended = 5;
  late.answer.problem = "no answer in 10 s";
  CHECK(kinds(late.look()) == Words{"silent"});
}

TEST_CASE("call look: of what is larger than we take it is not said that no response came") {
  Call large;
  large.trace.exchanges[0].failure = Failure{FailureKind::too_large, "larger than 4 MiB", 5};
  large.trace.exchanges[0].ended = 5;
  large.answer.problem = "larger than 4 MiB";
  CHECK(kinds(large.look()).empty());
  CHECK(large.look().own_limit == "larger than 4 MiB");
  CHECK(Call().result(text("fine")).look().own_limit == "");
}

TEST_CASE("call look: wrong arguments have to be refused; an internal error is a refusal, a stack trace is a fault") {
  Call call;
  call.arguments.fits = false;
  call.arguments.problem = "/n must be a number";
  CHECK(kinds(Call(call).result(text("fine")).look()) == Words{"accepted"});
  CHECK(kinds(Call(call).result(text("no", true)).look()).empty());
  CHECK(kinds(Call(call).answered({{"error", {{"code", -32602}, {"message", "no"}}}}).look()).empty());
  CHECK(kinds(Call(call).answered({{"error", {{"code", -32603}, {"message", "no"}}}}).look()).empty());
  CHECK(kinds(Call(call).result(text("E\n    at f (a.js:1:2)", true)).look()) == Words{"crashed"});
  CHECK(kinds(Call(call).result({{"resultType", "input_required"}}).look()).empty());
  call.arguments.extra_member = true;
  CHECK(kinds(Call(call).result(text("fine")).look()) == Words{"extra"});
}

TEST_CASE("call look: arguments that fit") {
  CHECK(kinds(Call().answered({{"error", {{"code", -32603}, {"message", "no"}}}}).look()) == Words{"crashed"});
  CHECK(kinds(Call().answered({{"error", {{"code", -32602}, {"message", "no"}}}}).look()).empty());
  // A tool may give out such a text, as long as it is not its own failure.
  CHECK(kinds(Call().result(text("E\n    at f (a.js:1:2)")).look()).empty());
}

TEST_CASE("call look: structured content is as the output schema says, from 2025-06-18 on") {
  Call call;
  call.tool["outputSchema"] = {{"type", "object"}, {"required", {"n"}}};
  json good = text("{}"), bad = good;
  good["structuredContent"] = {{"n", 1}};
  bad["structuredContent"] = {{"m", 1}};
  CHECK(kinds(Call(call).result(good).look()).empty());
  CHECK(kinds(Call(call).result(bad).look()) == Words{"structured"});
  CHECK(kinds(Call(call).result(text("{}")).look()) == Words{"structured"});
  CHECK(kinds(Call(call).result(text("no", true)).look()).empty());
  call.revision = "2025-03-26";
  CHECK(kinds(Call(call).result(bad).look()).empty());
}

TEST_CASE("call look: a text that contradicts the structured content, and what is not meant to be the same") {
  const auto both = [](const char* words, json structured) {
    json result = text(words);
    result["structuredContent"] = std::move(structured);
    return result;
  };
  CHECK(kinds(Call().result(both(R"({"n": 2})", {{"n", 1}})).look()) == Words{"text"});
  CHECK(kinds(Call().result(both(R"({"n": 1.0})", {{"n", 1}})).look()).empty());
  CHECK(kinds(Call().result(both("2", {{"result", 1}})).look()).empty());
  CHECK(kinds(Call().result(both(R"({"n": 2, "m": 1})", {{"n", 1}})).look()).empty());
  CHECK(kinds(Call().result(both("n is 2", {{"n", 1}})).look()).empty());
}

TEST_CASE("call look: bytes and their media type") {
  const auto image = [](const char* type, const char* data) {
    return json{{"content", {{{"type", "image"}, {"mimeType", type}, {"data", data}}}}};
  };
  const char* png = "iVBORw0KGgoAAAA=";
  CHECK(kinds(Call().result(image("image/png", png)).look()).empty());
  CHECK(kinds(Call().result(image("image/jpeg", png)).look()) == Words{"media"});
  CHECK(kinds(Call().result(image("image/png", "")).look()) == Words{"media"});
  CHECK(kinds(Call().result(image("image/png", "aGVsbG8=")).look()) == Words{"media"});  // it is not known what it is
  CHECK(kinds(Call().result(image("image/png", "*")).look()).empty());                   // other checks judge that
}

TEST_CASE("call look: progress, and how long it took") {
  Call call;
  const auto take = [&](int progress) { call.progress.take({{"progress", progress}, {"total", 3}, {"message", "m"}}); };
  take(1);
  take(3);
  CHECK(Call(call).result(text("fine"), 2 * kSecond).look().roles == Words{"content", "slow", "progress"});
  CHECK(Call(call).result(text("fine"), 10 * kSecond).look().roles == Words{"content", "slow"});
  CHECK(Call(call).result(text("fine")).look().roles == Words{"content"});  // too quick to see anything
  CHECK(Call().result(text("fine"), 2 * kSecond).look().roles ==
        Words{"content"});  // nobody can tell that it has begun
  call.progress = {};
  take(1);
  CHECK(kinds(Call(call).result(text("fine")).look()) == Words{"progress"});
  CHECK(kinds(Call(call).result(text("no", true)).look()).empty());
}

TEST_CASE("call look: roles by what the server sends meanwhile, on the session of the calls alone") {
  Call call;
  call.trace.exchanges.emplace_back().session = "another";
  const auto says = [&](std::size_t exchange, json message) {
    Received& received = call.trace.received.emplace_back();
    received.exchange = exchange;
    received.value = std::move(message);
  };
  says(1, {{"method", "notifications/prompts/list_changed"}});
  says(0, {{"method", "notifications/message"}, {"params", {{"level", "info"}}}});
  says(0, {{"method", "notifications/tools/list_changed"}});
  says(0, {{"method", "elicitation/create"}, {"params", {{"mode", "url"}}}});
  CHECK(roles_of_messages(call.trace, 0, "own") == Words{"change-tools", "input-url"});
  says(0, {{"method", "notifications/message"}, {"params", {{"level", "error"}}}});
  CHECK(roles_of_messages(call.trace, 0, "own") == Words{"change-tools", "input-url", "log"});
  CHECK(roles_of_messages(call.trace, 4, "own").empty());
}
