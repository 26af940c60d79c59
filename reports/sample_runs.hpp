// Runs as values, for the tests of the reports only. No server was asked.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "conformance/assess/runner.hpp"
#include "conformance/record/matrix.hpp"

namespace mcplumb::sample {

inline Exchange exchange(std::size_t number, std::string purpose, const nlohmann::json& message) {
  Exchange made;
  made.number = number;
  made.session = "shared";
  made.purpose = std::move(purpose);
  made.message = message;
  made.request.method = "POST";
  made.request.url = "http://127.0.0.1:8080/mcp";
  made.request.headers = {{"Host", "127.0.0.1:8080"},
                          {"Content-Type", "application/json"},
                          {"Accept", "application/json, text/event-stream"},
                          {"Authorization", "Bearer do-not-show"}};
  made.request.body = message.dump();
  made.request.body_size = made.request.body.size();
  made.request.at = 1000 * static_cast<Micros>(number + 1);
  made.ended = made.request.at + 2500;
  return made;
}

inline void reply(Exchange& exchange, int status, std::string reason, Headers headers, std::string body) {
  exchange.blocks.push_back({"HTTP/1.1", status, std::move(reason), std::move(headers), exchange.request.at + 1250});
  exchange.body_size = body.size();
  exchange.body = std::move(body);
}

inline Outcome outcome(const std::string& id, Level level, Verdict verdict, std::string title) {
  Outcome made;
  made.id = id;
  made.suite = id.substr(0, id.find('.'));
  made.level = level;
  made.verdict = verdict;
  made.title = std::move(title);
  made.took = 1500;
  made.judged = 1;
  made.spec = "https://modelcontextprotocol.io/specification/2025-11-25/basic/transports";
  made.covers = {"transport.http." + id};
  return made;
}

inline Run empty_run() {
  Run run;
  run.tool_version = "0.1.0";
  run.target = "http://127.0.0.1:8080/mcp";
  run.started = "2026-01-02T03:04:05Z";
  run.took = 1234567;
  return run;
}

inline Run passing_run() {
  Run run = empty_run();
  run.server = ServerFacts{"everything",
                           "1.2.3",
                           "Everything Server",
                           "2025-11-25",
                           {{"tools", {{"listChanged", true}}}, {"logging", nlohmann::json::object()}},
                           TransportKind::streamable_http};
  run.outcomes = {outcome("http.accepts", Level::must, Verdict::pass, "A POST with both media types is accepted"),
                  outcome("http.status", Level::must, Verdict::pass, "A request is answered 200"),
                  outcome("sessions.id", Level::should, Verdict::pass, "A session id is issued")};
  Outcome skipped = outcome("prompts.list", Level::must, Verdict::skip, "Prompts can be listed");
  skipped.reason = "the server does not declare prompts";
  run.outcomes.push_back(skipped);
  run.trace.exchanges.push_back(exchange(0, "handshake", {{"id", 0}, {"jsonrpc", "2.0"}, {"method", "initialize"}}));
  reply(run.trace.exchanges[0], 200, "OK",
        {{"Content-Type", "application/json"}, {"Mcp-Session-Id", "0123456789abcdef"}},
        R"({"id":0,"jsonrpc":"2.0","result":{}})");
  return run;
}

// Escapes, direction marks, broken UTF-8, markup and a long line: what a server may put anywhere.
inline std::string hostile() {
  return "\x1b[2J\x1b]0;owned\x07<b a=\"1\">&]]>\xc2\x9b"
         "31m\xff\xef\xbf\xbe\xe2\x80\xae\r\n\tend " +
         std::string(300, 'x');
}

inline Exchange stream_exchange(std::size_t number) {
  Exchange made = exchange(number, "tools.progress", {{"id", 2}, {"jsonrpc", "2.0"}, {"method", "tools/list"}});
  made.request.headers.push_back({"Mcp-Session-Id", "0123456789abcdef"});
  reply(made, 200, "OK", {{"Content-Type", "text/event-stream"}, {"Set-Cookie", "do-not-show=1"}}, "");
  const Micros at = made.request.at;
  made.events.push_back({at + 1300, "message", "e1", 3000, true, R"({"jsonrpc":"2.0","method":"x/y"})", false});
  made.events.push_back({at + 1400, "", "e2", std::nullopt, true, "", false});
  made.events.push_back({at + 15400, hostile(), std::nullopt, std::nullopt, true, hostile(), true});
  made.events_seen = 20;
  made.comments_seen = 2;
  made.first_comment = at + 1350;
  made.ended = at + 2500000;
  made.failure = Failure{FailureKind::cut, "the connection was cut after 512 bytes", made.ended};
  return made;
}

inline Exchange content_exchange(std::size_t number) {
  Exchange made = exchange(number, "tools.call",
                           {{"id", 3}, {"jsonrpc", "2.0"}, {"method", "tools/call"}, {"params", {{"name", "it's"}}}});
  reply(made, 200, "OK", {{"Content-Type", "application/json"}},
        R"({"id":3,"jsonrpc":"2.0","result":{"content":[{"text":"do-not-show","type":"text"}]}})");
  return made;
}

inline Run failing_run() {
  Run run = passing_run();
  run.server->name = "bad" + hostile();
  run.server->revision = hostile();
  run.trace.exchanges.push_back(stream_exchange(1));
  run.trace.exchanges.push_back(content_exchange(2));

  Outcome fail = outcome("tools.progress", Level::must, Verdict::fail, "Progress only ever grows");
  fail.cure = "Send each `progress` value larger than the one before.";
  fail.findings = {{Verdict::fail, "events[1].json", "JSON", hostile(), 1, "tools.yaml:10:3"},
                   {Verdict::fail, "events[2].json", "JSON", "absent", 1, "tools.yaml:10:3"}};
  Outcome warn = outcome("tools.shape", Level::should, Verdict::warn, "A result has structured content");
  warn.findings = {{Verdict::warn, "result.structuredContent", "an object", "absent", 2, "tools.yaml:20:3"}};
  for (int i = 0; i < 4; ++i) warn.findings.push_back({Verdict::warn, "result.x", "a", "b", std::nullopt, ""});
  Outcome note = outcome("tools.title", Level::may, Verdict::note, "A tool has a title");
  note.findings = {{Verdict::note, "result.tools[0].title", "a string", "absent", 1, ""}};
  Outcome unclear = outcome("tools.cancel", Level::must, Verdict::inconclusive, "A cancelled call is not answered");
  unclear.reason = "the call ended before it could be cancelled: " + hostile();
  Outcome bare = outcome("tools.bare", Level::must_not, Verdict::fail, "A failure without findings is shown too");
  bare.reason = "the judge gave no finding";
  for (const Outcome& each : {fail, warn, note, unclear, bare}) run.outcomes.push_back(each);
  for (const char* id : {"prompts.get", "prompts.unknown"}) {
    Outcome skipped = outcome(id, Level::must, Verdict::skip, "Prompts can be had");
    skipped.reason = "the server does not declare prompts";
    run.outcomes.push_back(skipped);
  }
  return run;
}

// Tools were called by themselves, one of them broken.
inline Run exercised() {
  Run run = passing_run();
  run.exercise.emplace();
  ToolUse good;
  good.tool = "get_forecast";
  good.fitting = 9;
  good.breaking = good.refused = 4;
  good.times = times_of({900, 1000, 1100, 1200, 5000});
  good.roles = {{"content", {{"city", "Oslo"}}}, {"structured", {{"city", "Oslo"}}}};
  ToolUse bad;
  bad.tool = "it's " + hostile();
  bad.fitting = 6;
  bad.breaking = 2;
  bad.failed = 1;
  bad.given_up = 1;
  bad.left_out = "2 calls were not answered in time; no more were made of that kind";
  ToolFault fault;
  fault.kind = ToolFaultKind::accepted;
  fault.what = "served although /n must be a number: " + hostile();
  fault.arguments = {{"n", "it's"}};
  fault.fits = false;
  fault.special = "n: of another type";
  fault.times = 2;
  fault.also = {"n: null"};
  bad.faults = {fault};
  ToolUse other;
  other.tool = "delete_all";
  other.left_out = "it does not say that it only reads, or says that it destroys";
  run.exercise->tools = {good, bad, other};
  run.exercise->ended = "at the tool it's: it was interrupted";
  return run;
}

// Nothing was called, and two tools say that they only read.
inline Run unexercised() {
  Run run = passing_run();
  Outcome waiting = outcome("tools.progress", Level::must, Verdict::skip, "Progress only ever grows");
  waiting.reason = "no tool is assigned to the role progress (--tool progress=NAME)";
  run.outcomes.push_back(waiting);
  run.surface.emplace();
  nlohmann::json tools;
  for (const char* name : {"a", "b", "c"})
    tools.push_back({{"name", name}, {"annotations", {{"readOnlyHint", *name != 'c'}}}});
  run.surface->tools = std::move(tools);
  return run;
}

inline Run no_session() {
  Run run = empty_run();
  run.first_failure = 0;
  run.trace.exchanges.push_back(exchange(0, "handshake", {{"id", 0}, {"jsonrpc", "2.0"}, {"method", "initialize"}}));
  Outcome skipped = outcome("http.status", Level::must, Verdict::skip, "A request is answered 200");
  skipped.reason = "no session could be opened";
  run.outcomes = {skipped};
  return run;
}

inline Run handshake_500() {
  Run run = no_session();
  run.handshake_problem =
      "initialize was answered 500 Internal Server Error with text/plain instead of a JSON-RPC message";
  reply(run.trace.exchanges[0], 500, "Internal Server Error",
        {{"content-type", "text/plain"}, {"content-length", "21"}}, "Internal Server Error");
  return run;
}

// With what explains it, and something else that was noticed.
inline Run diagnosed() {
  Run run = handshake_500();
  Diagnosis first;
  first.rule = "R-LIFESPAN";
  first.confidence = Confidence::likely;
  first.title = "The MCP session manager is not running";
  first.cause = "The application that holds the session manager never received the ASGI lifespan start-up event.";
  first.sub_cause = "An ASGI wrapper outside the app fails on the lifespan scope.";
  first.evidence = {"8 different requests to /mcp all got the same reply: 500 text/plain, 21 bytes (#0)",
                    "/mcplumb-no-such-path beside it was answered 404 " + hostile()};
  first.cure = "Pass the lifespan of the MCP app to the outermost app.";
  first.note = "This does not depend on package versions.";
  first.links = {"https://github.com/modelcontextprotocol/python-sdk/issues/1467"};
  first.exchanges = {0};
  Diagnosis second;
  second.rule = "R-LIMIT";
  second.weight = Weight::info;
  second.confidence = Confidence::certain;
  second.title = "The server has a limit that clients can meet";
  second.cause = "Request bodies are refused with 413 above a size.";
  second.evidence = {"a body of 4200 KiB was answered 413"};
  second.cure = "Keep requests below it, or raise it.";
  run.diagnoses = {first, second};
  run.looks_like = {{"python mcp 1.26.0 or newer", "an unknown session id is answered 404", 0},
                    {"uvicorn", "server: uvicorn", 0}};
  return run;
}

inline Run refused() {
  Run run = no_session();
  run.handshake_problem = "the connection was refused: nobody listens there";
  Exchange& exchange = run.trace.exchanges[0];
  exchange.ended = exchange.request.at + 300;
  exchange.failure = Failure{FailureKind::refused, run.handshake_problem, exchange.ended};
  return run;
}

inline Run interrupted() {
  Run run = passing_run();
  run.interrupted = run.cancelled = true;
  Outcome skipped = outcome("tools.list", Level::must, Verdict::skip, "Tools can be listed");
  skipped.reason = "the run was interrupted";
  run.outcomes.push_back(skipped);
  return run;
}

inline Run strict() {
  Run run = passing_run();
  run.strict = true;
  Outcome fail = outcome("streams.buffering", Level::should, Verdict::fail, "An event stream forbids proxy buffering");
  fail.findings = {{Verdict::fail, "header.x-accel-buffering", "\"no\"", "absent", 0, "streams.yaml:9:5"}};
  fail.cure = "Send the response header `X-Accel-Buffering: no` on every event stream.";
  run.outcomes.push_back(fail);
  return run;
}

// One check passed at the second try, another one in some of the runs only.
inline Run flaky() {
  Run run = passing_run();
  run.trace.exchanges.push_back(content_exchange(1));
  run.trace.exchanges[1].failure =
      Failure{FailureKind::cut, "the connection was cut after 512 bytes", run.trace.exchanges[1].ended};
  Outcome retried = outcome("tools.slow", Level::must, Verdict::pass, "A slow call is answered");
  retried.earlier = {{"the connection was cut after 512 bytes", 1}};
  Outcome sometimes = outcome("tools.list", Level::must, Verdict::fail, "Tools can be listed");
  sometimes.findings = {{Verdict::fail, "result.tools", "an array", "absent", 0, "tools.yaml:9:5"}};
  sometimes.runs = 3;
  sometimes.broken_runs = 1;
  run.outcomes.push_back(retried);
  run.outcomes.push_back(sometimes);
  run.repetitions = {{0, 1000}, {1, 1100}, {0, 900}};
  return run;
}

// Compared with a complete baseline: one known failure, one as news, one stale entry, and one of a check that is gone.
inline Run baselined() {
  Run run = passing_run();
  for (Outcome& each : run.outcomes)
    if (each.verdict == Verdict::skip) each.expected = Expected{Verdict::skip, each.reason};
  Outcome known = outcome("tools.progress", Level::must, Verdict::fail, "Progress only ever grows");
  known.findings = {{Verdict::fail, "params.progress", "above 3", "3", 0, "tools.yaml:10:3"}};
  known.expected = Expected{Verdict::fail, "Its counter starts anew; fixed in 2.0 <beta>."};
  Outcome news = outcome("tools.shape", Level::should, Verdict::warn, "A result has structured content");
  news.findings = {{Verdict::warn, "result.structuredContent", "an object", "absent", 0, "tools.yaml:20:3"}};
  run.outcomes.push_back(known);
  run.outcomes.push_back(news);
  run.outcomes[0].expected = Expected{Verdict::fail, "It answered 500."};
  run.baseline = BaselineUse{"known.json",
                             true,
                             {{run.outcomes[0].id, *run.outcomes[0].expected, "pass"},
                              {"tools.gone", {Verdict::warn, "old"}, "no such check"}}};
  return run;
}

// The same with nothing but stale entries.
inline Run stale() {
  Run run = baselined();
  run.outcomes.pop_back();
  return run;
}

// Four revisions, of which the server speaks three; one check fails in the oldest only.
inline Matrix matrix() {
  Matrix made;
  for (const char* revision : {"2025-11-25", "2025-06-18", "2024-11-05"}) {
    Run run = passing_run();
    run.server->revision = revision;
    made.columns.push_back({revision, std::move(run), ""});
  }
  made.columns.insert(made.columns.begin() + 2, {"2025-03-26", std::nullopt, "the server answers 2024-11-05"});
  Outcome fail = outcome("tools.shape", Level::must, Verdict::fail, "A result has content");
  fail.findings = {{Verdict::fail, "result.content", "an array", "absent", 0, "tools.yaml:20:3"}};
  made.columns.back().run->outcomes.push_back(fail);
  Outcome flaky = outcome("tools.slow", Level::must, Verdict::pass, "A slow call is answered");
  flaky.earlier = {{"the connection was cut", 0}};
  made.columns.front().run->outcomes.push_back(flaky);
  return made;
}

inline Probe probe() {
  Probe probe;
  probe.run = failing_run();
  probe.run.server->revision = "2025-11-25";
  ServerProfile& profile = probe.profile;
  probe.run.revisions = {{"2025-06-18", RevisionLook::Found::spoken, "", std::nullopt},
                         {"2025-03-26", RevisionLook::Found::unknown, "HTTP 429", std::nullopt},
                         {"2024-11-05", RevisionLook::Found::refused, "refused", std::nullopt}};
  profile.counts = {
      {"tools", 12, 2, true, "", 4800}, {"resources", 1000, 10, false, ""}, {"prompts", 0, 0, true, "error -32603"}};
  profile.post = ServerProfile::StreamLook{"POST", 200, "text/event-stream", "", "no-cache", hostile(), 1250, true};
  profile.get = ServerProfile::StreamLook{"GET", 405, "text/plain", "", "", "", 900, false};
  profile.session_id = true;
  profile.connect = 210;
  profile.initialize = 2400;
  profile.ping = 800;
  return probe;
}

}  // namespace mcplumb::sample
