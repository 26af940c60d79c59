#include "conformance/language/reader.hpp"

#include <doctest/doctest.h>

#include "conformance/language/reader_test.hpp"

namespace mcplumb {
namespace {

const char* const kSuite = R"(suite: sample
title: A sample
defaults: {revisions: 2025-03-26..2025-11-25, transports: [streamable-http], tags: [a]}
shapes:
  tool: {type: object, fields: {name: {type: string}, "description?": {type: string}}}
checks:
  - id: sample.one
    title: A terminated session is answered 404
    level: {2024-11-05..2025-03-26: should, 2025-06-18..: must}
    spec: basic/transports#session-management
    covers: [transport.http.session.terminated-404]
    needs: [session-id, "cap:tools.listChanged", "role:progress"]
    session: own
    tags: [slow]
    mutants: [session-terminated-400]
    deadline: 1.5s
    cure: Answer 404.
    steps:
      - http: {method: DELETE, headers: {X-Count: 012, X-Version: 1.10, Accept: null}}
        require: {because: sessions cannot be ended, status: {min: 200, below: 300}}
        capture: {old: session.id}
      - request: {method: ping}
        deliberate: true
        deadline: 2m
        expect: {status: 404, result.tools: {each: {shape: tool}}}
        prefer: {header.x-a: 1.10, header.x-b: {one-of: [1.0, no]}}
      - listen: {}
      - wait: {for: {json.method: notifications/progress}}
        expect: {event.data: {matches: "^${old}$"}}
      - pause: 200ms
      - repeat:
          times: 3
          until: {result.a: 1}
          steps:
            - pause: "${old.ms}"
            - request: {method: x/update, params: {}, answer: {to: "${old.questions}", most: 1}}
      - for-each:
          in: [1, "1"]
          as: id
          steps:
            - request: {method: ping, id: "${id}"}
              expect: {message.id: "${id}"}

  # about the second
  - id: sample.two
    title: Streams
    level: practice
    watch: reply
    where: {header.content-type: {media-type: text/event-stream}}
    expect: {header.x-accel-buffering: no}

)";

const Suite& sample() {
  static const ReadResult result = read_suite(kSuite, "suites/sample.yaml");
  for (const Diagnostic& problem : result.problems) FAIL_CHECK(render(problem));
  REQUIRE(result.problems.empty());
  REQUIRE(result.suite.checks.size() == 2);
  return result.suite;
}

TEST_CASE("suite reader: a check's own keys win over the defaults") {
  const Check &one = sample().checks[0], &two = sample().checks[1];
  CHECK(one.id == "sample.one");
  CHECK(one.suite == "sample");
  CHECK(one.tags == std::vector<std::string>{"slow"});
  CHECK(two.tags == std::vector<std::string>{"a"});
  CHECK(one.session == SessionUse::own);
  CHECK(two.session == SessionUse::shared);
  CHECK(two.transports == std::vector<std::string>{"streamable-http"});
  CHECK(one.applies_to("2025-06-18"));
  CHECK_FALSE(one.applies_to("2026-07-28"));
  CHECK(one.level_for("2025-03-26") == Level::should);
  CHECK(one.level_for("2025-11-25") == Level::must);
  CHECK(one.deadline == std::chrono::milliseconds(1500));
  CHECK(one.at.line == 7);
}

TEST_CASE("suite reader: steps know their verb, arguments and modifiers") {
  const std::vector<Step>& steps = sample().checks[0].steps;
  REQUIRE(steps.size() == 7);
  CHECK(steps[0].verb == Verb::http);
  CHECK(steps[0].arguments["headers"] ==
        nlohmann::json{{"X-Count", "012"}, {"X-Version", "1.10"}, {"Accept", nullptr}});
  CHECK(steps[0].require.because == "sessions cannot be ended");
  CHECK(steps[0].require.all.size() == 1);
  CHECK(steps[0].capture[0] == std::pair<std::string, std::string>{"old", "session.id"});
  CHECK(steps[1].deliberate);
  CHECK(steps[1].deadline == std::chrono::minutes(2));
  CHECK(steps[2].as == "stream");
  CHECK(steps[3].on == "stream");
  CHECK(steps[3].until.all[0].path == "json.method");
  CHECK_FALSE(steps[3].arguments.contains("for"));
  CHECK(steps[4].arguments == 200);
  CHECK(steps[5].arguments == nlohmann::json{{"times", 3}});
  CHECK(steps[5].until.all[0].path == "result.a");
  CHECK(steps[5].steps[0].arguments == "${old.ms}");
  CHECK(steps[5].steps[1].arguments["answer"] == nlohmann::json{{"to", "${old.questions}"}, {"most", 1}});
  CHECK(steps[6].arguments == nlohmann::json{{"in", {1, "1"}}, {"as", "id"}});
  CHECK(steps[6].steps.size() == 1);
}

TEST_CASE("suite reader: a header is compared with the text as it is written") {
  const Expectations& prefer = sample().checks[0].steps[1].prefer;
  CHECK(prefer.all[0].matcher.clauses[0].value == "1.10");
  CHECK(prefer.all[1].matcher.clauses[0].value == nlohmann::json{"1.0", "no"});
  CHECK(sample().checks[0].steps[1].expect.all[0].matcher.clauses[0].value == 404);
}

TEST_CASE("suite reader: a check keeps its text, moved to the left and without what follows") {
  const std::string& source = sample().checks[0].source;
  CHECK(source.substr(0, 15) == "id: sample.one\n");
  CHECK(source.find("\nsteps:\n  - http:") != std::string::npos);
  CHECK(source.substr(source.size() - 36) == "      expect: {message.id: \"${id}\"}\n");
  CHECK(sample().checks[1].source.substr(0, 15) == "id: sample.two\n");
}

TEST_CASE("suite reader: a suite may be JSON") {
  const ReadResult result = read_suite(R"({
    "suite": "j", "title": "J",
    "checks": [{"id": "j.one", "title": "One", "level": "must",
                "steps": [{"request": {"method": "ping", "params": {"n": 9007199254740993, "no": "no"}},
                           "expect": {"status": 200, "header.x": "5"}}]}]
  })",
                                       "j.json");
  REQUIRE(result.problems.empty());
  CHECK(result.suite.checks[0].steps[0].arguments["params"]["n"] == 9007199254740993);
}

TEST_CASE("suite reader: an id may be taken by another suite") {
  ReaderContext context;
  context.taken = {{"sample.two", "other.yaml:4:9"}};
  const ReadResult result = read_suite(kSuite, "sample.yaml", context);
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].message == "the id `sample.two` is taken by other.yaml:4:9");
}

TEST_CASE("suite reader: a built-in suite is called like its file") {
  ReaderContext context;
  context.named_as_file = true;
  CHECK(read_suite(kSuite, "suites/sample.yaml", context).problems.empty());
  const ReadResult result = read_suite(kSuite, "suites/other.yaml", context);
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].message == "a suite is called like its file: `other`");
}

TEST_CASE("suite reader: names from outside are known") {
  ReaderContext context;
  const std::string text = kSteps + "      - request: {method: '${tool}'}\n        expect: {status: 200}\n";
  CHECK(read_suite(text, "s.yaml", context).problems.size() == 1);
  context.variables = {{"tool", "echo"}};
  CHECK(read_suite(text, "s.yaml", context).problems.empty());
}

TEST_CASE("suite reader: the number of mistakes shown is bounded") {
  std::string text = kHead;
  for (int i = 0; i < 100; ++i) text += "  - {id: a" + std::to_string(i) + ", title: T, level: most}\n";
  CHECK(read_suite(text, "s.yaml").problems.size() == 20);
}

TEST_CASE("suite reader: what every verb takes is accepted") {
  const std::string text = kSteps + R"(
      - open: {revision: "1900-01-01", capabilities: {roots: {}}, initialized: false, headers: {X: y}}
        as: second
        expect: {session.id: {present: true}, server.info.name: {type: string}}
      - notify: {method: notifications/initialized, params: {}, headers: {X: null}}
        session: second
        expect: {status: {one-of: [202, 204]}}
      - request: {method: ping, id: null}
        session: none
        mention: {failure.kind: {absent: true}, stream.ended-by: server, var.random: {size: 16}}
      - parallel:
          - request: {method: ping}
          - http: {method: POST, json: [1]}
      - repeat: {times: 3, steps: [{call: {role: progress, arguments: {}, progress: true}}]}
      - pages: {method: tools/list, limit: 5}
        expect: {items: {unique: name}, ended: true, last.header.x: 1, last.status: 200}
      - listen: {headers: {Last-Event-ID: 5}}
        as: s
      - close: {}
        on: s
)";
  CHECK(problems_of(text) == "");
}

TEST_CASE("suite reader: what every kind of watching takes is accepted") {
  const std::string text =
      kCheck +
      "    watch: message\n"
      "    where: {kind: response, on.header.x: y, request.method: ping}\n"
      "    expect: {message: {has: [jsonrpc]}, problem: {absent: true}, session.initialized: true}\n"
      "  - {id: c, title: T, level: may, watch: run, judge: session-ids}\n";
  CHECK(problems_of(text) == "");
}

}  // namespace
}  // namespace mcplumb
