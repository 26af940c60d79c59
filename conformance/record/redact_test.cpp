#include "conformance/record/redact.hpp"

#include <doctest/doctest.h>

#include "conformance/record/run.hpp"

using namespace mcplumb;

TEST_CASE("redact: headers with credentials lose their value, session ids are shortened") {
  const Headers redacted = redact_headers({{"Authorization", "Bearer x"},
                                           {"X-Api-Key", "k"},
                                           {"Set-Cookie", "a=b"},
                                           {"mcp-session-id", "abcdefgh"},
                                           {"Accept", "x"},
                                           {"WWW-Authenticate", "Bearer"}});
  CHECK(redacted == Headers{{"Authorization", kRedacted},
                            {"X-Api-Key", kRedacted},
                            {"Set-Cookie", kRedacted},
                            {"mcp-session-id", "abcd…"},
                            {"Accept", "x"},
                            {"WWW-Authenticate", "Bearer"}});
}

TEST_CASE("redact: URLs lose user information and secret query values, nothing else") {
  CHECK(redact_url("https://u:p@h/mcp?api_key=1&x=2&token=3#f") ==
        "https://h/mcp?api_key=<redacted>&x=2&token=<redacted>#f");
  CHECK(redact_url("http://h/a@b?x=@") == "http://h/a@b?x=@");
}

TEST_CASE("redact: a redirect's target loses its secrets too") {
  CHECK(redact_headers({{"Location", "https://u:p@h/?token=1"}}) ==
        Headers{{"Location", "https://h/?token=<redacted>"}});
}

TEST_CASE("redact: what is redacted already stays as it is") {
  const nlohmann::json shape = shape_of({{"text", "hello"}, {"type", "text"}, {"list", {"a", 1}}});
  CHECK(shape == nlohmann::json{{"text", "<5 bytes of text>"}, {"type", "text"}, {"list", {"<1 bytes of text>", 1}}});
  CHECK(shape_of(shape) == shape);
  CHECK(redact_url(redact_url("http://u@h/?key=1")) == "http://h/?key=<redacted>");
  const Headers once = redact_headers({{"Mcp-Session-Id", "abcdefgh"}, {"Cookie", "a"}});
  CHECK(redact_headers(once) == once);
}

TEST_CASE("redact: results of tools are kept as shapes, errors and other traffic as they are") {
  Exchange exchange;
  exchange.message = {{"method", "tools/call"}};
  exchange.request.method = "POST";
  exchange.blocks.push_back({"HTTP/1.1", 200, "OK", {}, 1});
  exchange.body = R"({"result":{"content":[{"text":"hello"}]}})";
  CHECK(redact_exchange(exchange).body == R"({"result":{"content":[{"text":"<5 bytes of text>"}]}})");
  exchange.body = "no JSON";
  CHECK(redact_exchange(exchange).body == "<7 bytes withheld>");
  exchange.body = R"({"error":{"message":"hello"}})";
  CHECK(redact_exchange(exchange).body == exchange.body);
  exchange.message = {{"method", "tools/list"}};
  exchange.body = R"({"result":"hello"})";
  CHECK(redact_exchange(exchange).body == exchange.body);
}

TEST_CASE("redact: a result that a GET stream replays is withheld, a notification is not") {
  Exchange exchange;
  exchange.request.method = "GET";
  exchange.blocks.push_back({"HTTP/1.1", 200, "OK", {{"Content-Type", "text/event-stream"}}, 1});
  exchange.events.resize(3);
  exchange.events[0].data = R"({"id":1,"result":{"content":[{"text":"hello"}]}})";
  exchange.events[1].data = R"({"method":"notifications/message","params":{"data":"x"}})";
  exchange.events[2].data = R"({"id":1,"result":{"cont)";
  exchange.events[2].data_cut = true;
  exchange.body = "data: hello";
  const Exchange redacted = redact_exchange(exchange);
  CHECK(redacted.events[0].data == R"({"id":1,"result":{"content":[{"text":"<5 bytes of text>"}]}})");
  CHECK(redacted.events[1].data == exchange.events[1].data);
  CHECK(redacted.events[2].data == "<23 bytes withheld>");
  CHECK(redacted.body == "<event stream; see its events>");
  CHECK(redact_exchange(redacted).events[2].data == redacted.events[2].data);
}

TEST_CASE("redact: a bearer token is hidden behind any number of blanks, and where a secret ends at its end") {
  Run run;
  ProcessRecord& process = run.trace.processes.emplace_back();
  process.command = {"Bearer \t zyx987", "Bearer ", "Bearer abc,secret-1"};
  process.log.head = "Bearer  zyx987\nBearer abc,secret-1tail";
  process.log.size = process.log.head.size();
  Secrets secrets;
  secrets.add(",secret-1");
  const Run redacted = redact(run, secrets);
  CHECK(redacted.trace.processes[0].command ==
        std::vector<std::string>{"Bearer \t <redacted>", "Bearer ", "Bearer <redacted>"});
  CHECK(redacted.trace.processes[0].log.text() == "Bearer  <redacted>\nBearer <redacted>");
  CHECK(to_json(redact(redacted, secrets)) == to_json(redacted));
}

TEST_CASE("redact: command lines keep their names and lose their secrets, and so does what the program wrote") {
  ProcessRecord process;
  process.command = {
      "server", "--api-key=sk-12345678",        "--token", "tok-12345678", "--port", "80", "API_KEY=env-1234",
      "-H",     "Authorization: Bearer abc.def"};
  process.log.head = "using sk-12345678 and tok-12345678, Bearer zyx987; done";
  process.log.size = process.log.head.size();
  const ProcessRecord redacted = redact_process(process);
  CHECK(redacted.command == std::vector<std::string>{"server", "--api-key=<redacted>", "--token", "<redacted>",
                                                     "--port", "80", "API_KEY=<redacted>", "-H",
                                                     "Authorization: Bearer <redacted>"});
  CHECK(redacted.log.text() == "using <redacted> and <redacted>, Bearer <redacted>; done");
  CHECK(redact_process(redacted).log.text() == redacted.log.text());
  CHECK(redact_process(redacted).command == redacted.command);
}

TEST_CASE("redact: over HTTP+SSE the id of the session is in the URL, and is shortened there") {
  CHECK(redact_url("http://h/messages/?session_id=0123456789") == "http://h/messages/?session_id=0123…");
  CHECK(redact_url("http://h/message?sessionId=0123…") == "http://h/message?sessionId=0123…");
  CHECK(redact_url("http://h/m?session=\u00E9\u00E9\u00E9\u00E9\u00E9") ==
        "http://h/m?session=\u00E9\u00E9\u00E9\u00E9…");
  CHECK(redact_url("http://h/m?session=<redacted>") == "http://h/m?session=<redacted>");
  Exchange channel;
  channel.channel = channel.number;
  channel.events.resize(1);
  channel.events[0].type = "endpoint";
  channel.events[0].data = "/messages?sessionId=0123456789";
  CHECK(redact_exchange(channel).events[0].data == "/messages?sessionId=0123…");
}

namespace {

Run run_that_repeats(const std::string& secret) {
  Run run;
  Exchange& exchange = run.trace.exchanges.emplace_back();
  exchange.request.headers = {{"X-Key", secret}};
  exchange.request.body = nlohmann::json{{"key", secret}}.dump();
  exchange.blocks.push_back({"HTTP/1.1", 500, "no " + secret, {{"X-Echo", secret}}, 1});
  exchange.trailers = {{"X-Trailer", secret}};
  exchange.body = "no such key: " + secret + ", " + secret;
  exchange.failure = Failure{FailureKind::cut, "cut behind " + secret, 1};
  StreamEvent event;
  event.has_data = true;
  event.data = "data " + secret;
  exchange.events = {event};
  exchange.answer = event;
  Outcome& outcome = run.outcomes.emplace_back();
  outcome.reason = "because of " + secret;
  outcome.findings.push_back({Verdict::fail, "text", secret, "abc", 0, ""});
  outcome.earlier.push_back({"lost " + secret, 0});
  run.surface.emplace();
  run.surface->tools = nlohmann::json{{{"name", "t"}, {"description", "use " + secret + " here"}, {secret, 1}}};
  run.diagnoses.emplace_back().evidence = {"the server's log: " + secret};
  run.attempts.push_back({TransportKind::stdio, 0, "refused " + secret, ""});
  run.observations.push_back({"id", "title", "value " + secret, {}, "", {}});
  run.handshake_problem = "HTTP 500 " + secret;
  ProcessRecord& process = run.trace.processes.emplace_back();
  process.log.head = secret + " is wrong";
  process.log.size = process.log.head.size();
  process.problem = "cannot start " + secret;
  return run;
}

}  // namespace

TEST_CASE("redact: values that were given as secrets are shown nowhere") {
  Secrets secrets;
  secrets.add("k3y \"x\"");
  secrets.add("abc");
  const Run run = redact(run_that_repeats("k3y \"x\""), secrets);
  const Exchange& exchange = run.trace.exchanges.front();
  CHECK(run.surface->tools.json()[0]["description"] == "use <redacted> here");
  CHECK(run.diagnoses[0].evidence[0] == "the server's log: <redacted>");
  CHECK(run.trace.processes[0].log.head == "<redacted> is wrong");
  CHECK(run.trace.processes[0].log.whole());  // a value that became longer or shorter leaves nothing out
  CHECK(exchange.request.headers[0].value == "<redacted>");
  CHECK(exchange.request.body == R"({"key":"<redacted>"})");
  CHECK(exchange.body == "no such key: <redacted>, <redacted>");
  CHECK(run.outcomes[0].findings[0].expected == "<redacted>");
  CHECK(run.outcomes[0].findings[0].actual == "abc");  // too short to look for
  CHECK(to_json(run).dump().find("k3y") == std::string::npos);
}

TEST_CASE("redact: a run without secrets stays what it is, and once redacted it is redacted") {
  Run plain = run_that_repeats("harmless");
  plain.trace.exchanges.front().request.headers.clear();
  CHECK(to_json(redact(plain, {})) == to_json(plain));
  Secrets secrets;
  secrets.add("harmless");
  const Run once = redact(plain, secrets);
  CHECK(to_json(redact(once, secrets)) == to_json(once));
}

TEST_CASE("redact: what a redirect or a cookie showed is hidden wherever it was repeated") {
  Run run;
  Exchange& exchange = run.trace.exchanges.emplace_back();
  exchange.blocks.push_back({"HTTP/1.1", 307, "", {{"Location", "/mcp2?access_token=SECRETVALUE"}}, 1});
  exchange.blocks.push_back({"HTTP/1.1", 200, "", {{"Set-Cookie", "id=COOKIEVALUE; Path=/"}}, 2});
  exchange.body = "go to /mcp2?access_token=SECRETVALUE with COOKIEVALUE";
  run.handshake_problem = "HTTP 307 redirects to /mcp2?access_token=SECRETVALUE";
  const Run clean = redact(std::move(run), {});
  CHECK(clean.handshake_problem == "HTTP 307 redirects to /mcp2?access_token=<redacted>");
  CHECK(clean.trace.exchanges[0].body == "go to /mcp2?access_token=<redacted> with <redacted>");
}

TEST_CASE("redact: what a peer wrote is hidden under any key, also under one of the record's own") {
  Run run;
  StreamEvent event;
  event.id = "SECRETVALUE-1";
  run.trace.exchanges.emplace_back().events = {event};
  run.trace.exchanges.back().answer = event;
  run.observations.emplace_back().id = "tool.SECRETVALUE.median";
  run.exercise.emplace().tools.emplace_back().faults.emplace_back().arguments = {{"id", "SECRETVALUE"},
                                                                                 {"SECRETVALUE", {{"kind", "x"}}}};
  Secrets secrets;
  secrets.add("SECRETVALUE");
  const Run clean = redact(std::move(run), secrets);
  CHECK(clean.trace.exchanges[0].events[0].id == "<redacted>-1");
  CHECK(to_json(clean).dump().find("SECRETVALUE") == std::string::npos);
}

TEST_CASE("redact: the words of the record itself are left alone, whatever the secret is") {
  Run run;
  run.outcomes.emplace_back().id = "ping.respond";
  run.outcomes.back().title = "pass it on";
  Secrets secrets;
  for (const char* word : {"pass", "must", "ping"}) secrets.add(word);
  const Run clean = redact(std::move(run), secrets);
  CHECK(clean.outcomes[0].verdict == Verdict::pass);
  CHECK(clean.outcomes[0].id == "ping.respond");
  CHECK(clean.outcomes[0].title == "<redacted> it on");
}
