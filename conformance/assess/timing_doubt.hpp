// What a check finds in times is found twice, or it says nothing; on a machine that is too busy it is inconclusive.
#pragma once

#include "conformance/language/check.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// Of a check with steps: one for all its tries.
class TimingDoubt {
 public:
  explicit TimingDoubt(const Check& check) : check_(check) {}

  // A try is over, whose exchanges begin at number `first`. True: what it found hangs on times, and was seen once, or
  // while this program was late; the try does not count. If there were enough tries, `tried` becomes inconclusive.
  bool wants_another(const Trace& trace, std::size_t first, Outcome& tried);

 private:
  const Check& check_;
  std::size_t seen_ = 0, tries_ = 0;
};

// Of a check that watches: the finding is about times, and this program was late when it was made. Then the outcome is
// inconclusive.
bool is_doubtful(const Trace& trace, const Finding& finding, Outcome& outcome);

}  // namespace mcplumb
