// How long the server took for what was asked of it, as observations: "tool.echo.latency",
// "request.tools/list.latency". Comparisons know them by their samples, and budgets by their ids
// (conformance/language/budget.hpp).
#pragma once

#include "conformance/record/run.hpp"

namespace mcplumb {

inline constexpr std::string_view kLatencyEnd = ".latency";

inline bool is_latency(const Observation& observation) { return observation.samples.has_value(); }
// Without ".latency": "tool.echo".
std::string_view subject_of_latency(const Observation& observation);
// Of one thing that the server offers, and not of a method in general.
inline bool is_of_an_offer(const Observation& latency) { return !latency.id.starts_with("request."); }

Observation latency_observation(const std::string& subject, std::string title, const ToolTimes& times);
// "median 1.25 ms, p95 3.00 ms, 14 calls"
std::string in_words(const ToolTimes& times);

// Adds those of a run that is over to its observations: of what was called by itself, and of each method whose requests
// were in order.
void add_latencies(Run& run);

}  // namespace mcplumb
