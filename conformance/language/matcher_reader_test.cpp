#include <doctest/doctest.h>

#include "conformance/language/reader_test.hpp"

namespace mcplumb {
namespace {

TEST_CASE("suite reader: what is wrong with an expectation is shown with its place") {
  const BrokenSuite rows[] = {
      {"a misspelt path",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {staus: 200}\n",
       "s.yaml:9:18: error: unknown path `staus`; did you mean `status`?\n"
       "          expect: {staus: 200}\n"
       "                   ^\n"},
      {"a misspelt path below timing",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {timing.header-ms: {max: 500}}\n",
       "s.yaml:9:18: error: unknown path `timing.header-ms`; did you mean `headers-ms`?\n"
       "          expect: {timing.header-ms: {max: 500}}\n"
       "                   ^\n"},
      {"a path of another verb",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {cursors: {unique: true}}\n",
       "s.yaml:9:18: error: `cursors` is there only after `pages`\n"
       "          expect: {cursors: {unique: true}}\n"
       "                   ^\n"},
      {"a bracket in a path that is not closed",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {\"result.tools[0.name\": x}\n",
       "s.yaml:9:18: error: `result.tools[0.name` is not a path: `[` is not closed\n"
       "          expect: {\"result.tools[0.name\": x}\n"
       "                   ^\n"},
      {"a header path without a name",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {header: {has: [a]}}\n",
       "s.yaml:9:18: error: a header path needs a field name: header.NAME\n"
       "          expect: {header: {has: [a]}}\n"
       "                   ^\n"},
      {"a misspelt matcher",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {status: {one_off: [200, 202]}}\n",
       "s.yaml:9:27: error: unknown matcher `one_off`; did you mean `one-of`?\n"
       "          expect: {status: {one_off: [200, 202]}}\n"
       "                            ^\n"},
      {"an object where a matcher belongs",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {result: {serverInformation: x}}\n",
       "s.yaml:9:27: error: unknown matcher `serverInformation`; to look into an object use {fields: "
       "{serverInformation: …}} or a longer path\n"
       "          expect: {result: {serverInformation: x}}\n"
       "                            ^\n"},
      {"a regular expression that is wrong",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {body: {matches: '([a-z'}}\n",
       "s.yaml:9:34: error: the regular expression is wrong: missing terminating ] for character class (at character "
       "6)\n"
       "          expect: {body: {matches: '([a-z'}}\n"
       "                                   ^\n"},
      {"an unknown type",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {result: {type: map}}\n",
       "s.yaml:9:33: error: unknown type `map`; known: string, integer, number, boolean, object, array, null\n"
       "          expect: {result: {type: map}}\n"
       "                                  ^\n"},
      {"an unknown format",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {result.uri: {format: url}}\n",
       "s.yaml:9:39: error: unknown format `url`; did you mean `uri`?\n"
       "          expect: {result.uri: {format: url}}\n"
       "                                        ^\n"},
      {"an unknown shape",
       "suite: s\n"
       "title: T\n"
       "shapes: {tool: {type: object}}\n"
       "checks:\n"
       "  - id: a.b\n"
       "    title: T\n"
       "    level: must\n"
       "    steps:\n"
       "      - request: {method: ping}\n"
       "        expect: {result: {shape: tol}}\n",
       "s.yaml:10:34: error: unknown shape `tol`; did you mean `tool`?\n"
       "          expect: {result: {shape: tol}}\n"
       "                                   ^\n"},
      {"a bound that is text",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {status: {max: many}}\n",
       "s.yaml:9:32: error: `max` must be a number, not a text\n"
       "          expect: {status: {max: many}}\n"
       "                                 ^\n"},
      {"absent: false",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {error: {absent: false}}\n",
       "s.yaml:9:34: error: `absent` is only ever true; for the contrary write {present: true}\n"
       "          expect: {error: {absent: false}}\n"
       "                                   ^\n"},
      {"an empty matcher",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {error: {}}\n",
       "s.yaml:9:25: error: an empty matcher says nothing; write {present: true} or {equals: {}}\n"
       "          expect: {error: {}}\n"
       "                          ^\n"},
      {"a header that is null",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {header.x: null}\n",
       "s.yaml:9:28: error: a header is never null; write {absent: true} if it must not be there\n"
       "          expect: {header.x: null}\n"
       "                             ^\n"},
      {"a media type with parameters",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {header.x: {media-type: text/html; charset=utf-8}}\n",
       "s.yaml:9:41: error: `media-type` must be type/subtype without parameters\n"
       "          expect: {header.x: {media-type: text/html; charset=utf-8}}\n"
       "                                          ^\n"},
      {"because outside of require",
       kSteps + "      - request: {method: ping}\n"
                "        expect: {because: x, status: 200}\n",
       "s.yaml:9:18: error: `because` goes with `require`\n"
       "          expect: {because: x, status: 200}\n"
       "                   ^\n"},
      {"several mistakes in one file",
       kHead + "  - id: a.b\n"
               "    titel: T\n"
               "    level: mist\n"
               "    steps:\n"
               "      - request: {method: ping}\n"
               "        expect: {status: {mx: 3}}\n",
       "s.yaml:5:5: error: unknown key `titel` in a check; did you mean `title`?\n"
       "      titel: T\n"
       "      ^\n"
       "s.yaml:6:12: error: unknown level `mist`; did you mean `must`?\n"
       "      level: mist\n"
       "             ^\n"
       "s.yaml:9:27: error: unknown matcher `mx`; did you mean `max`?\n"
       "          expect: {status: {mx: 3}}\n"
       "                            ^\n"},
  };
  for (const BrokenSuite& row : rows) {
    CAPTURE(row.name);
    CHECK(problems_of(row.text) == row.rendered);
  }
}

}  // namespace
}  // namespace mcplumb
