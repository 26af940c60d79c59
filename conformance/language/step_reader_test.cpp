#include <doctest/doctest.h>

#include "conformance/language/reader_test.hpp"

namespace mcplumb {
namespace {

TEST_CASE("suite reader: what is wrong with a step is shown with its place") {
  const BrokenSuite rows[] = {
      {"a misspelt verb",
       kSteps + "      - reqest: {method: ping}\n"
                "        expect: {status: 200}\n",
       "s.yaml:8:9: error: unknown verb `reqest`; did you mean `request`?\n"
       "        - reqest: {method: ping}\n"
       "          ^\n"},
      {"two verbs in a step",
       kSteps + "      - request: {method: ping}\n"
                "        pause: 1s\n"
                "        expect: {status: 200}\n",
       "s.yaml:9:9: error: a step has one verb; `pause` belongs in a step of its own\n"
       "          pause: 1s\n"
       "          ^\n"},
      {"a step without a verb", kSteps + "      - expect: {status: 200}\n",
       "s.yaml:8:9: error: a step needs a verb, as in `request:` or `open:`\n"
       "        - expect: {status: 200}\n"
       "          ^\n"},
      {"a misspelt modifier",
       kSteps + "      - request: {method: ping}\n"
                "        expct: {status: 200}\n",
       "s.yaml:9:9: error: unknown key `expct` in a step; did you mean `expect`?\n"
       "          expct: {status: 200}\n"
       "          ^\n"},
      {"a modifier of another verb",
       kSteps + "      - request: {method: ping}\n"
                "        on: stream\n"
                "        expect: {status: 200}\n",
       "s.yaml:9:9: error: `on` does not go with `request`\n"
       "          on: stream\n"
       "          ^\n"},
      {"expectations on a container",
       kSteps + "      - repeat: {times: 2, steps: [{request: {method: ping}}]}\n"
                "        expect: {status: 200}\n",
       "s.yaml:9:9: error: `expect` does not go with `repeat`; it belongs to the steps inside\n"
       "          expect: {status: 200}\n"
       "          ^\n"},
      {"an unknown argument",
       kSteps + "      - request: {methode: ping}\n"
                "        expect: {status: 200}\n",
       "s.yaml:8:19: error: unknown key `methode` in `request`; did you mean `method`?\n"
       "        - request: {methode: ping}\n"
       "                    ^\n"},
      {"an HTTP method in small letters",
       kSteps + "      - http: {method: post}\n"
                "        expect: {status: 200}\n",
       "s.yaml:8:24: error: `method` of `http` must be an HTTP method in capital letters, as in POST\n"
       "        - http: {method: post}\n"
       "                         ^\n"},
      {"body and json together",
       kSteps + "      - http: {method: POST, body: x, json: {}}\n"
                "        expect: {status: 200}\n",
       "s.yaml:8:45: error: give `body` or `json`, not both\n"
       "        - http: {method: POST, body: x, json: {}}\n"
       "                                              ^\n"},
      {"a call without a tool",
       kSteps + "      - call: {arguments: {}}\n"
                "        expect: {status: 200}\n",
       "s.yaml:8:9: error: `call` needs either `role` or `tool`\n"
       "        - call: {arguments: {}}\n"
       "          ^\n"},
      {"a wait before any listen",
       kSteps + "      - wait: {}\n"
                "        expect: {status: 200}\n",
       "s.yaml:8:9: error: `wait` needs `on:` with the name that `as` gave to a step before\n"
       "        - wait: {}\n"
       "          ^\n"},
      {"a stream that nobody opened",
       kSteps + "      - listen: {}\n"
                "        as: first\n"
                "      - wait: {}\n"
                "        on: frist\n"
                "        expect: {status: 200}\n",
       "s.yaml:11:13: error: no stream `frist` is opened before; did you mean `first`?\n"
       "          on: frist\n"
       "              ^\n"},
      {"a session that nobody opened",
       kSteps + "      - request: {method: ping}\n"
                "        session: other\n"
                "        expect: {status: 200}\n",
       "s.yaml:9:18: error: no session `other` is opened before; known: main\n"
       "          session: other\n"
       "                   ^\n"},
      {"a wait inside parallel",
       kSteps + "      - listen: {}\n"
                "      - parallel: [{wait: {}}, {request: {method: ping}, expect: {status: 200}}]\n",
       "s.yaml:9:20: error: `parallel` holds request, notify and http steps\n"
       "        - parallel: [{wait: {}}, {request: {method: ping}, expect: {status: 200}}]\n"
       "                     ^\n"},
      {"a request in the background inside parallel",
       kSteps + "      - parallel: [{request: {method: ping}, as: late, expect: {status: 200}}]\n",
       "s.yaml:8:50: error: `as` does not go into `parallel`\n"
       "        - parallel: [{request: {method: ping}, as: late, expect: {status: 200}}]\n"
       "                                                   ^\n"},
      {"an await that waits for nothing",
       kSteps + "      - await: {}\n"
                "        expect: {method: ping}\n",
       "s.yaml:8:16: error: `await` needs `for`\n"
       "        - await: {}\n"
       "                 ^\n"},
      {"a repeat without times",
       kSteps + "      - repeat: {steps: [{request: {method: ping}, expect: {status: 200}}]}\n",
       "s.yaml:8:9: error: `repeat` needs `times` and `steps`\n"
       "        - repeat: {steps: [{request: {method: ping}, expect: {status: 200}}]}\n"
       "          ^\n"},
      {"an answer to nothing",
       kSteps + "      - request: {method: x/update, answer: {most: 1}}\n"
                "        expect: {status: 200}\n",
       "s.yaml:8:45: error: `answer` needs `to`\n"
       "        - request: {method: x/update, answer: {most: 1}}\n"
       "                                              ^\n"},
      {"a pause for an unknown span",
       kSteps + "      - pause: \"${interval}\"\n"
                "      - request: {method: ping}\n"
                "        expect: {status: 200}\n",
       "s.yaml:8:16: error: unknown name `${interval}`\n"
       "        - pause: \"${interval}\"\n"
       "                 ^\n"},
      {"a name that is not captured",
       kSteps + "      - request: {method: ping, params: {a: '${curser}'}}\n"
                "        capture: {cursor: result.nextCursor}\n"
                "        expect: {status: 200}\n"
                "      - request: {method: ping, params: {a: '${curser}'}}\n",
       "s.yaml:8:45: error: unknown name `${curser}`\n"
       "        - request: {method: ping, params: {a: '${curser}'}}\n"
       "                                              ^\n"
       "s.yaml:11:45: error: unknown name `${curser}`; did you mean `cursor`?\n"
       "        - request: {method: ping, params: {a: '${curser}'}}\n"
       "                                              ^\n"},
      {"a name that is not closed",
       kSteps + "      - request: {method: 'ping${random'}\n"
                "        expect: {status: 200}\n",
       "s.yaml:8:27: error: `${` is not closed; write `$${` for the text `${`\n"
       "        - request: {method: 'ping${random'}\n"
       "                            ^\n"},
      {"a capture called like a built-in name",
       kSteps + "      - request: {method: ping}\n"
                "        capture: {random: status}\n"
                "        expect: {status: 200}\n",
       "s.yaml:9:19: error: `random` is a built-in name\n"
       "          capture: {random: status}\n"
       "                    ^\n"},
  };
  for (const BrokenSuite& row : rows) {
    CAPTURE(row.name);
    CHECK(problems_of(row.text) == row.rendered);
  }
}

TEST_CASE("suite reader: answers are what can be answered, and words for a form answer nothing else") {
  const auto problems_with = [](const std::string& answers) {
    return problems_of(kSteps + "      - open: {answers: " + answers +
                       "}\n        expect: {result: {present: true}}\n");
  };
  for (const char* good : {"{elicitation/create: accept}", "{roots/list: silent, ping: {error: {code: 1}}}",
                           "{elicitation/create: [invalid, {result: {}}]}", "{roots/list: '${random}'}",
                           "{elicitation/create: {enter: bob}}"})
    CHECK(problems_with(good) == "");
  for (const char* bad : {"[silent]", "{elicitation/create: perhaps}", "{roots/list: accept}",
                          "{roots/list: {result: {}, error: {}}}", "{roots/list: []}", "{roots/list: {enter: bob}}"})
    CHECK(problems_with(bad).find("error: ") != std::string::npos);
  CHECK(problems_with("{elicitation/creat: decline}")
            .find("servers do not ask for `elicitation/creat`, but for elicitation/create, sampling/createMessage") !=
        std::string::npos);
}

TEST_CASE("suite reader: a request in the background is known by its name, a role by its need") {
  const std::string text = kCheck +
                           "    needs: [\"role:slow\"]\n"
                           "    steps:\n"
                           "      - request: {method: tools/call, params: {name: '${role.slow}'}}\n"
                           "        as: running\n"
                           "        capture: {id: request.id}\n"
                           "      - await: {for: {method: notifications/progress}}\n"
                           "        expect: {params.progress: {min: 0}}\n"
                           "      - finish: {}\n"
                           "        on: running\n"
                           "        expect: {seen: {size: {min: 1}}}\n";
  CHECK(problems_of(text) == "");
}

}  // namespace
}  // namespace mcplumb
