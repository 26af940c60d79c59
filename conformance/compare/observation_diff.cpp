// What a difference in behaviour means: by the unit of what was observed, and for some by name.
#include <algorithm>
#include <array>
#include <map>

#include "client/jsonrpc/message.hpp"
#include "conformance/compare/compare.hpp"

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
  double factor, more;
};
Allowance allowance(std::string_view unit) {
  if (unit == "ms") return {3, 2000};
  if (unit == "bytes") return {1.5, 64.0 * 1024 * 1024};
  return {1, 0.2};  // shares
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

std::optional<Effect> effect_of_amount(const Observation& was, const Observation& is) {
  const Allowance allowed = allowance(is.unit);
  const auto exceeds = [&](double more, double less) {
    return more > less * allowed.factor && more - less >= allowed.more;
  };
  if (exceeds(*is.number, *was.number)) {
    const bool spins = is.id == "cost.idle-cpu" && *is.number >= 0.8;
    return spins ? Effect::broken : Effect::changed;
  }
  if (exceeds(*was.number, *is.number)) return Effect::better;
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
  return id.starts_with("cost.") || id.starts_with("exit.") ? Area::cost : Area::behaviour;
}

}  // namespace

Changes compare_observations(const std::vector<Observation>& before, const std::vector<Observation>& after,
                             std::vector<std::string>& doubts) {
  std::map<std::string, const Observation*> was;
  for (const Observation& each : before) was.emplace(each.id, &each);
  Changes changes;
  std::size_t shared = 0;
  for (const Observation& is : after) {
    const auto found = was.find(is.id);
    if (found == was.end()) continue;
    ++shared;
    const std::optional<Effect> effect = effect_of(*found->second, is);
    if (!effect) continue;
    Change change;
    change.id = is.id;
    change.area = area_of(is.id);
    change.effect = *effect;
    change.what = is.title;
    change.before = shortened(found->second->value, 300);
    change.after = shortened(is.value, 300);
    change.exchange = is.exchange;
    change.exchange_before = found->second->exchange;
    changes.push_back(std::move(change));
  }
  const std::size_t lonely = before.size() + after.size() - 2 * shared;
  if (lonely > 0 && shared > 0)
    doubts.push_back(std::to_string(lonely) + " observations are in one of the two runs only, and were not compared");
  if (shared == 0 && before.empty() != after.empty())
    doubts.push_back("only one of the two runs holds observations, so behaviour was not compared");
  return changes;
}

}  // namespace mcplumb
