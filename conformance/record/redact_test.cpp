#include "conformance/record/redact.hpp"

#include <doctest/doctest.h>

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
  Exchange channel;
  channel.channel = channel.number;
  channel.events.resize(1);
  channel.events[0].type = "endpoint";
  channel.events[0].data = "/messages?sessionId=0123456789";
  CHECK(redact_exchange(channel).events[0].data == "/messages?sessionId=0123…");
}

TEST_CASE("redact: values that were given as secrets are shown nowhere") {
  Run run;
  Exchange& exchange = run.trace.exchanges.emplace_back();
  exchange.request.headers = {{"X-Key", "k3y \"x\""}};
  exchange.request.body = R"({"key":"k3y \"x\""})";
  exchange.body = "no such key: k3y \"x\", k3y \"x\"";
  Outcome& outcome = run.outcomes.emplace_back();
  outcome.findings.push_back({Verdict::fail, "text", "k3y \"x\"", "abc", 0, ""});
  run.surface.emplace();
  run.surface->tools = {{{"name", "t"}, {"description", "use k3y \"x\" here"}}};
  run.diagnoses.emplace_back().evidence = {"the server's log: k3y \"x\""};
  run.trace.processes.emplace_back().log.head = "k3y \"x\" is wrong";
  redact_values(run, {"k3y \"x\"", "abc"});
  CHECK(run.surface->tools[0]["description"] == "use <redacted> here");
  CHECK(run.diagnoses[0].evidence[0] == "the server's log: <redacted>");
  CHECK(run.trace.processes[0].log.head == "<redacted> is wrong");
  CHECK(exchange.request.headers[0].value == "<redacted>");
  CHECK(exchange.request.body == R"({"key":"<redacted>"})");
  CHECK(exchange.body == "no such key: <redacted>, <redacted>");
  CHECK(outcome.findings[0].expected == "<redacted>");
  CHECK(outcome.findings[0].actual == "abc");  // too short to look for
}
