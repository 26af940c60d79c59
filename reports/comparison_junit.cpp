#include "reports/comparison_report.hpp"
#include "reports/junit_report.hpp"

namespace mcplumb {
namespace {

struct Cases {
  std::string xml;
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;

  void add(const std::string& suite, const std::string& name, const std::string& content) {
    ++tests;
    xml += "  <testcase classname=\"mcplumb.gate." + suite + "\" name=\"" + xml_escaped(name) + "\" time=\"0\"" +
           (content.empty() ? "/>\n" : ">\n" + content + "  </testcase>\n");
  }
  std::string counts() const {
    return " tests=\"" + std::to_string(tests) + "\" failures=\"" + std::to_string(failures) + "\" errors=\"" +
           std::to_string(errors) + "\" skipped=\"" + std::to_string(skipped) + "\"";
  }
};

std::string body_of(const Change& change) {
  std::string text = change.what + "\n";
  if (!change.before.empty()) text += "before: " + change.before + "\n";
  if (!change.after.empty()) text += "after: " + change.after + "\n";
  return text;
}

void add_change(Cases& cases, const Change& change, bool strict) {
  const std::string suite(to_string(change.area)), body = xml_escaped(body_of(change));
  if (!change.tolerated.empty()) {
    ++cases.skipped;
    return cases.add(suite, change.id,
                     "   <skipped message=\"" + xml_escaped("tolerated: " + change.tolerated) + "\"/>\n");
  }
  const bool fails = change.effect == Effect::broken || (strict && change.effect == Effect::changed);
  if (fails) {
    ++cases.failures;
    return cases.add(suite, change.id,
                     "   <failure message=\"" + xml_escaped(change.what) + "\" type=\"" +
                         std::string(to_string(change.effect)) + "\">" + body + "</failure>\n");
  }
  cases.add(suite, change.id,
            "   <system-out>" + std::string(to_string(change.effect)) + ": " + body + "</system-out>\n");
}

std::string suite_xml(const std::string& name, const Cases& cases) {
  return " <testsuite name=\"" + name + "\"" + cases.counts() + " time=\"0\">\n" + cases.xml + " </testsuite>\n";
}

}  // namespace

std::string render_comparison_junit(const Comparison& comparison, bool strict) {
  std::string suites;
  Cases all;
  const auto close = [&](const std::string& name, const Cases& cases) {
    suites += suite_xml(name, cases);
    all.tests += cases.tests;
    all.failures += cases.failures;
    all.errors += cases.errors;
    all.skipped += cases.skipped;
  };
  for (const Area area : {Area::verdicts, Area::surface, Area::behaviour, Area::cost, Area::log}) {
    Cases cases;
    for (const Change& change : comparison.changes)
      if (change.area == area) add_change(cases, change, strict);
    if (cases.tests == 0) cases.add(std::string(to_string(area)), "no difference", "");
    close(std::string(to_string(area)), cases);
  }
  if (comparison.incomplete) {
    Cases cases;
    ++cases.errors;
    std::string text;
    for (const std::string& doubt : comparison.doubts) text += doubt + "\n";
    const std::string why = comparison.no_answer.empty() ? "not everything could be compared" : comparison.no_answer;
    cases.add("run", "complete",
              "   <error message=\"" + xml_escaped(why) + "\" type=\"incomplete\">" + xml_escaped(text) + "</error>\n");
    close("run", cases);
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"" +
         xml_escaped("mcplumb gate " + comparison.title) + "\"" + all.counts() + ">\n" + suites + "</testsuites>\n";
}

}  // namespace mcplumb
