#include "reports/latency_text.hpp"

#include <doctest/doctest.h>

#include "conformance/record/latency.hpp"

namespace mcplumb {
namespace {

TEST_CASE("latency: the slowest comes first, and methods and tools are none of it") {
  Run run;
  CHECK(latency_text(run, Paint(false), 100, false).empty());
  run.observations.push_back(latency_observation("prompt.echo", "a call", times_of({1000, 2000})));
  run.observations.push_back(latency_observation("prompt.slow\x1b[31m", "a call", times_of({2000000, 3000000})));
  run.observations.push_back(latency_observation("tool.echo", "a call", times_of({1000})));
  run.observations.push_back(latency_observation("request.ping", "an answer", times_of({1000})));
  CHECK(latency_text(run, Paint(false), 100, false) ==
        "latency                  median       p95   longest     calls\n"
        "  prompt.slow\\x1b[31m    3.00 s    3.00 s    3.00 s         2\n"
        "  prompt.echo           2.00 ms   2.00 ms   2.00 ms         2\n");
}

TEST_CASE("latency: of many the fastest are only counted") {
  Run run;
  for (int i = 0; i < 20; ++i)
    run.observations.push_back(latency_observation("resource.t" + std::to_string(i), "a call", times_of({1000 + i})));
  CHECK(latency_text(run, Paint(false), 100, false).find("… and 8 that are faster (-v shows all)") !=
        std::string::npos);
  CHECK(latency_text(run, Paint(false), 100, true).find("resource.t0") != std::string::npos);
}

}  // namespace
}  // namespace mcplumb
