#include "reports/junit_report.hpp"

#include <doctest/doctest.h>

#include "reports/sample_runs.hpp"

using namespace mcplumb;

TEST_CASE("junit: text is legal XML 1.0 whatever the server sent") {
  CHECK(xml_escaped("<a b=\"1\">&]]>") == "&lt;a b=&quot;1&quot;&gt;&amp;]]&gt;");
  CHECK(xml_escaped(std::string_view("\0\x1b\r\x0c", 4)) == "\\x00\\x1b\\x0d\\x0c");
  CHECK(xml_escaped("a\tb\n") == "a\tb\n");
  CHECK(xml_escaped("\xef\xbf\xbe\xef\xbf\xbf\xff\xed\xa0\x80") ==
        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(xml_escaped("größe €") == "größe €");
}

TEST_CASE("junit: text neither acts on a terminal nor hides other text") {
  CHECK(xml_escaped("a\u202Eb\u2028c\uFEFF") == "a\\u202eb\\u2028c\\ufeff");
  CHECK(xml_escaped("\x7f\u009b31m") == "\\x7f\\u009b31m");
}

TEST_CASE("junit: a failure without findings gives its reason") {
  const std::string xml = render_junit(sample::failing_run());
  CHECK(xml.find("the judge gave no finding") != xml.npos);
}

TEST_CASE("junit: one exchange is shown once in a case") {
  Run run = sample::failing_run();
  run.outcomes = {run.outcomes[4]};
  REQUIRE(run.outcomes[0].id == "tools.progress");
  const std::string xml = render_junit(run);
  CHECK(xml.find("curl -i") == xml.rfind("curl -i"));
  CHECK(xml.find("exchange #1, shown above") != xml.npos);
}

TEST_CASE("junit: an era or a revision that does not work, and one that was not agreed on, are errors") {
  Run era = sample::passing_run(), revision = era, wanted = era;
  era.other_era.emplace();
  era.other_era->revision = "2025-11-25";
  era.other_era->problem = "HTTP 500";
  revision.revisions = {{"2025-06-18", RevisionLook::Found::broken, "tools/list: HTTP 500", std::nullopt}};
  wanted.wanted_revision = "2025-03-26";
  CHECK(render_junit(era).find("revision 2025-11-25") != std::string::npos);
  CHECK(render_junit(revision).find("tools/list: HTTP 500") != std::string::npos);
  for (const Run& run : {era, revision, wanted}) CHECK(render_junit(run).find("errors=\"1\"") != std::string::npos);
  revision.revisions[0].found = RevisionLook::Found::refused;
  CHECK(render_junit(revision).find("errors=\"1\"") == std::string::npos);
}

TEST_CASE("junit: a run without a session, or an interrupted one, has an error of its own") {
  for (const Run& run : {sample::refused(), sample::interrupted()})
    CHECK(render_junit(run).find("errors=\"1\"") != std::string::npos);
  CHECK(render_junit(sample::passing_run()).find("errors=\"1\"") == std::string::npos);
}
