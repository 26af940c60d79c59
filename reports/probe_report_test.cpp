#include "reports/probe_report.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "reports/sample_runs.hpp"

using namespace mcplumb;

TEST_CASE("probe: a server that does well is shown in few lines") {
  Probe probe = sample::probe();
  probe.run = sample::passing_run();
  probe.profile.counts.pop_back();
  probe.profile.post->content_encoding.clear();
  const std::string text = render_probe(probe, {});
  CHECK(std::count(text.begin(), text.end(), '\n') <= 20);
  CHECK(text.find("0 failures, 0 warnings, 0 notes in 1 request.") != text.npos);
}

TEST_CASE("probe: a list that could not be read is said in the last line too") {
  const std::string text = render_probe(sample::probe(), {});
  CHECK(text.find("error -32603") != text.npos);
  CHECK(text.find("1 list could not be read; 2 failures") != text.npos);
}

TEST_CASE("probe: what could not be judged, and a failure without findings, are shown") {
  const std::string text = render_probe(sample::probe(), {});
  CHECK(text.find("inconclusive  tools.cancel: the call ended") != text.npos);
  CHECK(text.find("fail  tools.bare: the judge gave no finding") != text.npos);
}

TEST_CASE("probe: notes are counted, and shown if asked for") {
  CHECK(render_probe(sample::probe(), {}).find("note  tools.title") == std::string::npos);
  CHECK(render_probe(sample::probe(), {false, 80, true}).find("note  tools.title") != std::string::npos);
}

TEST_CASE("probe: a profile that found next to nothing is shown without inventing numbers") {
  Probe probe;
  probe.run = sample::passing_run();
  const std::string text = render_probe(probe, {});
  CHECK(text.find("Revisions  2025-11-25\n") != text.npos);
  CHECK(text.find("initialize ?") != text.npos);
}
