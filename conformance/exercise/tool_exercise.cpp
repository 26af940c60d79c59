#include "conformance/exercise/tool_exercise.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/engine/argument_reading.hpp"
#include "conformance/exercise/list_changes.hpp"
#include "conformance/probes/growth.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kSuspects = 2;                // of the last calls
constexpr std::size_t kShrinkingSteps = 1'000'000;  // of conformance/schema
constexpr std::size_t kShrinkingCalls = 12, kAlsoTold = 8, kSilentAtMost = 2;
constexpr std::size_t kSamples = 6;             // of the time that the plainest call takes
constexpr Micros kTimeOfOnePart = 8 * kSecond;  // of one tool
constexpr Micros kUsualAtLeast = 2 * kSecond;   // that a call may take
constexpr Micros kUsualFactor = 20;             // and how much longer than those before
constexpr Micros kQuick = 50 * kMillisecond;    // what can be called over and over
constexpr double kKeptMemory = 128.0 * 1024;    // for each call, that is worth a word
constexpr std::size_t kTogether = 4;            // different calls that are made at the same time, each twice
constexpr int kConfirmed = 3;                   // rounds, before it is said that their results are mixed up
constexpr GrowthBounds kMemoryBounds = {.warm_up = 5, .batch = 10, .most = 60, .time = 2 * kSecond};

}  // namespace

std::size_t ToolExerciser::carry_out() {
  call_fitting();
  call_again();
  call_together();
  call_breaking();
  look_after();
  use_.times = times_of(spans_);
  keep_plainest();
  return calls_;
}

// All that look_at_memory() asks for, once other tools have had their turn.
void ToolExerciser::keep_plainest() {
  std::vector<MadeArguments>& all = exercise_.arguments.all;
  all.erase(all.begin() + 1, all.end());
  all.shrink_to_fit();
  recent_.clear();
}

bool ToolExerciser::may_go_on(Micros begun) const {
  return !over_ && calls_ < exercise_.calls && silent_ < kSilentAtMost && caller_.loop().now() - begun < kTimeOfOnePart;
}

// A third is kept for what does not fit.
void ToolExerciser::call_fitting() {
  const Micros begun = caller_.loop().now();
  const std::size_t kept = std::min<std::size_t>(exercise_.calls / 3, exercise_.calls - 1);
  for (const MadeArguments& each : exercise_.arguments.all) {
    if (!each.fits) break;
    if (calls_ + kept >= exercise_.calls || !may_go_on(begun)) break;
    const std::optional<CallLook> look = call(each);
    if (!look) return;
    ++use_.fitting;
    if (look->refused) ++use_.failed;
    if (look->answered && !look->refused && !look->result.empty()) {
      spans_.push_back(look->took);
      results_[digest_of(each.value)] = look->result;
    }
  }
}

// The plainest, until there are enough of them to say how long it takes.
void ToolExerciser::call_again() {
  const Micros begun = caller_.loop().now();
  const MadeArguments& plainest = exercise_.arguments.all.front();
  while (spans_.size() < kSamples && results_.contains(digest_of(plainest.value)) && may_go_on(begun)) {
    const std::optional<CallLook> look = call(plainest);
    if (!look || !look->answered || look->refused) return;
    ++use_.fitting;
    spans_.push_back(look->took);
  }
}

// Some whose results are their own: the same at a second call, and not those of another one.
std::vector<MadeArguments> ToolExerciser::told_apart() {
  std::vector<MadeArguments> those;
  const Micros begun = caller_.loop().now();
  for (const MadeArguments& each : exercise_.arguments.all) {
    if (!each.fits || each.large || those.size() >= kTogether || !may_go_on(begun)) continue;
    const auto known = results_.find(digest_of(each.value));
    if (known == results_.end()) continue;
    const auto is_alike = [&](const MadeArguments& other) { return results_[digest_of(other.value)] == known->second; };
    if (std::any_of(those.begin(), those.end(), is_alike)) continue;
    const std::optional<CallLook> look = call(each);
    if (!look) break;
    ++use_.fitting;
    if (look->result != known->second) break;  // it says another thing each time
    spans_.push_back(look->took);
    those.push_back(each);
  }
  return those;
}

// The first of those calls that got the result of another one.
std::optional<std::size_t> ToolExerciser::mixed_up(const std::vector<MadeArguments>& those) {
  std::vector<json> arguments;
  for (int round = 0; round < 2; ++round)
    for (const MadeArguments& each : those) arguments.push_back(each.value);
  const std::vector<std::string> results = caller_.call_together(exercise_.tool, arguments);
  calls_ += results.size();
  use_.together += results.size();
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].empty() || results[i] == results_[digest_of(arguments[i])]) continue;
    for (const MadeArguments& other : those)
      if (results[i] == results_[digest_of(other.value)]) return i % those.size();
  }
  return std::nullopt;
}

void ToolExerciser::call_together() {
  if (over_ || calls_ + 2 * kTogether > exercise_.calls) return;
  const std::vector<MadeArguments> those = told_apart();
  if (those.size() < 2) return;
  const std::optional<std::size_t> mixed = mixed_up(those);
  if (!mixed) return;
  // One after the other each has its own each time, and together they are mixed up again: a tool that says by chance
  // one thing or another does not get so far.
  bool again = false;
  for (int round = 0; round < kConfirmed; ++round) {
    for (int time = 0; time < 2; ++time)
      for (const MadeArguments& each : those) {
        const std::optional<CallLook> look = call(each);
        if (!look || look->result != results_[digest_of(each.value)]) return;
      }
    again = mixed_up(those).has_value() || again;
  }
  if (!again) return;
  blame(ToolFaultKind::mixed, "of calls at the same time one got the result of another, and alone each has its own",
        those[*mixed]);
}

void ToolExerciser::call_breaking() {
  const Micros begun = caller_.loop().now();
  silent_ = 0;
  for (const MadeArguments& each : exercise_.arguments.all) {
    if (each.fits) continue;
    if (!may_go_on(begun)) break;
    const std::optional<CallLook> look = call(each);
    if (!look) return;
    ++use_.breaking;
    if (look->refused) ++use_.refused;
  }
  const std::string& limit = exercise_.arguments.at_limit;
  if (use_.left_out.empty() && !limit.empty() && calls_ < exercise_.calls)
    use_.left_out = "more arguments were not made: " + limit;
}

Micros ToolExerciser::patience(const MadeArguments& arguments) const {
  if (spans_.empty() || &arguments == &exercise_.arguments.all.front()) return exercise_.options.deadline;
  std::vector<Micros> sorted = spans_;
  std::sort(sorted.begin(), sorted.end());
  const Micros usual = std::max(kUsualAtLeast, kUsualFactor * sorted[sorted.size() / 2]);
  return arguments.large ? std::min(usual, exercise_.options.deadline) : exercise_.options.deadline;
}

std::optional<CallLook> ToolExerciser::call(const MadeArguments& arguments) {
  std::optional<CallLook> look = caller_.call(exercise_.tool, arguments, patience(arguments));
  if (look) {
    recent_.push_front(arguments);
    if (recent_.size() > kSuspects) recent_.pop_back();
    // An error of HTTP may mean that the session was gone before: then the tool has not answered yet.
    if (look->http_error && !see_whether_alive()) look = caller_.call(exercise_.tool, arguments, patience(arguments));
  }
  if (!look) {
    over_ = true;
    return look;
  }
  ++calls_;
  if (look->given_up) ++use_.given_up;
  if (!look->own_limit.empty()) use_.add_at_limit(look->own_limit);
  if ((look->given_up || !look->own_limit.empty()) && !arguments.large) ++silent_;
  for (const std::string& role : look->roles)
    if (std::none_of(use_.roles.begin(), use_.roles.end(), [&](const SeenRole& r) { return r.role == role; }) &&
        caller_.may_keep(arguments.value))
      use_.roles.push_back({role, arguments.value});
  for (const ToolFault& fault : look->faults)
    if (fault.kind != ToolFaultKind::silent || (!arguments.large && use_.may_be_silent())) take(arguments, fault);
  if (silent_ >= kSilentAtMost)
    use_.left_out = !look->own_limit.empty() ? look->own_limit + "; no more calls were made of that kind"
                                             : plural(silent_, "call was", "calls were") +
                                                   " not answered in time; no more were made of that kind";
  if (look->own_limit.empty() && (!look->answered || look->has(ToolFaultKind::crashed))) see_whether_alive();
  return look;
}

void ToolExerciser::blame(ToolFaultKind kind, std::string what, const MadeArguments& arguments) {
  ToolFault fault;
  fault.kind = kind;
  fault.what = std::move(what);
  fault.exchange = caller_.last_exchange();
  take(arguments, std::move(fault));
}

// The same fault of the same tool is told once, with the smallest arguments that show it.
void ToolExerciser::take(const MadeArguments& arguments, ToolFault fault) {
  if (ToolFault* same = use_.find(fault.kind)) {
    ++same->times;
    const std::string& special = arguments.what;
    if (!special.empty() && special != same->special && same->also.size() < kAlsoTold &&
        std::find(same->also.begin(), same->also.end(), special) == same->also.end())
      same->also.push_back(special);
    return;
  }
  if (caller_.may_keep(arguments.value)) fault.arguments = arguments.value;
  fault.fits = arguments.fits;
  fault.special = arguments.what;
  use_.faults.push_back(fault);  // before more is found while it is shrunk
  const bool of_one_call = fault.kind != ToolFaultKind::silent && fault.kind != ToolFaultKind::lists &&
                           fault.kind != ToolFaultKind::mixed && fault.kind != ToolFaultKind::memory &&
                           fault.kind != ToolFaultKind::session;
  if (!arguments.fits || !of_one_call) return;
  shrink(arguments, fault);
  if (caller_.may_keep(fault.arguments)) use_.find(fault.kind)->arguments = std::move(fault.arguments);
}

// Leaves out one member after the other, as long as the fault stays.
void ToolExerciser::shrink(const MadeArguments& arguments, ToolFault& fault) {
  MadeArguments smallest = arguments;
  std::size_t calls = 0;
  ArgumentReader reader(part_at(exercise_.tool, {"inputSchema"}), [this] { return caller_.loop().stopped(); });
  for (const auto& [name, value] : arguments.value.items()) {
    if (calls >= kShrinkingCalls || caller_.loop().stopped() || reader.steps() > kShrinkingSteps) break;
    MadeArguments tried = smallest;
    tried.value.erase(name);
    if (reader.read(tried.value).fit != ArgumentReading::Fit::fits) continue;
    ++calls;
    caller_.own_alive();  // a session that the fault took along is no reason for another one
    const std::optional<CallLook> look = caller_.call(exercise_.tool, tried, exercise_.options.deadline);
    if (!look) break;
    if (look->has(fault.kind)) smallest = std::move(tried);
  }
  fault.arguments = smallest.value;
}

// After a call that went wrong. That a session is gone may be noticed one call too late.
bool ToolExerciser::see_whether_alive() {
  if (caller_.loop().stopped() || recent_.empty()) return true;
  const bool alive = caller_.own_alive();
  if (!alive)
    blame_session("after the call its session is not served any more", {recent_.begin(), recent_.end()},
                  [&] { return caller_.own_alive(); });
  if (caller_.session() == nullptr) over_ = true;
  return alive;
}

void ToolExerciser::look_after() {
  if (over_ || caller_.loop().stopped()) return;
  see_whether_alive();
  if (!over_ && caller_.other_alive() == false)
    blame_session("after the call another session is not served any more", exercise_.arguments.all,
                  [&] { return caller_.other_alive() != false; });
  if (!over_) look_at_lists();
}

// The first of the suspects that does it alone, in a session that was sound before, is the one.
void ToolExerciser::blame_session(const std::string& what, const std::vector<MadeArguments>& suspects,
                                  const std::function<bool()>& is_alive) {
  if (ToolFault* known = use_.find(ToolFaultKind::session)) {
    ++known->times;  // by which arguments is not looked for again
    return;
  }
  std::size_t calls = 0;
  for (const MadeArguments& each : suspects) {
    if (++calls > kShrinkingCalls || caller_.session() == nullptr || !is_alive()) break;
    if (!caller_.call(exercise_.tool, each, exercise_.options.deadline)) break;
    if (!is_alive()) return blame(ToolFaultKind::session, what, each);
  }
  // Perhaps it is not the tool: sessions may end by themselves.
  blame(ToolFaultKind::session, what + "; no call alone was seen to do it", suspects.front());
  use_.find(ToolFaultKind::session)->by_chance = true;
}

void ToolExerciser::look_at_lists() {
  if (exercise_.lists == nullptr) return;
  Surface after = caller_.lists();
  const std::string changed = list_change(*exercise_.lists, after);
  if (!changed.empty() && exercise_.only_reads) {
    const Surface again = caller_.lists();  // without a call between: they may change by themselves
    if (list_change(after, again).empty())
      blame(ToolFaultKind::lists, "it says that it only reads, and after it was called " + changed,
            exercise_.arguments.all.front());
  }
  *exercise_.lists = std::move(after);
}

std::size_t ToolExerciser::look_at_memory(std::size_t calls) {
  const long program = caller_.program();
  const MadeArguments& plainest = exercise_.arguments.all.front();
  if (over_ || program == 0 || spans_.empty() || !results_.contains(digest_of(plainest.value))) return 0;
  if (*std::max_element(spans_.begin(), spans_.end()) > kQuick) return 0;
  GrowthBounds bounds = kMemoryBounds;
  if (calls < bounds.warm_up + 2 * bounds.batch) return 0;
  bounds.most = std::min(bounds.most, calls - bounds.warm_up);
  std::size_t made = 0;
  const auto growth = measure_growth(
      caller_.loop(), program,
      [&] {
        const std::optional<CallLook> look = caller_.call(exercise_.tool, plainest, exercise_.options.deadline);
        ++made;
        ++use_.measured;
        if (look && look->answered && !look->refused) ++use_.fitting;
        return look && look->answered;
      },
      bounds);
  if (growth && growth->memory >= kKeptMemory)
    blame(ToolFaultKind::memory,
          "the program keeps " + std::to_string(static_cast<long>(growth->memory) / 1024) + " KiB for each call (" +
              plural(growth->times, "call", "calls") + ")",
          plainest);
  return made;
}

}  // namespace mcplumb
