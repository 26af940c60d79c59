#include "reports/junit_report.hpp"

#include <algorithm>
#include <cstdio>
#include <set>

#include "client/text/printable.hpp"
#include "reports/broken_eras.hpp"
#include "reports/diagnosis_text.hpp"
#include "reports/exchange_text.hpp"
#include "reports/repeat_line.hpp"
#include "reports/terminal_report.hpp"

namespace mcplumb {
namespace {

std::string seconds(Micros span) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6f", static_cast<double>(span) / 1e6);
  return text;
}

std::string attribute(const char* name, std::string_view value) {
  return std::string(" ") + name + "=\"" + xml_escaped(value) + "\"";
}

std::string evidence(const Run& run, const Outcome& outcome) {
  std::string text;
  std::set<std::size_t> shown;
  for (const Finding& finding : outcome.findings) {
    text += finding.path + ": expected " + finding.expected + ", got " + finding.actual + "\n";
    if (!finding.exchange || *finding.exchange >= run.trace.exchanges.size()) continue;
    if (!shown.insert(*finding.exchange).second) {
      text += "  exchange #" + std::to_string(*finding.exchange) + ", shown above\n";
      continue;
    }
    const Exchange& exchange = run.trace.exchanges[*finding.exchange];
    text += "  exchange #" + std::to_string(*finding.exchange) + "\n";
    for (const std::string& line : exchange_lines(exchange, 200)) text += "  " + line + "\n";
    text += "  " + repeat_line(run.trace, exchange) + "\n";
  }
  if (!outcome.reason.empty()) text += outcome.reason + "\n";
  if (!outcome.cure.empty()) text += "cure: " + outcome.cure + "\n";
  return text + outcome.spec + "\n";
}

std::string element(const char* name, std::string_view message, std::string_view type, const std::string& text) {
  return std::string("   <") + name + attribute("message", message) + (type.empty() ? "" : attribute("type", type)) +
         (text.empty() ? "/>\n" : ">" + xml_escaped(text) + "</" + name + ">\n");
}

// Why an outcome that is no failure in itself fails the run.
std::string why_news(const Run& run, const Outcome& outcome) {
  const std::string verdict(to_string(outcome.verdict));
  if (!run.baseline || (run.strict && outcome.flaky())) return "flaky, and --strict was given";
  if (outcome.expected)
    return "the baseline expects " + std::string(to_string(outcome.expected->verdict)) + ", and it is " + verdict;
  return "the baseline does not name it, and it is " + verdict;
}

// The tries and runs that went wrong before, or beside, the one that counts.
std::string flaky_elements(const Run& run, const Outcome& outcome) {
  std::string elements;
  for (const EarlierTry& attempt : outcome.earlier) {
    std::string text;
    if (attempt.exchange && *attempt.exchange < run.trace.exchanges.size())
      for (const std::string& line : exchange_lines(run.trace.exchanges[*attempt.exchange], 200)) text += line + "\n";
    elements += element("flakyFailure", attempt.problem, "transport", text);
  }
  if (outcome.runs > 1 && outcome.flaky()) elements += element("flakyFailure", times_broken(outcome), "repeated", "");
  return elements;
}

std::string inside(const Run& run, const Outcome& outcome) {
  if (is_unexpected(run, outcome) && outcome.verdict != Verdict::fail)
    return element("failure", outcome.title + ": " + why_news(run, outcome), to_string(outcome.level),
                   outcome.verdict == Verdict::pass ? "" : evidence(run, outcome));
  if (outcome.expected && outcome.expected->verdict == outcome.verdict && outcome.verdict != Verdict::skip)
    return element("skipped", "expected " + std::string(to_string(outcome.verdict)) + ": " + outcome.expected->reason,
                   "", "");
  switch (outcome.verdict) {
    case Verdict::pass:
      return "";
    case Verdict::fail:
      return element("failure", outcome.title, to_string(outcome.level), evidence(run, outcome));
    case Verdict::skip:
      return element("skipped", outcome.reason, "", "");
    case Verdict::inconclusive:
      return element("error", outcome.reason, "inconclusive", outcome.spec);
    default:
      break;
  }
  return "   <system-out>" +
         xml_escaped(std::string(to_string(outcome.verdict)) + ": " + outcome.title + "\n" + evidence(run, outcome)) +
         "</system-out>\n";
}

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  Micros took = 0;
  void add(const Run& run, const Outcome& outcome) {
    const bool news = is_unexpected(run, outcome);
    const bool known = outcome.expected && outcome.expected->verdict == outcome.verdict && !news;
    ++tests;
    failures += news || (outcome.verdict == Verdict::fail && !known) ? 1 : 0;
    errors += outcome.verdict == Verdict::inconclusive && !known && !news ? 1 : 0;
    skipped += (outcome.verdict == Verdict::skip || known) && !news ? 1 : 0;
    took += outcome.took;
  }
  std::string attributes() const {
    return attribute("tests", std::to_string(tests)) + attribute("failures", std::to_string(failures)) +
           attribute("errors", std::to_string(errors)) + attribute("skipped", std::to_string(skipped));
  }
};

// A case of its own for what kept the checks from running: without it the file would look green.
std::string run_case(const std::string& suite, const char* name, std::string_view message, const std::string& text) {
  return std::string(" <testsuite name=\"") + suite +
         "\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"0\">\n" + "  <testcase classname=\"mcplumb." +
         suite + "\" name=\"" + name + "\" time=\"0\">\n" + element("error", message, suite, text) +
         "  </testcase>\n </testsuite>\n";
}

std::string run_cases(const Run& run, const std::string& prefix, Counts& all) {
  std::string cases, stale;
  std::size_t count = 0;
  const auto add = [&](const char* suite, const char* name, std::string_view message, const std::string& text) {
    cases += run_case(prefix + suite, name, message, text);
    ++count;
  };
  const auto shown = [&](std::optional<std::size_t> number) {
    std::string text;
    if (number && *number < run.trace.exchanges.size())
      for (const std::string& line : exchange_lines(run.trace.exchanges[*number], 200)) text += line + "\n";
    return text;
  };
  if (!run.handshake_problem.empty()) add("handshake", "session", run.handshake_problem, shown(run.first_failure));
  for (const BrokenEra& broken : broken_eras(run))
    add("handshake", ("revision " + broken.revision).c_str(), broken.sentence, shown(broken.exchange));
  if (!run.wanted_revision.empty())
    add("run", "revision", "revision " + run.wanted_revision + " was asked for, and the server answered with another",
        "");
  if (run.stop) add("run", "stopped", run.stop->problem, shown(run.stop->exchange));
  if (run.interrupted) add("run", "complete", why_not_whole(run), "");
  if (!run.undecided.empty()) add("run", "decided", run.undecided, "");
  for (const StaleEntry& entry : run.baseline ? run.baseline->stale : std::vector<StaleEntry>())
    stale += stale_line(entry) + "\n";
  if (!stale.empty()) add("run", "baseline", "the baseline has stale entries", stale);
  all.tests += count;
  all.errors += count;
  return cases;
}

// What explains the failures: a suite without cases, so that it counts nowhere.
std::string diagnosis_suite(const Run& run) {
  if (run.diagnoses.empty() && run.looks_like.empty()) return "";
  std::string properties;
  const auto property = [&](std::string_view name, std::string_view value) {
    properties += "   <property" + attribute("name", name) + attribute("value", value) + "/>\n";
  };
  for (const Diagnosis& diagnosis : run.diagnoses)
    property(diagnosis.rule, std::string(to_string(diagnosis.confidence)) + ": " + diagnosis.title);
  for (const Likeness& likeness : run.looks_like) property("looks-like", likeness.what + ": " + likeness.evidence);
  const std::string text = diagnosis_text(run, Paint(false), 120);
  return " <testsuite name=\"diagnosis\" tests=\"0\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"0\">\n  "
         "<properties>\n" +
         properties + "  </properties>\n" +
         (text.empty() ? "" : "  <system-out>" + xml_escaped(text) + "</system-out>\n") + " </testsuite>\n";
}

}  // namespace

namespace {

std::string_view entity_for(char character) {
  switch (character) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return "";
  }
}

// What XML cannot hold, and what is legal in XML but acts on a terminal or hides text, as it is shown elsewhere.
std::string xml_character(const CodePoint& point) {
  if (!point.valid || point.value == 0xFFFE || point.value == 0xFFFF) return "\xEF\xBF\xBD";
  const bool may_stand = point.bytes == "\n" || point.bytes == "\t" || !is_unprintable(point.value);
  if (!may_stand) return printable(point);
  const std::string_view entity = entity_for(point.bytes.front());
  return std::string(entity.empty() ? point.bytes : entity);
}

}  // namespace

std::string xml_escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    out += xml_character(next);
    text.remove_prefix(next.bytes.size());
  }
  return out;
}

namespace {

// The areas of a run; with a `prefix` ("2025-11-25.") so that runs in several revisions can be told apart.
std::string suites_of(const Run& run, const std::string& prefix) {
  std::string xml;
  for (std::size_t i = 0; i < run.outcomes.size();) {
    std::string cases;
    Counts counts;
    const std::string& suite = run.outcomes[i].suite;
    for (; i < run.outcomes.size() && run.outcomes[i].suite == suite; ++i) {
      const Outcome& outcome = run.outcomes[i];
      counts.add(run, outcome);
      const std::string content = inside(run, outcome) + flaky_elements(run, outcome);
      cases += "  <testcase" + attribute("classname", "mcplumb." + prefix + suite) + attribute("name", outcome.id) +
               attribute("time", seconds(outcome.took)) +
               (content.empty() ? "/>\n" : ">\n" + content + "  </testcase>\n");
    }
    xml += " <testsuite" + attribute("name", prefix + suite) + counts.attributes() +
           attribute("time", seconds(counts.took)) + attribute("timestamp", run.started) + ">\n" + cases +
           " </testsuite>\n";
  }
  return xml;
}

std::string document(const std::string& target, const Counts& all, Micros took, const std::string& suites) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "mcplumb " + target) +
         all.attributes() + attribute("time", seconds(took)) + ">\n" + suites + "</testsuites>\n";
}

}  // namespace

std::string render_junit(const Run& run) {
  Counts all;
  for (const Outcome& outcome : run.outcomes) all.add(run, outcome);
  const std::string first = run_cases(run, "", all);
  return document(run.target, all, run.took, first + suites_of(run, "") + diagnosis_suite(run));
}

std::string render_junit(const Matrix& matrix) {
  Counts all;
  Micros took = 0;
  std::string suites, target;
  for (const Matrix::Column& column : matrix.columns) {
    if (!column.run) continue;
    const Run& run = *column.run;
    for (const Outcome& outcome : run.outcomes) all.add(run, outcome);
    suites += run_cases(run, column.revision + ".", all) + suites_of(run, column.revision + ".") + diagnosis_suite(run);
    took += run.took;
    if (target.empty()) target = run.target;
  }
  return document(target, all, took, suites);
}

}  // namespace mcplumb
