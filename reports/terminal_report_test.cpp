#include "reports/terminal_report.hpp"

#include <doctest/doctest.h>

#include "reports/progress.hpp"
#include "reports/sample_runs.hpp"

using namespace mcplumb;

namespace {

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("terminal: the verdict is one sentence, by cause") {
  CHECK(verdict_sentence(sample::passing_run()) == "The server conforms.");
  CHECK(verdict_sentence(sample::failing_run()) == "The server does not conform: 2 checks failed.");
  CHECK(verdict_sentence(sample::strict()) == "The server does not conform: 1 check failed.");
  CHECK(verdict_sentence(sample::handshake_500()) == "The server does not conform: no session could be opened.");
  CHECK(verdict_sentence(sample::refused()) == "The server could not be reached.");
  Run ended_early = sample::interrupted();
  CHECK(verdict_sentence(ended_early) == "No verdict: the run was interrupted.");
  ended_early.cancelled = false;
  CHECK(verdict_sentence(ended_early) == "No verdict: the run is not whole: --total-deadline passed.");
  CHECK(verdict_sentence(sample::empty_run()) == "No verdict: nothing was judged.");
  Run closed = sample::handshake_500();
  closed.trace.exchanges[0].blocks[0].status = 401;
  CHECK(verdict_sentence(closed).find("refuses the credentials") != std::string::npos);
  Run beyond = sample::handshake_500();
  beyond.trace.exchanges[0].failure = Failure{FailureKind::too_large, "more than 9 bytes, mcplumb's own limit", 1};
  CHECK(verdict_sentence(beyond).starts_with("No verdict: "));
  beyond.diagnoses.emplace_back().weight = Weight::failure;
  beyond.diagnoses.back().confidence = Confidence::certain;
  CHECK(verdict_sentence(beyond).starts_with("There is no session, and clients will not work well: "));
  Run warned = sample::passing_run();
  warned.outcomes[0].verdict = Verdict::warn;
  CHECK(verdict_sentence(warned) == "The server conforms, with warnings.");
  warned.outcomes[1].verdict = Verdict::inconclusive;
  CHECK(verdict_sentence(warned) == "No verdict: 1 check could not be judged.");
}

TEST_CASE("terminal: the counts are one line") {
  CHECK(summary_line(summarize(sample::failing_run())) ==
        "3 passed, 2 failed, 1 warning, 1 note, 3 skipped, 1 inconclusive");
  CHECK(summary_line(Summary{}) == "0 passed, 0 failed, 0 warnings, 0 notes, 0 skipped");
}

TEST_CASE("terminal: an exchange is printed once") {
  const std::string text = render_terminal(sample::failing_run(), {});
  CHECK(times(text, "the connection was cut after 512 bytes") == 1);
  CHECK(times(text, "#1, shown above") == 1);
}

TEST_CASE("terminal: what stopped the handshake stands before everything else") {
  const std::string text = render_terminal(sample::handshake_500(), {});
  CHECK(text.find("No session: ") < text.find("HTTP/1.1 500"));
  CHECK(text.find("HTTP/1.1 500") < text.find("skipped"));
}

TEST_CASE("terminal: ids of skipped checks come only if asked for, reasons always") {
  CHECK(times(render_terminal(sample::failing_run(), {}), "prompts.unknown") == 0);
  CHECK(times(render_terminal(sample::failing_run(), {false, 80, true}), "prompts.unknown") == 1);
  CHECK(times(render_terminal(sample::failing_run(), {}), "3  the server does not declare prompts") == 1);
}

TEST_CASE("terminal: a reference to an exchange that is not there does no harm") {
  Run run = sample::strict();
  run.outcomes.back().findings[0].exchange = 99;
  run.first_failure = 99;
  run.handshake_problem = "x";
  CHECK(render_terminal(run, {}).find("No session: x") != std::string::npos);
}

TEST_CASE("progress: one line, shorter than the screen") {
  CHECK(progress_line(11, 74, "sessions.id", 80) == "[12/74] sessions.id");
  CHECK(progress_line(0, 174, "a", 80) == "[  1/174] a");
  CHECK(progress_line(74, 74, "a", 80) == "[74/74] a");
  CHECK(progress_line(1, 9, "a-rather-long-id", 12) == "[2/9] a-rat");
  CHECK(progress_line(1, 9, "a", 0).size() == 1);
}
