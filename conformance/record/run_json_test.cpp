#include <doctest/doctest.h>

#include "client/jsonrpc/message.hpp"
#include "conformance/record/redact.hpp"
#include "conformance/record/run.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace {

Exchange full_exchange() {
  Exchange exchange;
  exchange.session = "s1";
  exchange.revision = "2025-06-18";
  exchange.purpose = "tools.call";
  exchange.deliberate = true;
  const std::string body = R"({"id":1,"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo"}})";
  exchange.request = {"POST",     "http://h/mcp?token=t", {{"Authorization", "Bearer t"}}, body, body.size(), false,
                      Micros{100}};
  exchange.message = json::parse(body);
  exchange.blocks.push_back({"HTTP/1.1", 103, "Early Hints", {}, 110});
  exchange.blocks.push_back({"HTTP/1.1", 200, "OK", {{"Content-Type", "text/event-stream"}}, 120});
  exchange.trailers = {{"X-Sum", "1"}};
  exchange.body = "data: x\n\n";
  exchange.body_size = 9;
  exchange.chunks = {{130, 4}, {140, 5}};
  exchange.events.push_back({130, "message", "7", 50, true, R"({"result":{"content":[{"text":"hello"}]}})", false});
  exchange.events.push_back({kNever, "", std::nullopt, std::nullopt, false, "", false});
  exchange.events.push_back({140, "", "", std::nullopt, true, "{\"cut", true});
  exchange.events_seen = 5;
  exchange.comments_seen = 1;
  exchange.first_comment = 135;
  exchange.connection = {"127.0.0.1", 80, "http://u:p@proxy:1", "1.1", "TLSv1.3", false, 1, 2, 3};
  exchange.failure = Failure{FailureKind::too_large, "more than 9 bytes", 150};
  exchange.ended = 151;
  exchange.closed_by_us = true;
  exchange.transport = TransportKind::http_sse;
  exchange.channel = 0;
  exchange.answer = StreamEvent{145, "message", std::nullopt, std::nullopt, true, R"({"result":{}})", false};
  exchange.process = 0;
  return exchange;
}

Run full_run() {
  Run run;
  run.tool_version = "0.1.0";
  run.target = "http://h/mcp";
  run.started = "2026-01-02T03:04:05Z";
  run.took = 123456;
  run.strict = run.interrupted = true;
  run.server =
      ServerFacts{"n", "1", "T", "2025-06-18", json{{"tools", json::object()}}, TransportKind::streamable_http};
  run.attempts = {{TransportKind::streamable_http, 0, "HTTP 405"}, {TransportKind::http_sse, 0, ""}};
  ProcessRecord process;
  process.session = "s1";
  process.command = {"sh", "-c", "exit 3"};
  process.pid = 4711;
  process.log = {"head", "tail", 100};
  process.started = 1;
  process.ended = 5;
  process.exit_status = 3;
  process.input_closed = 2;
  process.terminated = 3;
  process.killed = 4;
  run.trace.processes.push_back(process);
  process.number = 1;
  process.problem = "not found";
  process.exit_status.reset();
  process.signal = 9;
  run.trace.processes.push_back(process);
  run.first_failure = 0;
  run.handshake_problem = "it did not work";
  Outcome outcome;
  outcome.id = "a.b";
  outcome.title = "A is b";
  outcome.suite = "a";
  outcome.level = Level::should_not;
  outcome.verdict = Verdict::warn;
  outcome.reason = "because";
  outcome.findings.push_back({Verdict::warn, "status", "200", "404", 0, "a.yaml:1:2"});
  outcome.findings.push_back({Verdict::note, "body", "one", "two", std::nullopt, ""});
  outcome.judged = 3;
  outcome.took = 77;
  outcome.spec = "https://modelcontextprotocol.io/specification/2025-06-18/basic";
  outcome.cure = "Do b.";
  outcome.covers = {"row.one", "row.two"};
  outcome.earlier = {{"the connection was cut", 0}, {"refused", std::nullopt}};
  outcome.runs = 5;
  outcome.broken_runs = 2;
  outcome.left_out = true;
  outcome.expected = Expected{Verdict::fail, "known"};
  run.outcomes.push_back(outcome);
  run.baseline = BaselineUse{"b.json", true, {{"a.c", {Verdict::warn, "old"}, "pass"}}};
  run.repetitions = {{1, 20}, {0, 30}};
  run.trace.exchanges.push_back(full_exchange());
  run.surface = Surface{json{{"tools", json::object()}},  json::array({{{"name", "echo"}}}), {}, json::array(), {},
                        {"prompts/list was not answered"}};
  run.observations.push_back({"answer.malformed-body", "POST with the body `{`", "400 JSON", std::nullopt, "", 0});
  run.observations.push_back({"cost.idle", "CPU while idle", "1 %", 0.01, "share", std::nullopt});
  run.observations.back().at_first = "90 %";
  run.diagnoses.push_back({"R-LIFESPAN",
                           Weight::failure,
                           Confidence::likely,
                           "t",
                           "c",
                           "s",
                           {"e1", "e2"},
                           "cure",
                           "note",
                           {"https://h/1"},
                           {0}});
  run.looks_like = {{"python mcp", "answered 404", 0}, {"someone", "said so", std::nullopt}};
  run.process_facts = ProcessFacts{5, 0.5, 3000, 0.98, 100, 200, TermFacts{9, true, 8, -15, true, false, true, 0}};
  return run;
}

}  // namespace

TEST_CASE("run json: what was written is read back, and written again it is the same") {
  const json written = to_json(full_run());
  const Result<Run> read = run_from_json(written);
  REQUIRE(read);
  CHECK(to_json(*read) == written);
  CHECK(read->process_facts == full_run().process_facts);
  REQUIRE(read->diagnoses.size() == 1);
  CHECK(read->diagnoses[0].evidence == full_run().diagnoses[0].evidence);
  CHECK(read->baseline == full_run().baseline);
  CHECK(read->repetitions == full_run().repetitions);
  CHECK(read->outcomes[0].earlier == full_run().outcomes[0].earlier);
  CHECK(read->outcomes[0].expected == full_run().outcomes[0].expected);
  CHECK((read->outcomes[0].runs == 5 && read->outcomes[0].broken_runs == 2 && read->outcomes[0].left_out));
  const Exchange& exchange = read->trace.exchanges.at(0);
  CHECK(exchange.blocks.size() == 2);
  CHECK(exchange.events.at(0).retry_ms == 50);
  CHECK(exchange.events.at(1).at == kNever);
  CHECK_FALSE(exchange.events.at(1).has_data);
  CHECK(exchange.events.at(2).data_cut);
  CHECK(exchange.events.at(2).id == "");
  CHECK(exchange.failure->kind == FailureKind::too_large);
  CHECK(exchange.message == full_run().trace.exchanges.at(0).message);
  CHECK(read->outcomes.at(0).findings.at(0).exchange == 0);
  CHECK_FALSE(read->outcomes.at(0).findings.at(1).exchange);
  CHECK(read->server->capabilities == full_run().server->capabilities);
  REQUIRE(read->surface);
  CHECK(read->surface->tools == full_run().surface->tools);
  CHECK(read->surface->prompts.is_null());
  CHECK(read->observations.at(1).number == 0.01);
}

TEST_CASE("run json: an empty run is read back") {
  const json written = to_json(Run{});
  const Result<Run> read = run_from_json(written);
  REQUIRE(read);
  CHECK(to_json(*read) == written);
  CHECK_FALSE(read->server);
  CHECK_FALSE(read->first_failure);
}

TEST_CASE("run json: without its evidence a run is read back, and has the same verdicts and no end") {
  Run run = full_run();
  run.interrupted = false;
  const Run bare = without_evidence(run);
  CHECK(bare.trace.exchanges.empty());
  CHECK(bare.interrupted);
  CHECK(why_not_whole(bare) == "the run is not whole: this machine had no memory left for all of it");
  const Result<Run> again = run_from_json(to_json(bare));
  REQUIRE(again);
  REQUIRE(again->outcomes.size() == run.outcomes.size());
  for (std::size_t i = 0; i < run.outcomes.size(); ++i) {
    CHECK(again->outcomes[i].id == run.outcomes[i].id);
    CHECK(again->outcomes[i].verdict == run.outcomes[i].verdict);
    CHECK(again->outcomes[i].findings.size() == run.outcomes[i].findings.size());
  }
}

TEST_CASE("run json: credentials and contents are not in it") {
  const std::string text = serialize(to_json(redact(full_run(), {})));
  for (const char* secret : {"Bearer t", "token=t", "u:p@", "hello", "{\\\"cut"}) {
    CAPTURE(secret);
    CHECK(text.find(secret) == text.npos);
  }
  CHECK(text.find("<5 bytes of text>") != text.npos);
}

TEST_CASE("run json: bytes that are no UTF-8 become U+FFFD wherever the server can put them") {
  Run run = full_run();
  const std::string bad = "a\xff";
  run.target = run.handshake_problem = run.server->name = run.server->revision = bad;
  run.server->capabilities = json{{"tools", bad}};
  run.outcomes[0].findings[0].actual = run.outcomes[0].reason = bad;
  Exchange& exchange = run.trace.exchanges[0];
  exchange.revision = exchange.blocks[0].version = exchange.blocks[0].reason = exchange.body = bad;
  exchange.blocks[0].headers = {{bad, bad}};
  exchange.events[0].type = *(exchange.events[0].id = bad);
  const std::string text = to_json(run).dump();  // throws on such bytes
  CHECK(text.find("a\xEF\xBF\xBD") != text.npos);
}

TEST_CASE("run json: a wrong shape is refused, and its place is named") {
  struct Row {
    std::string pointer;
    json value;  // null = remove it
    std::string what;
  };
  const std::vector<Row> kRows = {
      {"/target", 1, "expected a string"},
      {"/took", "1", "expected an integer"},
      {"/strict", nullptr, "expected true or false"},
      {"/outcomes", json::object(), "expected a list"},
      {"/outcomes/0", 1, "expected an object"},
      {"/outcomes/0/verdict", "fine", "expected a known word"},
      {"/outcomes/0/judged", -1, "expected a number from 0"},
      {"/outcomes/0/findings/0/exchange", 1U, "expected the number of an exchange of this run"},
      {"/surface/tools", 1, "expected a list"},
      {"/observations/0/value", 1, "expected a string"},
      {"/observations/0/exchange", 1U, "expected the number of an exchange of this run"},
      {"/first_failure", 9U, "expected the number of an exchange of this run"},
      {"/exchanges/0/number", 3U, "expected its place in the list"},
      {"/exchanges/0/request", nullptr, "expected an object"},
      {"/exchanges/0/replies/1/headers/0", json::array({"a"}), "expected [name, value]"},
      {"/exchanges/0/chunks/1", 5, "expected [at, size]"},
      {"/exchanges/0/failure/kind", "bored", "expected a known word"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.pointer);
    json value = to_json(full_run());
    const json::json_pointer pointer(row.pointer);
    if (row.value.is_null())
      value.at(pointer.parent_pointer()).erase(pointer.back());
    else
      value.at(pointer) = row.value;
    const Result<Run> read = run_from_json(value);
    REQUIRE_FALSE(read);
    CHECK(read.error().what == row.what);
    CHECK(read.error().where == row.pointer);
  }
}

TEST_CASE("run json: another format, or no run at all, is refused with words") {
  json newer = to_json(full_run());
  newer["format"] = 2;
  const Result<Run> read = run_from_json(newer);
  REQUIRE_FALSE(read);
  CHECK(read.error().what.find("format 2") != std::string::npos);
  CHECK(read.error().where == "/format");
  for (const json& value : {json(), json::array(), json(1), json::object(), json{{"format", "1"}}}) {
    CAPTURE(value.dump());
    REQUIRE_FALSE(run_from_json(value));
    CHECK(run_from_json(value).error().where == "/format");
  }
}
