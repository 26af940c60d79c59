#include "conformance/probes/growth.hpp"

#include <algorithm>

#include "conformance/probes/process_usage.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kLeastBatch = 4;
constexpr std::size_t kLeastBatches = 2;
constexpr Micros kSettling = 100 * kMillisecond;         // for what a program does behind its answers
constexpr Micros kEndingPatience = 1500 * kMillisecond;  // for what it started to end
// What is less than this for each is no growth.
constexpr double kMemoryGrowth = 16.0 * 1024, kCountGrowth = 0.25;
constexpr double kNoDoubt = 96.0 * 1024 * 1024;  // grown by so much, there is no doubt

class GrowthMeter {
 public:
  GrowthMeter(EventLoop& loop, long group, const std::function<bool()>& once, const GrowthBounds& bounds)
      : loop_(loop), group_(group), once_(once), bounds_(bounds), latest_(loop.now() + bounds.time) {}

  std::optional<Growth> measure() {
    if (!repeat(bounds_.warm_up) || took_.empty()) return std::nullopt;
    const Micros each = std::max<Micros>((loop_.now() - begun_) / static_cast<Micros>(took_.size()), 1);
    batch_ = std::min(bounds_.batch, static_cast<std::size_t>(bounds_.time / 8 / each));
    if (batch_ < kLeastBatch) return std::nullopt;
    took_.clear();
    usages_ = {settled({})};
    while (took_.size() + batch_ <= bounds_.most && loop_.now() < latest_ && repeat(batch_)) {
      if (took_.size() % batch_ != 0) break;
      usages_.push_back(settled(usages_.back()));
      if (decided()) break;
    }
    if (batches() < kLeastBatches || loop_.stopped() || usages_.back().processes == 0) return std::nullopt;
    Growth growth = since(batches() / 2);
    growth.times = took_.size();
    std::sort(took_.begin(), took_.end());
    growth.took = std::move(took_);
    return growth;
  }

 private:
  std::size_t batches() const { return usages_.size() - 1; }

  // False: it did not work. Stops early when the time is over.
  bool repeat(std::size_t times) {
    for (std::size_t i = 0; i < times && loop_.now() < latest_; ++i) {
      const Micros begun = loop_.now();
      if (loop_.stopped() || !once_()) return false;
      took_.push_back(loop_.now() - begun);
    }
    return true;
  }

  ProcessUsage settled(const ProcessUsage& before) {
    loop_.run_until([] { return false; }, loop_.now() + kSettling);
    ProcessUsage now = usage_of_tree(group_);
    const auto more = [&] {
      return now.descriptors > before.descriptors || now.threads > before.threads || now.processes > before.processes;
    };
    for (const Micros until = loop_.now() + kEndingPatience;
         before.processes > 0 && more() && loop_.now() < until && !loop_.stopped();) {
      loop_.run_until([] { return false; }, loop_.now() + kSettling);
      now = usage_of_tree(group_);
    }
    return now;
  }

  // From the end of one batch to that of the last.
  Growth since(std::size_t first) const {
    const ProcessUsage &was = usages_[first], &is = usages_.back();
    const auto times = static_cast<double>((batches() - first) * batch_);
    Growth growth;
    growth.memory = (is.memory_bytes - was.memory_bytes) / times;
    growth.descriptors = (is.descriptors - was.descriptors) / times;
    growth.threads = (is.threads - was.threads) / times;
    growth.processes = (is.processes - was.processes) / times;
    return growth;
  }

  bool decided() const {
    if (batches() < kLeastBatches) return false;
    const Growth late = since(batches() - kLeastBatches);
    const bool grows = late.memory >= kMemoryGrowth || late.descriptors >= kCountGrowth ||
                       late.threads >= kCountGrowth || late.processes >= kCountGrowth;
    return !grows || usages_.back().memory_bytes - usages_.front().memory_bytes >= kNoDoubt;
  }

  EventLoop& loop_;
  long group_;
  const std::function<bool()>& once_;
  const GrowthBounds& bounds_;
  const Micros begun_ = loop_.now(), latest_;
  std::size_t batch_ = 0;
  std::vector<Micros> took_;
  std::vector<ProcessUsage> usages_;  // before the first batch, and after each
};

}  // namespace

std::optional<Growth> measure_growth(EventLoop& loop, long group, const std::function<bool()>& once,
                                     const GrowthBounds& bounds) {
  return GrowthMeter(loop, group, once, bounds).measure();
}

}  // namespace mcplumb
