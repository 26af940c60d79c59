// Measurements, each beside a reference in the same run. Pinned to one core: two make latency a matter of luck.
#pragma once

#include <time.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace bench {

inline double now_us() {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Processor time of this thread: what others do on the machine does not count.
inline double processor_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

// One line: what was measured, ours, the reference, and the ratio of their medians.
void print_row(const std::string& what, double ours, double reference, const std::string& unit,
               const std::string& against);

void session_against_plain_libcurl(const std::string& fixture);
void sse_parser_against_memchr();
void start_of_the_program(const std::string& mcplumb);

}  // namespace bench
