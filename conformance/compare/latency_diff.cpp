// What a tool, a resource or a prompt takes, before and after.
#include <algorithm>
#include <map>

#include "client/text/wording.hpp"
#include "conformance/compare/compare.hpp"
#include "conformance/record/latency.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kFewestSamples = 5;
constexpr double kLeastMore = 20;     // milliseconds; below, it may be the machine
constexpr double kLeastShare = 0.10;  // of what it took before

bool can_tell(const Observation& latency) {
  return is_latency(latency) && is_of_an_offer(latency) && latency.number && latency.low && latency.high &&
         latency.samples->count >= kFewestSamples;
}

// The two spreads lie apart, and what lies between the medians is more than the faster one's own spread.
bool is_slower(const Observation& one, const Observation& than) {
  const double more = *one.number - *than.number;
  return *one.low > *than.high && more >= kLeastMore && more >= *than.high - *than.low &&
         more >= kLeastShare * *than.number;
}

Change change_of_latency(const Observation& was, const Observation& is, bool slower) {
  Change change;
  change.id = is.id;
  change.area = Area::cost;
  change.effect = slower ? Effect::changed : Effect::better;
  const double apart = std::abs(*is.number - *was.number);
  change.what = is.title + (slower ? " takes longer, by " : " takes less time, by ") +
                span_text(static_cast<Micros>(apart * kMillisecond)) + " (median)";
  change.before = was.value;
  change.after = is.value;
  return change;
}

}  // namespace

Changes compare_latencies(const std::vector<Observation>& before, const std::vector<Observation>& after) {
  std::map<std::string_view, const Observation*> was;
  for (const Observation& each : before)
    if (can_tell(each)) was.emplace(each.id, &each);
  Changes changes;
  for (const Observation& is : after) {
    const auto found = can_tell(is) ? was.find(is.id) : was.end();
    if (found == was.end()) continue;
    const bool slower = is_slower(is, *found->second);
    if (slower || is_slower(*found->second, is)) changes.push_back(change_of_latency(*found->second, is, slower));
  }
  return changes;
}

}  // namespace mcplumb
