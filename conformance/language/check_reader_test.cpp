#include <doctest/doctest.h>

#include "conformance/language/reader_test.hpp"

namespace mcplumb {
namespace {

TEST_CASE("suite reader: what is wrong with a check is shown with its place") {
  const BrokenSuite rows[] = {
      {"a misspelt key of a check",
       kHead + "  - id: a.b\n"
               "    title: T\n"
               "    levle: must\n"
               "    steps: [{request: {method: ping}, expect: {status: 200}}]\n",
       "s.yaml:6:5: error: unknown key `levle` in a check; did you mean `level`?\n"
       "      levle: must\n"
       "      ^\n"},
      {"an id with capital letters",
       kHead + "  - id: A.b\n"
               "    title: T\n"
               "    level: must\n"
               "    watch: reply\n"
               "    expect: {status: 200}\n",
       "s.yaml:4:9: error: `id` must be small letters and digits, joined by single dots and dashes\n"
       "    - id: A.b\n"
       "          ^\n"},
      {"an id that is taken",
       kCheck + "    watch: reply\n"
                "    expect: {status: 200}\n"
                "  - id: a.b\n"
                "    title: T\n"
                "    level: must\n"
                "    watch: reply\n"
                "    expect: {status: 200}\n",
       "s.yaml:9:9: error: the id `a.b` is taken by s.yaml:4:9\n"
       "    - id: a.b\n"
       "          ^\n"},
      {"an unknown level",
       kHead + "  - id: a.b\n"
               "    title: T\n"
               "    level: most\n"
               "    watch: reply\n"
               "    expect: {status: 200}\n",
       "s.yaml:6:12: error: unknown level `most`; did you mean `must`?\n"
       "      level: most\n"
       "             ^\n"},
      {"a level map with a hole",
       kHead + "  - id: a.b\n"
               "    title: T\n"
               "    level: {..2025-03-26: should, 2025-11-25..: must}\n"
               "    watch: reply\n"
               "    expect: {status: 200}\n",
       "s.yaml:6:12: error: no level for revision 2025-06-18, which the check applies to\n"
       "      level: {..2025-03-26: should, 2025-11-25..: must}\n"
       "             ^\n"},
      {"an unknown revision",
       kCheck + "    revisions: 2025-06-19..\n"
                "    watch: reply\n"
                "    expect: {status: 200}\n",
       "s.yaml:7:16: error: unknown revision `2025-06-19`; did you mean `2025-06-18`?\n"
       "      revisions: 2025-06-19..\n"
       "                 ^\n"},
      {"a range that ends before it begins",
       kCheck + "    revisions: 2025-11-25..2025-03-26\n"
                "    watch: reply\n"
                "    expect: {status: 200}\n",
       "s.yaml:7:16: error: the range ends before it begins\n"
       "      revisions: 2025-11-25..2025-03-26\n"
       "                 ^\n"},
      {"an unknown transport",
       kCheck + "    transports: [http]\n"
                "    watch: reply\n"
                "    expect: {status: 200}\n",
       "s.yaml:7:18: error: unknown transport `http`; known: streamable-http, http-sse, stdio\n"
       "      transports: [http]\n"
       "                   ^\n"},
      {"a misspelt transport",
       kCheck + "    transports: [streamable_http]\n"
                "    watch: reply\n"
                "    expect: {status: 200}\n",
       "s.yaml:7:18: error: unknown transport `streamable_http`; did you mean `streamable-http`?\n"
       "      transports: [streamable_http]\n"
       "                   ^\n"},
      {"a text where a list belongs",
       kCheck + "    mutants: get-404\n"
                "    watch: reply\n"
                "    expect: {status: 200}\n",
       "s.yaml:7:14: error: `mutants` must be a list: write [get-404]\n"
       "      mutants: get-404\n"
       "               ^\n"},
      {"a misspelt need",
       kCheck + "    needs: [sesion-id]\n"
                "    watch: reply\n"
                "    expect: {status: 200}\n",
       "s.yaml:7:13: error: unknown need `sesion-id`; did you mean `session-id`?\n"
       "      needs: [sesion-id]\n"
       "              ^\n"},
      {"an unknown capability",
       kCheck + "    needs: ['cap:tool.listChanged']\n"
                "    watch: reply\n"
                "    expect: {status: 200}\n",
       "s.yaml:7:13: error: unknown capability `tool`; did you mean `tools`?\n"
       "      needs: ['cap:tool.listChanged']\n"
       "              ^\n"},
      {"a deadline without a unit",
       kCheck + "    deadline: 10\n"
                "    watch: reply\n"
                "    expect: {status: 200}\n",
       "s.yaml:7:15: error: `deadline` must be a duration up to 24 hours, as in 200ms, 5s or 2m\n"
       "      deadline: 10\n"
       "                ^\n"},
      {"an unknown use of the session",
       kCheck + "    session: fresh\n"
                "    watch: reply\n"
                "    expect: {status: 200}\n",
       "s.yaml:7:14: error: unknown session use `fresh`; known: shared, own, none\n"
       "      session: fresh\n"
       "               ^\n"},
      {"steps and watch together",
       kCheck + "    watch: reply\n"
                "    steps: [{request: {method: ping}}]\n",
       "s.yaml:7:12: error: a check has either `steps` or `watch`, not both\n"
       "      watch: reply\n"
       "             ^\n"},
      {"neither steps nor watch", kCheck,
       "s.yaml:4:5: error: a check needs `steps`, `watch`, or one step as in `request: tools/list`\n"
       "    - id: a.b\n"
       "      ^\n"},
      {"an unknown kind to watch",
       kCheck + "    watch: replies\n"
                "    expect: {status: 200}\n",
       "s.yaml:7:12: error: unknown kind to watch `replies`; known: reply, stream, message, response, notification, "
       "server-request, run, manifest\n"
       "      watch: replies\n"
       "             ^\n"},
      {"a watch that expects nothing",
       kCheck + "    watch: reply\n"
                "    where: {status: 200}\n",
       "s.yaml:7:12: error: a watching check needs `expect`, `prefer`, `mention` or `conforms`\n"
       "      watch: reply\n"
       "             ^\n"},
      {"a judge without watch: run",
       kCheck + "    watch: reply\n"
                "    judge: j\n"
                "    expect: {status: 200}\n",
       "s.yaml:8:12: error: `judge` goes with `watch: run`\n"
       "      judge: j\n"
       "             ^\n"},
      {"an unknown judge",
       kCheck + "    watch: run\n"
                "    judge: progress-oder\n",
       "s.yaml:8:12: error: unknown judge `progress-oder`; did you mean `progress-order`?\n"
       "      judge: progress-oder\n"
       "             ^\n"},
      {"steps that expect nothing", kSteps + "      - request: {method: ping}\n",
       "s.yaml:8:7: error: no step of this check expects anything\n"
       "        - request: {method: ping}\n"
       "        ^\n"},
  };
  for (const BrokenSuite& row : rows) {
    CAPTURE(row.name);
    CHECK(problems_of(row.text) == row.rendered);
  }
}

}  // namespace
}  // namespace mcplumb
