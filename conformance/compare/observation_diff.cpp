// What a difference in behaviour means: by the unit of what was observed, and for some by name.
#include <algorithm>
#include <array>
#include <map>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/compare/compare.hpp"
#include "conformance/record/latency.hpp"

namespace mcplumb {
namespace {

// Without these nobody can work with the server: another status than 2xx is no matter of taste.
constexpr std::array<std::string_view, 5> kVital = {"answer.initialize", "session.fresh-connections", "session.second",
                                                    "session.after-a-bad-one", "answer.ping"};
// Words that name a state in which clients suffer.
struct BadWord {
  std::string_view id, word;
};
constexpr std::array<BadWord, 7> kBadWords = {{{"stream.progress", "none"},
                                               {"stream.progress", "one burst"},
                                               {"stream.progress-gzip", "none"},
                                               {"stream.progress-gzip", "one burst"},
                                               {"exit.term", "did not exit"},
                                               {"exit.input", "did not exit"},
                                               {"stream.get-headers", "withheld"}}};

// How much more is worth a word: `factor` times as much and at least `more`.
struct Allowance {
  std::string_view unit;
  double factor, more;
};
constexpr double kKiB = 1024;
constexpr std::array<Allowance, 6> kAllowances = {
    {{"ms", 3, 2000},
     {"bytes", 1.5, 64 * 1024 * kKiB},
     {"share", 1, 0.2},
     {"bytes each", 2, 256 * kKiB},  // kept for each: less may be a heap that fills up
     {"each", 1, 0.5},
     {"size", 2, 16 * kKiB}}};
constexpr Allowance kManySamples = {"ms", 3, 20};  // and the two spreads lie apart

const Allowance& allowance(std::string_view unit) {
  const auto found =
      std::find_if(kAllowances.begin(), kAllowances.end(), [&](const Allowance& each) { return each.unit == unit; });
  return found == kAllowances.end() ? kAllowances.front() : *found;
}

// What is not given back, so much that it is worth a note even if both runs are alike. Some dozens of KiB for each
// session that nobody ended are usual.
bool is_much_kept(const Observation& observation) {
  const bool kept = observation.unit == "bytes each" || observation.unit == "each";
  return kept && *observation.number >= allowance(observation.unit).more;
}

bool is_bad(const Observation& observation) {
  return std::any_of(kBadWords.begin(), kBadWords.end(), [&](const BadWord& bad) {
    return observation.id == bad.id && observation.value.starts_with(bad.word);
  });
}

std::optional<Effect> effect_of_status(const Observation& was, const Observation& is) {
  if (was.value == is.value) return std::nullopt;
  const auto dead = [](const Observation& each) { return *each.number < 100 || *each.number >= 500; };
  const auto fine = [](const Observation& each) { return *each.number >= 200 && *each.number < 300; };
  if (dead(was) != dead(is)) return dead(is) ? Effect::broken : Effect::better;
  const bool vital = std::find(kVital.begin(), kVital.end(), is.id) != kVital.end();
  if (vital && fine(was) != fine(is)) return fine(is) ? Effect::better : Effect::broken;
  return Effect::changed;
}

bool exceeds(const Observation& one, const Observation& other) {
  const bool spread = one.low && other.high;
  const Allowance& allowed = spread ? kManySamples : allowance(one.unit);
  return *one.number > *other.number * allowed.factor && *one.number - *other.number >= allowed.more &&
         (!spread || *one.low > *other.high);
}

// A core that is busy for nothing. Descriptors, threads and processes that are not given back, when sessions were ended
// and requests answered, come to an end some day; memory may be a heap that is not collected yet, and what belongs to a
// session that nobody ended may go when it expires.
bool is_ruin(const Observation& observation) {
  if (observation.id == "cost.idle-cpu") return *observation.number >= 0.8;
  return observation.unit == "each" && !observation.id.starts_with("cost.session.");
}

std::optional<Effect> effect_of_amount(const Observation& was, const Observation& is) {
  if (exceeds(is, was)) return is_ruin(is) ? Effect::broken : Effect::changed;
  if (exceeds(was, is)) return Effect::better;
  return std::nullopt;
}

std::optional<Effect> effect_of(const Observation& was, const Observation& is) {
  if (is_bad(was) != is_bad(is)) return is_bad(is) ? Effect::broken : Effect::better;
  if (was.number && is.number && was.unit == is.unit)
    return is.unit == "status" ? effect_of_status(was, is) : effect_of_amount(was, is);
  if (was.value == is.value) return std::nullopt;
  return Effect::changed;
}

Area area_of(const std::string& id) {
  for (const char* part : {"cost.", "exit.", "time.", "size."})
    if (id.starts_with(part)) return Area::cost;
  return Area::behaviour;
}

Change change_of(const Observation& was, const Observation& is, Effect effect) {
  Change change;
  change.id = is.id;
  change.area = area_of(is.id);
  change.effect = effect;
  change.what = is.title;
  change.before = shortened(was.value, 300);
  change.after = shortened(is.value, 300);
  change.exchange = is.exchange;
  change.exchange_before = was.exchange;
  return change;
}

// Of what is in one run only, the first few by name.
std::string names_of(const std::vector<std::string>& ids) {
  constexpr std::size_t kNamed = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(ids.size(), kNamed); ++i) text += (i == 0 ? " (" : ", ") + ids[i];
  return text + (ids.size() > kNamed ? ", …)" : ")");
}

}  // namespace

// Those of latency are compared by their samples (latency_diff.cpp).
Changes compare_observations(const std::vector<Observation>& before, const std::vector<Observation>& after,
                             std::vector<std::string>& doubts, std::vector<std::string>& notes) {
  std::map<std::string, const Observation*> was;
  for (const Observation& each : before)
    if (!is_latency(each)) was.emplace(each.id, &each);
  Changes changes;
  std::vector<std::string> lonely;
  const std::size_t all = was.size();
  const bool none_after = std::all_of(after.begin(), after.end(), is_latency);
  for (const Observation& is : after) {
    if (!is.at_first.empty())
      notes.push_back(is.title + " differed at first (" + is.at_first +
                      " after), and not when it was measured again (" + is.value + ")");
    if (is_latency(is)) continue;
    const auto found = was.find(is.id);
    if (found == was.end()) {
      lonely.push_back(is.id);
      continue;
    }
    const Observation& old = *found->second;
    was.erase(found);
    if (const std::optional<Effect> effect = effect_of(old, is))
      changes.push_back(change_of(old, is, *effect));
    else if (is_much_kept(is))
      notes.push_back("before and after alike: " + is.title + ": " + old.value + " before, " + is.value + " after");
  }
  if (was.size() == all && (all == 0) != none_after) {
    doubts.push_back("only one of the two runs holds observations, so behaviour was not compared");
    return changes;
  }
  for (const auto& [id, observation] : was) lonely.push_back(id);
  if (!lonely.empty() && was.size() < all)
    doubts.push_back("in one of the two runs only, and not compared: " +
                     plural(lonely.size(), "observation", "observations") + names_of(lonely));
  return changes;
}

}  // namespace mcplumb
