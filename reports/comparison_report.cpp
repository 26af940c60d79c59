#include "reports/comparison_report.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "reports/exchange_text.hpp"
#include "reports/layout.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kWordings = 5;  // shown unless verbose
constexpr std::size_t kVersions = 12;

Verdict colour_of(Effect effect) {
  switch (effect) {
    case Effect::broken:
      return Verdict::fail;
    case Effect::changed:
      return Verdict::warn;
    case Effect::better:
    case Effect::safe:
      return Verdict::pass;
    default:
      return Verdict::note;
  }
}

Verdict colour_of(Safety safety) {
  return safety == Safety::broken    ? Verdict::fail
         : safety == Safety::safe    ? Verdict::pass
         : safety == Safety::changed ? Verdict::warn
                                     : Verdict::inconclusive;
}

bool judged_any(const Summary& summary) {
  return summary.pass + summary.fail + summary.warn + summary.note + summary.inconclusive > 0;
}

class ComparisonReport {
 public:
  ComparisonReport(const Comparison& comparison, const TerminalOptions& options, bool strict)
      : comparison_(comparison), options_(options), strict_(strict), paint_(options.color) {}

  std::string render() {
    const Safety safety = safety_of(comparison_);
    const std::string line = wrapped(answer_line(comparison_), 0, options_.width);
    out_ += paint_.verdict(strict_ && safety == Safety::changed ? Verdict::fail : colour_of(safety), line) + "\n\n";
    if (!comparison_.title.empty()) field("Gate", shortened(comparison_.title, 200));
    side("Before", comparison_.before);
    side("After", comparison_.after);
    versions();
    changes();
    logs(comparison_.before);
    logs(comparison_.after);
    causes();
    sentences("budgets that do not hold, before and after", comparison_.unheld);
    sentences("noticed", comparison_.notes);
    sentences("not compared", comparison_.doubts);
    return std::move(out_);
  }

 private:
  void field(const std::string& name, const std::string& text) {
    out_ += paint_.bold(padded(name, 9)) + wrapped(text, 9, options_.width) + "\n";
  }

  void side(const char* name, const Side& side) {
    std::string text = side.name == "before" || side.name == "after" ? "" : shortened(side.name, 60) + ": ";
    text += side.server.empty() ? shortened(side.target, 200) : shortened(side.server, 120);
    if (!side.problem.empty())
      text += (text.empty() || text.ends_with(": ") ? "" : ", ") + shortened(side.problem, 500);
    else if (judged_any(side.summary))
      text += ", " + summary_line(side.summary);
    if (side.ready_in != kNever) text += "; ready after " + span_text(side.ready_in);
    field(name, text);
  }

  void versions() {
    const std::vector<VersionChange> all = version_changes(comparison_.before, comparison_.after);
    if (all.empty()) return;
    std::string text;
    for (std::size_t i = 0; i < std::min(all.size(), kVersions); ++i)
      text += (text.empty() ? "" : ", ") + shortened(in_words(all[i]), 100);
    if (all.size() > kVersions) text += " and " + std::to_string(all.size() - kVersions) + " more";
    field("Packages", text);
  }

  void changes() {
    for (const Area area : {Area::verdicts, Area::surface, Area::behaviour, Area::cost, Area::log}) {
      bool titled = false;
      std::size_t reworded = 0;
      for (const Change& change : comparison_.changes) {
        if (change.area != area) continue;
        if (!titled) out_ += "\n" + paint_.bold(to_string(area)) + "\n";
        titled = true;
        if (change.effect == Effect::wording && !options_.verbose && ++reworded > kWordings) continue;
        one(change);
      }
      if (reworded > kWordings)
        out_ += "  … and " + std::to_string(reworded - kWordings) + " more texts (-v shows all)\n";
    }
  }

  void one(const Change& change) {
    const std::string label = padded(label_of(change), 7);
    const Verdict colour = change.tolerated.empty() ? colour_of(change.effect) : Verdict::skip;
    out_ += "  " + paint_.verdict(colour, label) + "  " +
            wrapped(shortened(change.what, 500) + "  [" + shortened(change.id, 200) + "]", 11, options_.width) + "\n";
    if (!change.before.empty() || !change.after.empty()) {
      labelled("before", change.before.empty() ? "–" : change.before);
      labelled("after", change.after.empty() ? "–" : change.after);
    }
    if (!change.tolerated.empty()) labelled("because", change.tolerated);
  }

  void labelled(const char* name, const std::string& text) {
    out_ += std::string(kIndent, ' ') + paint_.dim(padded(name, kLabel)) +
            wrapped(shortened(text, 600), kIndent + kLabel, options_.width) + "\n";
  }

  void logs(const Side& side) {
    if (side.log.empty()) return;
    out_ += "\n" + paint_.bold("last lines of " + shortened(side.name, 60)) + "\n";
    for (const std::string& line : side.log)
      out_ += "  " + fitted(line, static_cast<std::size_t>(std::max(options_.width, 40)) - 2) + "\n";
  }

  void causes() {
    if (comparison_.causes.empty()) return;
    out_ += "\n" + paint_.bold(comparison_.causes.size() == 1 ? "cause" : "causes") + "\n";
    for (const Diagnosis& cause : comparison_.causes) {
      out_ +=
          "  " +
          paint_.bold(wrapped(cause.title + "  [" + cause.rule + ", " + std::string(to_string(cause.confidence)) + "]",
                              2, options_.width)) +
          "\n";
      labelled("cause", cause.cause + (cause.sub_cause.empty() ? "" : " " + cause.sub_cause));
      for (const std::string& line : cause.evidence) labelled("evidence", line);
      labelled("cure", cause.cure);
      if (!cause.note.empty()) labelled("note", cause.note);
      for (const std::string& link : cause.links) labelled("see", link);
    }
  }

  void sentences(const char* title, const std::vector<std::string>& all) {
    if (all.empty()) return;
    out_ += "\n" + paint_.bold(title) + "\n";
    for (const std::string& each : all) out_ += "  - " + wrapped(shortened(each, 600), 4, options_.width) + "\n";
  }

  const Comparison& comparison_;
  const TerminalOptions& options_;
  bool strict_;
  Paint paint_;
  std::string out_;
};

}  // namespace

std::string label_of(const Change& change) {
  return change.tolerated.empty() ? std::string(to_string(change.effect))
                                  : "(" + std::string(to_string(change.effect)) + ")";
}

std::string in_words(const VersionChange& change) {
  if (change.before.empty()) return change.package + " " + change.after + " (new)";
  if (change.after.empty()) return change.package + " " + change.before + " (gone)";
  return change.package + " " + change.before + " -> " + change.after;
}

std::string render_comparison(const Comparison& comparison, const TerminalOptions& options, bool strict) {
  return ComparisonReport(comparison, options, strict).render();
}

}  // namespace mcplumb
