// Each rule against its nearest neighbours: what looks the same at first, and is another cause.
#include <doctest/doctest.h>

#include <algorithm>

#include "conformance/causes/fingerprints.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/causes/rules.hpp"
#include "conformance/causes/test_story.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace {

constexpr const char* kFails = "Internal Server Error";
constexpr const char* kResult = R"({"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25"}})";

bool names(const Story& story, std::string_view rule) {
  const std::vector<std::string> rules = story.rules();
  return std::find(rules.begin(), rules.end(), rule) != rules.end();
}

Diagnosis first_of(const Story& story) {
  const std::vector<Diagnosis> found = diagnose(story.run);
  REQUIRE_FALSE(found.empty());
  return found.front();
}

void add_header(Exchange& exchange, std::string name, std::string value) {
  exchange.blocks.back().headers.push_back({std::move(name), std::move(value)});
}

void add_log(Story& story, std::string_view text) {
  ProcessRecord& process = story.run.trace.processes.emplace_back();
  process.log.add(text, 10'000, 10'000);
}

// Everything is the 500 of a Python server.
Story python_500() {
  Story story;
  story.failed(Story::replied(story.initialize(), 500, "text/plain; charset=utf-8", kFails));
  add_header(story.run.trace.exchanges.back(), "server", "uvicorn");
  story.uniform();
  return story;
}

Exchange& call(Story& story, int milliseconds) {
  Exchange& exchange = story.sent("POST", "/mcp", "call", {{"method", "tools/call"}, {"id", 7}});
  Story::replied(exchange, 200, "text/event-stream", "");
  exchange.transport = TransportKind::streamable_http;
  exchange.ended = exchange.request.at + milliseconds * kMillisecond + 500;
  exchange.failure = Failure{FailureKind::cut, "the connection was cut", exchange.ended};
  return exchange;
}

}  // namespace

TEST_CASE("contradictions: R-LIFESPAN is silent where the log, the stack or another path tells of something else") {
  Story story = python_500();
  REQUIRE(names(story, "R-LIFESPAN"));
  SUBCASE("a log with another error") {
    add_log(story, "Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: b'x-tenant'\n");
    CHECK(story.rules() == std::vector<std::string>{"R-RAISES"});
    CHECK(first_of(story).confidence == Confidence::certain);
  }
  SUBCASE("a log in which the session manager started") {
    add_log(story, "INFO StreamableHTTP session manager started\n");
    CHECK(story.rules() == std::vector<std::string>{"R-RAISES"});
  }
  SUBCASE("a log that says nothing") {
    add_log(story, "INFO: Uvicorn running\n");
    CHECK(first_of(story).confidence == Confidence::possible);
  }
  SUBCASE("the log that proves it") {
    add_log(story, "RuntimeError: Task group is not initialized. Make sure to use run().\n");
    CHECK(story.rules() == std::vector<std::string>{"R-LIFESPAN"});
    CHECK(first_of(story).confidence == Confidence::certain);
  }
  SUBCASE("another stack") {
    for (Exchange& each : story.run.trace.exchanges) add_header(each, "x-powered-by", "Express");
    CHECK_FALSE(names(story, "R-LIFESPAN"));
  }
  SUBCASE("the path with a slash fails, too") {
    Story::replied(story.sent("POST", "/mcp/", "diagnosis/twin"), 500, "text/plain; charset=utf-8", kFails);
    CHECK(first_of(story).rule == "R-RAISES");
  }
}

TEST_CASE("contradictions: R-START is silent where something answers") {
  Story story;
  Exchange& first = story.initialize();
  first.failure = Failure{FailureKind::refused, "nobody listens there", story.now};
  story.failed(first);
  REQUIRE(story.rules() == std::vector<std::string>{"R-START"});
  CHECK(explain(*find_rule("R-START")).find("0.0.0.0") == std::string::npos);
  SUBCASE("by HTTP, once") {
    Story::replied(story.initialize(), 500, "text/plain", kFails);
    CHECK_FALSE(names(story, "R-START"));
  }
  SUBCASE("at the other loopback address") {
    first.request.url = "http://127.0.0.1:1/mcp";
    Exchange& other = Story::replied(story.sent("POST", "/mcp", "diagnosis/loopback/[::1]"), 200, "", kResult);
    other.request.url = "http://[::1]:1/mcp";
    CHECK(first_of(story).sub_cause.find("IPv6") != std::string::npos);
    CHECK(first_of(story).confidence == Confidence::certain);
  }
  SUBCASE("a program that is not found") {
    story.run.first_failure.reset();
    story.run.trace.exchanges.clear();
    story.run.trace.processes.emplace_back().problem = "npxx was not found in PATH";
    CHECK(first_of(story).cure.find("PATH") != std::string::npos);
  }
}

TEST_CASE("contradictions: R-REDIRECT says what the redirect is") {
  Story story;
  Exchange& first = Story::replied(story.initialize(), 301, "", "");
  story.failed(first);
  const auto leads_to = [&](const char* location) {
    first.blocks.back().headers = {{"location", location}};
    return first_of(story);
  };
  CHECK(leads_to("https://h:1/mcp").sub_cause.find("http is redirected to https") != std::string::npos);
  CHECK(leads_to("https://h:1/mcp").cure.find("Use the https URL") == 0);
  CHECK(leads_to("http://internal:8000/mcp/").sub_cause.find("internal") != std::string::npos);
  CHECK(leads_to("https://accounts.google.com/o/oauth2/auth").rule == "R-SIGN-IN");
  CHECK(leads_to("https://h/login?next=/mcp").rule == "R-SIGN-IN");
  CHECK(leads_to("").sub_cause.find("no Location") != std::string::npos);
  CHECK(leads_to("/mcp/").sub_cause.empty());
  SUBCASE("what leads nowhere is not recommended") {
    Story::replied(story.sent("POST", "/other", "diagnosis/redirect"), 404, "text/html", "<html>");
    CHECK(leads_to("/other").cure.find("/other") == std::string::npos);
    CHECK(leads_to("/other").sub_cause.find("404") != std::string::npos);
  }
}

TEST_CASE("contradictions: R-IDLE-CUT and R-CUT part where the silence is a timeout's") {
  Story story;
  Story::replied(story.initialize(), 200, "application/json", kResult);
  const auto rules_after = [&](int milliseconds) {
    call(story, milliseconds);
    const std::vector<std::string> rules = story.rules();
    story.run.trace.exchanges.pop_back();
    return rules;
  };
  CHECK(rules_after(2000) == std::vector<std::string>{"R-IDLE-CUT"});
  CHECK(rules_after(30'010) == std::vector<std::string>{"R-IDLE-CUT"});
  CHECK(rules_after(1470) == std::vector<std::string>{"R-CUT"});
  CHECK(rules_after(10) == std::vector<std::string>{"R-CUT"});
  SUBCASE("with a proxy's name any silence is one") {
    add_header(call(story, 1470), "server", "nginx/1.22.1");
    CHECK(names(story, "R-IDLE-CUT"));
  }
  SUBCASE("the program has ended") {
    call(story, 2000);
    story.run.trace.processes.emplace_back().ended = story.now;
    CHECK_FALSE(names(story, "R-IDLE-CUT"));
  }
  SUBCASE("twice the same silence") {
    call(story, 2000);
    call(story, 2050);
    CHECK(first_of(story).confidence == Confidence::certain);
  }
}

TEST_CASE("contradictions: R-STARVED tells what blocks by what was seen") {
  Story story;
  Story::replied(story.initialize(), 200, "application/json", kResult);
  const auto silent = [&](Exchange& exchange) -> Exchange& {
    exchange.failure = Failure{FailureKind::deadline, "no reply", story.now};
    exchange.ended = exchange.request.at + kSecond;
    return exchange;
  };
  SUBCASE("a call that runs") {
    silent(story.sent("POST", "/mcp", "call", {{"method", "tools/call"}, {"id", 7}, {"params", {{"name", "query"}}}}));
    silent(story.sent("POST", "/mcp", "diagnosis/alive/endpoint"));
    silent(story.sent("GET", "/nope", "diagnosis/alive/sibling"));
    CHECK(first_of(story).sub_cause.find("query") != std::string::npos);
    CHECK(first_of(story).cause.find("middleware") == std::string::npos);
  }
  SUBCASE("a GET that hangs, beside a server that answers") {
    silent(story.sent("GET", "/mcp", "probe")).request.headers = {{"Accept", "text/event-stream"}};
    Story::replied(story.sent("POST", "/mcp", "diagnosis/alive/endpoint"), 400, "application/json", "{}");
    silent(story.sent("GET", "/nope", "diagnosis/alive/sibling"));
    CHECK_FALSE(names(story, "R-STARVED"));
  }
  SUBCASE("it comes back") {
    silent(story.sent("POST", "/mcp", "diagnosis/alive/endpoint"));
    silent(story.sent("GET", "/nope", "diagnosis/alive/sibling"));
    Story::replied(story.sent("POST", "/mcp", "diagnosis/later"), 200, "application/json", kResult);
    CHECK(first_of(story).sub_cause.find("answered again") != std::string::npos);
  }
}

TEST_CASE("contradictions: R-FLAKY wants the same request both ways, and an end that is good") {
  Story story;
  Story::replied(story.initialize(), 200, "application/json", kResult);
  const auto ping = [&](int status) {
    Story::replied(story.sent("POST", "/mcp", "probe", {{"method", "ping"}, {"id", story.now}}), status,
                   status == 200 ? "application/json" : "text/plain", status == 200 ? kResult : kFails);
  };
  ping(200);
  ping(500);
  CHECK_FALSE(names(story, "R-FLAKY"));
  ping(200);
  CHECK(story.rules() == std::vector<std::string>{"R-FLAKY"});
  SUBCASE("a gateway that fails now and then is a gateway") {
    story.run.trace.exchanges[2].blocks.back().status = 502;
    CHECK(story.rules() == std::vector<std::string>{"R-GATEWAY"});
  }
  SUBCASE("what was sent before the failure was seen may have been served before") {
    Exchange& late = story.run.trace.exchanges[3];
    late.request.at = story.run.trace.exchanges[2].request.at + 100;
    CHECK_FALSE(names(story, "R-FLAKY"));
  }
  SUBCASE("a method that always fails") {
    story.run.trace.exchanges[2].message = {{"method", "tools/list"}, {"id", 9}};
    CHECK_FALSE(names(story, "R-FLAKY"));
  }
}

TEST_CASE("contradictions: R-SCHEMA is silent for tools without arguments, and for other stacks") {
  Story story;
  Story::replied(story.initialize(), 200, "application/json", kResult);
  const auto listed = [&](const json& message) {
    Exchange& list = story.sent("POST", "/mcp", "probe", {{"method", "tools/list"}, {"id", 2}});
    Story::replied(list, 200, "application/json", "");
    Received& received = story.run.trace.received.emplace_back();
    received.value = message;
    received.exchange = list.number;
    received.answers = list.number;
  };
  const json tool = {{"name", "a"}, {"inputSchema", {{"type", "object"}, {"properties", json::object()}}}};
  listed({{"id", 2}, {"result", {{"tools", {tool, tool}}}}});
  CHECK(story.rules().empty());
  SUBCASE("an internal error of another kind") {
    listed({{"id", 2}, {"error", {{"code", -32603}, {"message", "data base is away"}}}});
    CHECK(story.rules().empty());
  }
  SUBCASE("the library's own error") {
    listed({{"id", 2},
            {"error", {{"code", -32603}, {"message", "Cannot read properties of undefined (reading '_zod')"}}}});
    CHECK(story.rules() == std::vector<std::string>{"R-SCHEMA"});
    story.run.trace.exchanges.front().blocks.back().headers.push_back({"server", "uvicorn"});
    CHECK(story.rules().empty());
  }
}

TEST_CASE("contradictions: R-BUFFERED wants two calls, no other one, and a machine that had time") {
  Story story;
  const auto progress_call = [&](Micros apart) {
    Exchange& exchange =
        story.sent("POST", "/mcp", "stream.burst",
                   {{"method", "tools/call"}, {"id", 7}, {"params", {{"_meta", {{"progressToken", 1}}}}}});
    Story::replied(exchange, 200, "text/event-stream", "");
    exchange.ended = exchange.request.at + 600 * kMillisecond;
    for (int i = 1; i <= 4; ++i) {
      Received& received = story.run.trace.received.emplace_back();
      received.exchange = exchange.number;
      received.at = exchange.ended - (4 - i) * apart;
      if (i == 4) received.answers = exchange.number;
      received.value =
          i == 4 ? json{{"id", 7}, {"result", json::object()}} : json{{"method", "notifications/progress"}};
    }
    return exchange.request.at;
  };
  Story::replied(story.initialize(), 200, "application/json", kResult);
  const Micros first = progress_call(kMillisecond);
  CHECK(first_of(story).confidence == Confidence::possible);
  SUBCASE("two") {
    progress_call(kMillisecond);
    CHECK(first_of(story).confidence == Confidence::certain);
  }
  SUBCASE("one that was in time") {
    progress_call(150 * kMillisecond);
    CHECK(story.rules().empty());
  }
  SUBCASE("we were late") {
    story.run.trace.stalls.push_back({first + 100 * kMillisecond, 400 * kMillisecond});
    CHECK(story.rules().empty());
  }
}

TEST_CASE("stacks: links and cures of others are left out") {
  Story story;
  Story::replied(story.initialize(), 200, "application/json", kResult);
  for (const int status : {200, 404, 200, 404})
    Story::replied(story.sent("POST", "/mcp", "diagnosis/fresh/0"), status, "application/json", kResult);
  CHECK(first_of(story).cure.find("stateless_http") != std::string::npos);
  CHECK(first_of(story).cure.find("sessionIdGenerator") != std::string::npos);
  for (Exchange& each : story.run.trace.exchanges) add_header(each, "server", "Kestrel");
  CHECK(recognised_stack(story.run) == Stack::dotnet);
  CHECK(first_of(story).cure.find("stateless_http") == std::string::npos);
  for (const std::string& link : first_of(story).links) CHECK(link.find("python-sdk") == std::string::npos);
}

TEST_CASE("stacks: servers are recognised by what they say") {
  struct Sample {
    int status;
    const char *type, *body;
    Headers headers;
    std::string_view what;
    Stack stack;
  };
  const Sample samples[] = {
      {404,
       "application/json",
       R"({"timestamp":"2026","status":404,"error":"Not Found","path":"/x"})",
       {},
       "Spring",
       Stack::jvm},
      {400,
       "application/json",
       R"({"jsonRpcError":{"code":-32600,"message":"Session ID missing"}})",
       {},
       "Java SDK",
       Stack::jvm},
      {404, "", "", {{"Server", "Kestrel"}}, "Kestrel (ASP.NET Core)", Stack::dotnet},
      {404,
       "application/json",
       R"({"error":{"code":-32001,"message":"Session not found"},"id":"","jsonrpc":"2.0"})",
       {},
       "C# SDK",
       Stack::dotnet},
      {422, "text/plain", "Unexpected message, expect initialize request", {}, "Rust SDK (rmcp)", Stack::rust},
      {400,
       "text/plain",
       "Accept must contain both 'application/json' and 'text/event-stream'\n",
       {{"X-Content-Type-Options", "nosniff"}},
       "Go SDK (go-sdk)",
       Stack::go},
      {400,
       "application/json",
       R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"request body is not valid json"}})",
       {},
       "mcp-go",
       Stack::go},
      {404, "application/json", R"({"error":"Session not found"})", {}, "Ruby SDK", Stack::ruby},
      {404, "text/html", "", {{"X-Powered-By", "PHP/8.3.1"}}, "PHP", Stack::php},
      {404, "application/json", R"({"detail":"Not Found"})", {}, "FastAPI", Stack::python},
      {307, "", "", {{"server", "uvicorn"}, {"location", "/mcp/"}}, "Starlette", Stack::python},
      {404, "text/plain", "404 Not Found", {}, "hono", Stack::node},
      {404, "text/html", "<pre>Cannot GET /x</pre>", {}, "Express", Stack::node},
  };
  for (const Sample& sample : samples) {
    CAPTURE(sample.what);
    Story story;
    Exchange& reply = Story::replied(story.initialize(), sample.status, sample.type, sample.body);
    for (const Header& header : sample.headers) reply.blocks.back().headers.push_back(header);
    const std::vector<Likeness> found = looks_like(story.run);
    CHECK(std::any_of(found.begin(), found.end(), [&](const Likeness& each) { return each.what == sample.what; }));
    CHECK(recognised_stack(story.run) == sample.stack);
  }
}

TEST_CASE("contradictions: R-SESSION is silent for a session that has ended, whatever pings of another one say") {
  Story story;
  Story::replied(story.initialize(), 200, "application/json", kResult);
  const auto ping = [&](const char* session, int status) {
    Exchange& sent = story.sent("POST", "/mcp", "diagnosis/fresh/0");
    sent.request.headers.push_back({"Mcp-Session-Id", session});
    Story::replied(sent, status, "application/json", kResult);
  };
  ping("ended", 404);
  ping("ended", 404);
  ping("new", 200);
  ping("new", 200);
  CHECK_FALSE(names(story, "R-SESSION"));
  ping("new", 404);
  CHECK(names(story, "R-SESSION"));
}

TEST_CASE("contradictions: R-RAISES tells what fails after the handshake from what fails since some moment") {
  Story story;
  Story::replied(story.initialize(), 200, "application/json", kResult);
  const auto sent = [&](const char* method, int status) {
    Story::replied(story.sent("POST", "/mcp", "call", {{"method", method}, {"id", 7}}), status, "text/plain", "boom");
  };
  sent("ping", 500);
  sent("tools/list", 500);
  CHECK_FALSE(names(story, "R-RAISES"));  // nobody asked whether initialize is still answered
  Story::replied(story.sent("POST", "/mcp", "diagnosis/new-session"), 200, "application/json", kResult);
  REQUIRE(names(story, "R-RAISES"));
  CHECK(first_of(story).title == "Every request after initialize fails");
  sent("ping", 200);
  CHECK_FALSE(names(story, "R-RAISES"));
}

TEST_CASE("R-REOPEN is not named where every request is refused at that time") {
  const auto told = [](int refused, int afterwards) {
    Story story;
    Story::replied(story.initialize(), 200, "application/json", kResult);
    story.run.server.emplace();
    const auto get = [&](int status, const char* type) {
      Exchange& stream = story.sent("GET", "/mcp", "diagnosis/reopen/get");
      stream.request.headers.push_back({"Accept", "text/event-stream"});
      Story::replied(stream, status, type, "");
    };
    get(200, "text/event-stream");
    get(refused, "text/plain");
    Story::replied(story.sent("POST", "/mcp", "call", {{"method", "ping"}, {"id", 7}}), afterwards, "text/plain",
                   kFails);
    return names(story, "R-REOPEN");
  };
  CHECK(told(409, 200));
  CHECK(told(409, 500));
  CHECK(told(500, 200));
  CHECK_FALSE(told(500, 500));
}

TEST_CASE("R-SESSION is certain only if a session that was refused is known again") {
  const auto told = [](const std::vector<int>& pings) {
    Story story;
    Story::replied(story.initialize(), 200, "application/json", kResult);
    for (const int status : pings) {
      Exchange& ping = story.sent("POST", "/mcp", std::string(diagnosis_purpose::kFresh), {{"method", "ping"}});
      ping.request.headers.push_back({"Mcp-Session-Id", "s"});
      Story::replied(ping, status, "application/json", "{}");
    }
    const std::vector<Diagnosis> all = diagnose(story.run);
    const auto found = std::find_if(all.begin(), all.end(), [](const Diagnosis& d) { return d.rule == "R-SESSION"; });
    REQUIRE(found != all.end());
    return found->confidence;
  };
  CHECK(told({200, 404, 200, 404}) == Confidence::certain);
  CHECK(told({404, 404, 200, 200}) == Confidence::certain);
  CHECK(told({200, 200, 200, 404, 404, 404}) == Confidence::possible);  // it may have ended
}
