#include "conformance/manifest/judge.hpp"

#include <algorithm>

#include "conformance/language/matcher.hpp"
#include "conformance/language/selection.hpp"
#include "conformance/manifest/file_shapes.hpp"
#include "conformance/manifest/rules.hpp"
#include "conformance/shapes/look.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kFindingsOfFile = 8;

class FileJudge {
 public:
  FileJudge(const Check& check, const Suite& suite, const Manifest& manifest, bool strict)
      : check_(check), suite_(suite), manifest_(manifest), severity_(severity_of(check.level_for(""), strict)) {
    outcome_.id = check.id;
    outcome_.title = check.title;
    outcome_.suite = check.suite;
    outcome_.level = check.level_for("");
    outcome_.spec = spec_url(check, "");
    outcome_.cure = check.cure;
    outcome_.covers = check.covers;
  }

  Outcome judge() {
    const bool is_for_all = std::find(check_.tags.begin(), check_.tags.end(), "any-format") != check_.tags.end();
    if (!manifest_.format.empty() && !is_for_all) return skipped(of_other_format());
    const nlohmann::json view = manifest_.view();
    const EvalContext context{suite_.shapes, suite_.variables};
    if (!holds(check_.where, view, context)) return skipped(nothing());
    bool judged = true;
    if (!check_.conforms.empty()) judged = judge_shape();
    if (!check_.judge.empty()) judged = judge_rule();
    if (!judged) return skipped(nothing());
    outcome_.judged = 1;
    for (const auto& [wanted, severity] :
         {std::pair{&check_.expect, severity_}, std::pair{&check_.prefer, preferred(severity_)},
          std::pair{&check_.mention, Verdict::note}})
      for (const Mismatch& mismatch : evaluate(*wanted, view, context))
        add(severity, mismatch.path, mismatch.expected, mismatch.actual);
    std::stable_sort(outcome_.findings.begin(), outcome_.findings.end(),
                     [](const Finding& a, const Finding& b) { return is_worse(a.severity, b.severity); });
    if (!outcome_.findings.empty()) outcome_.verdict = outcome_.findings.front().severity;
    // That a file of a format that nobody knows can be read says nothing of it.
    if (outcome_.findings.empty() && !manifest_.format.empty()) return skipped(of_other_format());
    return std::move(outcome_);
  }

 private:
  std::string of_other_format() const { return "the format " + manifest_.format + " is not judged"; }

  std::string nothing() const {
    return manifest_.document.is_null() ? "the file could not be read" : "the file has nothing of the kind";
  }

  Outcome skipped(std::string why) {
    outcome_.verdict = Verdict::skip;
    outcome_.reason = std::move(why);
    return std::move(outcome_);
  }

  bool judge_shape() {
    if (manifest_.document.is_null()) return false;
    const ShapeLook look = look_at_shape(file_shapes(), "file " + std::string(to_string(manifest_.kind)),
                                         manifest_.document, "document", "");
    for (const ShapeDefect* defect : look.defects_of(check_.conforms))
      add(severity_, defect->path, defect->expected, defect->actual);
    return look.is_about(check_.conforms);
  }

  bool judge_rule() {
    const ManifestRule* rule = find_manifest_rule(check_.judge);
    if (rule == nullptr || manifest_.document.is_null()) return false;
    ManifestLook found;
    rule->look(manifest_, found);
    for (ManifestDefect& defect : found.defects) add(severity_, defect.path, defect.expected, defect.actual);
    return found.is_about_something;
  }

  void add(Verdict severity, std::string path, std::string expected, std::string actual) {
    if (outcome_.findings.size() >= kFindingsOfFile) return;
    if (path.starts_with("document.")) path.erase(0, 9);
    Finding& finding = outcome_.findings.emplace_back();
    finding.severity = severity;
    finding.path = std::move(path);
    finding.expected = std::move(expected);
    finding.actual = std::move(actual);
    finding.script_at = check_.at.file + ":" + std::to_string(check_.at.line) + ":" + std::to_string(check_.at.column);
  }

  const Check& check_;
  const Suite& suite_;
  const Manifest& manifest_;
  const Verdict severity_;
  Outcome outcome_;
};

}  // namespace

Outcome judge_manifest(const Check& check, const Suite& suite, const Manifest& manifest, bool strict) {
  return FileJudge(check, suite, manifest, strict).judge();
}

}  // namespace mcplumb
