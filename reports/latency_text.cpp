#include "reports/latency_text.hpp"

#include <algorithm>
#include <cmath>

#include "client/text/wording.hpp"
#include "conformance/record/latency.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kShown = 12, kNameAtMost = 60, kNumber = 10;

std::string right(const std::string& text) {
  const std::size_t wide = columns(text);
  return std::string(wide < kNumber ? kNumber - wide : 1, ' ') + text;
}

std::string span_of(double milliseconds) { return span_text(std::llround(milliseconds * kMillisecond)); }

}  // namespace

std::string latency_text(const Run& run, const Paint& paint, int width, bool whole) {
  std::vector<const Observation*> all;
  for (const Observation& each : run.observations)
    if (is_latency(each) && is_of_an_offer(each) && !each.id.starts_with("tool.") && each.number) all.push_back(&each);
  if (all.empty()) return "";
  std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return *a->number > *b->number; });
  const std::size_t shown = whole ? all.size() : std::min(all.size(), kShown);
  std::size_t widest = 0;
  std::vector<std::string> names;
  const auto room = static_cast<std::size_t>(std::max(width, 60)) - 4 * kNumber - 2;
  for (std::size_t i = 0; i < shown; ++i) {
    const std::string revision = all[i]->revision.empty() ? "" : " (" + all[i]->revision + ")";
    names.push_back(fitted(std::string(subject_of_latency(*all[i])) + revision, std::min(room, kNameAtMost)));
    widest = std::max(widest, columns(names.back()));
  }
  std::string text = paint.bold("latency") + std::string(widest > 5 ? widest - 5 : 0, ' ') +
                     paint.dim(right("median") + right("p95") + right("longest") + right("calls")) + "\n";
  for (std::size_t i = 0; i < shown; ++i)
    text += "  " + padded(names[i], std::max<std::size_t>(widest, 5)) + right(span_of(*all[i]->number)) +
            right(span_of(all[i]->samples->p95)) + right(span_of(all[i]->samples->most)) +
            right(std::to_string(all[i]->samples->count)) + "\n";
  if (shown < all.size()) text += "  … and " + std::to_string(all.size() - shown) + " that are faster (-v shows all)\n";
  return text;
}

}  // namespace mcplumb
