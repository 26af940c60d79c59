#include "reports/diagnosis_text.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kEvidenceShown = 6;

Verdict colour_of(Weight weight) {
  return weight == Weight::failure ? Verdict::fail : weight == Weight::warning ? Verdict::warn : Verdict::note;
}

std::string labelled_line(const char* name, const std::string& value, int width) {
  if (value.empty()) return "";
  std::string label(name);
  label.resize(kLabel, ' ');
  return std::string(kIndent, ' ') + label + wrapped(shortened(value, 800), kIndent + kLabel, width) + "\n";
}

std::string heading(const Diagnosis& diagnosis, const Paint& paint, int width) {
  const std::string word(to_string(diagnosis.confidence));
  return "  " + paint.verdict(colour_of(diagnosis.weight), word) + "  " +
         wrapped(shortened(diagnosis.title, 200) + "  [" + diagnosis.rule + "]", word.size() + 4, width) + "\n";
}

std::string in_full(const Diagnosis& diagnosis, const Paint& paint, int width) {
  std::string text = heading(diagnosis, paint, width) + labelled_line("cause", diagnosis.cause, width) +
                     labelled_line("that is", diagnosis.sub_cause, width);
  const std::size_t shown = std::min(kEvidenceShown, diagnosis.evidence.size());
  for (std::size_t i = 0; i < shown; ++i) text += labelled_line(i == 0 ? "evidence" : "", diagnosis.evidence[i], width);
  text += labelled_line("cure", diagnosis.cure, width) + labelled_line("note", diagnosis.note, width);
  for (std::size_t i = 0; i < diagnosis.links.size(); ++i)
    text += labelled_line(i == 0 ? "see" : "", diagnosis.links[i], width);
  return text;
}

std::string in_short(const Diagnosis& diagnosis, const Paint& paint, int width) {
  return heading(diagnosis, paint, width) + labelled_line("that is", diagnosis.sub_cause, width) +
         labelled_line("evidence", diagnosis.evidence.empty() ? "" : diagnosis.evidence.front(), width) +
         labelled_line("cure", diagnosis.cure, width);
}

}  // namespace

std::string diagnosis_text(const Run& run, const Paint& paint, int width) {
  std::string text;
  for (std::size_t i = 0; i < run.diagnoses.size(); ++i) {
    // The strongest comes first, so if that one hurts nobody, none does.
    const char* what = run.diagnoses[i].weight == Weight::info ? "Worth knowing" : "Diagnosis";
    if (i == 0) text += paint.bold(what) + "\n" + in_full(run.diagnoses[i], paint, width);
    if (i == 1) text += paint.bold("also seen") + "\n";
    if (i > 0) text += in_short(run.diagnoses[i], paint, width);
  }
  return text;
}

std::string likeness_text(const Run& run) {
  std::string text;
  for (const Likeness& likeness : run.looks_like) text += (text.empty() ? "" : "; ") + shortened(likeness.what, 80);
  return text;
}

}  // namespace mcplumb
