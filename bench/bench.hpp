// Measurements, each beside a reference in the same run. Pinned to one core: two make latency a matter of luck.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace bench {

inline double now_us() {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count();
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
