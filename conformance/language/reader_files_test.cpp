#include <doctest/doctest.h>

#include "conformance/language/reader_test.hpp"

namespace mcplumb {
namespace {

TEST_CASE("suite reader: what is wrong with a file is shown with its place") {
  const BrokenSuite rows[] = {
      {"an empty file", "# nothing\n",
       "s.yaml:2:1: error: the file is empty\n"
       "  \n"
       "  ^\n"},
      {"a bracket that is not closed",
       "suite: s\n"
       "title: [a, b\n"
       "checks: x\n",
       "s.yaml:3:7: error: did not find expected ',' or ']' (while parsing a flow sequence that starts in line 2)\n"
       "  checks: x\n"
       "        ^\n"},
      {"a quote that is not closed",
       "suite: \"s\n"
       "title: T\n",
       "s.yaml:3:1: error: found unexpected end of stream (while scanning a quoted scalar that starts in line 1)\n"
       "  \n"
       "  ^\n"},
      {"a tab as indentation",
       "suite: s\n"
       "checks:\n"
       "\t- id: a\n",
       "s.yaml:3:1: error: a tab cannot indent; use spaces\n"
       "   - id: a\n"
       "  ^\n"},
      {"a text that starts with @",
       "suite: @s\n"
       "title: T\n",
       "s.yaml:1:8: error: a text cannot start with `@`; quote it\n"
       "  suite: @s\n"
       "         ^\n"},
      {"a key given twice",
       "suite: s\n"
       "title: T\n"
       "suite: t\n"
       "checks: [{id: g, title: G, level: may, watch: reply, expect: {status: 200}}]\n",
       "s.yaml:3:1: error: the key `suite` is given twice; the first is in line 1\n"
       "  suite: t\n"
       "  ^\n"},
      {"a key that is a list",
       "suite: s\n"
       "title: T\n"
       "? [a]\n"
       ": b\n"
       "checks: [{id: g, title: G, level: may, watch: reply, expect: {status: 200}}]\n",
       "s.yaml:3:3: error: a key must be text, not a list\n"
       "  ? [a]\n"
       "    ^\n"},
      {"an anchor and its alias",
       "suite: &x s\n"
       "title: *x\n"
       "checks: [{id: g, title: G, level: may, watch: reply, expect: {status: 200}}]\n",
       "s.yaml:1:8: error: anchors are not allowed: remove `&x`\n"
       "  suite: &x s\n"
       "         ^\n"
       "s.yaml:2:8: error: aliases are not allowed: write the value of `*x` again\n"
       "  title: *x\n"
       "         ^\n"},
      {"a tag",
       "suite: !!str s\n"
       "title: T\n"
       "checks: [{id: g, title: G, level: may, watch: reply, expect: {status: 200}}]\n",
       "s.yaml:1:8: error: tags are not allowed: remove `!!str`\n"
       "  suite: !!str s\n"
       "         ^\n"},
      {"a second document",
       "suite: s\n"
       "---\n"
       "suite: t\n",
       "s.yaml:2:1: error: a suite file holds one document; a second one starts here\n"
       "  ---\n"
       "  ^\n"},
      {"a value that is missing",
       "suite:\n"
       "title: T\n"
       "checks: [{id: g, title: G, level: may, watch: reply, expect: {status: 200}}]\n",
       "s.yaml:1:7: error: a value is missing; write null, \"\", [] or {}\n"
       "  suite:\n"
       "        ^\n"},
      {"a number that does not fit",
       "suite: s\n"
       "title: 1e999\n"
       "checks: [{id: g, title: G, level: may, watch: reply, expect: {status: 200}}]\n",
       "s.yaml:2:8: error: the number does not fit; quote it if text is meant\n"
       "  title: 1e999\n"
       "         ^\n"},
      {"bytes that are not UTF-8",
       "suite: s\n"
       "title: T\xff\n",
       "s.yaml:2:9: error: the file is not UTF-8\n"
       "  title: T\\xff\n"
       "          ^\n"},
      {"a list instead of a suite", "[a]\n",
       "s.yaml:1:1: error: a suite file must be a map, not a list\n"
       "  [a]\n"
       "  ^\n"},
      {"an unknown key of the suite",
       "suite: s\n"
       "titel: T\n"
       "checks: [{id: g, title: G, level: may, watch: reply, expect: {status: 200}}]\n",
       "s.yaml:2:1: error: unknown key `titel` in a suite file; did you mean `title`?\n"
       "  titel: T\n"
       "  ^\n"},
      {"an unknown default",
       "suite: s\n"
       "title: T\n"
       "defaults: {revision: 2025-06-18}\n"
       "checks: [{id: g, title: G, level: may, watch: reply, expect: {status: 200}}]\n",
       "s.yaml:3:12: error: unknown key `revision` in `defaults`; did you mean `revisions`?\n"
       "  defaults: {revision: 2025-06-18}\n"
       "             ^\n"},
      {"a shape that uses itself",
       "suite: s\n"
       "title: T\n"
       "shapes:\n"
       "  tree: {type: object, fields: {left: {shape: tree}}}\n"
       "checks: [{id: g, title: G, level: may, watch: reply, expect: {status: 200}}]\n",
       "s.yaml:4:3: error: the shape `tree` leads back to itself\n"
       "    tree: {type: object, fields: {left: {shape: tree}}}\n"
       "    ^\n"},
  };
  for (const BrokenSuite& row : rows) {
    CAPTURE(row.name);
    CHECK(problems_of(row.text) == row.rendered);
  }
}

}  // namespace
}  // namespace mcplumb
