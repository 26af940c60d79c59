#include "reports/junit_report.hpp"

#include <cstdio>
#include <set>

#include "conformance/script/diagnostic.hpp"
#include "reports/diagnosis_text.hpp"
#include "reports/exchange_text.hpp"
#include "reports/repeat_line.hpp"

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
  if (outcome.findings.empty() && !outcome.reason.empty()) text += outcome.reason + "\n";
  if (!outcome.cure.empty()) text += "cure: " + outcome.cure + "\n";
  return text + outcome.spec + "\n";
}

std::string element(const char* name, std::string_view message, std::string_view type, const std::string& text) {
  return std::string("   <") + name + attribute("message", message) + (type.empty() ? "" : attribute("type", type)) +
         (text.empty() ? "/>\n" : ">" + xml_escaped(text) + "</" + name + ">\n");
}

std::string inside(const Run& run, const Outcome& outcome) {
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
  void add(const Outcome& outcome) {
    ++tests;
    failures += outcome.verdict == Verdict::fail ? 1 : 0;
    errors += outcome.verdict == Verdict::inconclusive ? 1 : 0;
    skipped += outcome.verdict == Verdict::skip ? 1 : 0;
    took += outcome.took;
  }
  std::string attributes() const {
    return attribute("tests", std::to_string(tests)) + attribute("failures", std::to_string(failures)) +
           attribute("errors", std::to_string(errors)) + attribute("skipped", std::to_string(skipped));
  }
};

// A case of its own for what kept the checks from running: without it the file would look green.
std::string run_case(const char* suite, const char* name, std::string_view message, const std::string& text) {
  return std::string(" <testsuite name=\"") + suite +
         "\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"0\">\n" + "  <testcase classname=\"mcplumb." +
         suite + "\" name=\"" + name + "\" time=\"0\">\n" + element("error", message, suite, text) +
         "  </testcase>\n </testsuite>\n";
}

std::string run_cases(const Run& run, Counts& all) {
  std::string cases, text;
  if (run.first_failure && *run.first_failure < run.trace.exchanges.size())
    for (const std::string& line : exchange_lines(run.trace.exchanges[*run.first_failure], 200)) text += line + "\n";
  if (!run.handshake_problem.empty()) cases += run_case("handshake", "session", run.handshake_problem, text);
  if (run.interrupted) cases += run_case("run", "complete", "the run was interrupted", "");
  const std::size_t count = (run.handshake_problem.empty() ? 0U : 1U) + (run.interrupted ? 1U : 0U);
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

std::string xml_escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto byte = static_cast<unsigned char>(text.front());
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    if (length == 0 || character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF") {
      out += "\xEF\xBF\xBD";
    } else if (byte < 0x20 && byte != '\n' && byte != '\t') {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\x%02x", byte);
      out += escape;
    } else if (byte == '&') {
      out += "&amp;";
    } else if (byte == '<') {
      out += "&lt;";
    } else if (byte == '>') {
      out += "&gt;";
    } else if (byte == '"') {
      out += "&quot;";
    } else {
      out += character;
    }
    text.remove_prefix(character.size());
  }
  return out;
}

std::string render_junit(const Run& run) {
  Counts all;
  for (const Outcome& outcome : run.outcomes) all.add(outcome);
  const std::string first = run_cases(run, all);
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" +
                    attribute("name", "mcplumb " + run.target) + all.attributes() +
                    attribute("time", seconds(run.took)) + ">\n";
  xml += first;
  for (std::size_t i = 0; i < run.outcomes.size();) {
    std::string cases;
    Counts counts;
    const std::string& suite = run.outcomes[i].suite;
    for (; i < run.outcomes.size() && run.outcomes[i].suite == suite; ++i) {
      const Outcome& outcome = run.outcomes[i];
      counts.add(outcome);
      const std::string content = inside(run, outcome);
      cases += "  <testcase" + attribute("classname", "mcplumb." + suite) + attribute("name", outcome.id) +
               attribute("time", seconds(outcome.took)) +
               (content.empty() ? "/>\n" : ">\n" + content + "  </testcase>\n");
    }
    xml += " <testsuite" + attribute("name", suite) + counts.attributes() + attribute("time", seconds(counts.took)) +
           attribute("timestamp", run.started) + ">\n" + cases + " </testsuite>\n";
  }
  return xml + diagnosis_suite(run) + "</testsuites>\n";
}

}  // namespace mcplumb
