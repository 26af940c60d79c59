// From a failure to its cause: what is asked after it, wherever it happened, in a run or in a command that asks a
// server one thing.
#pragma once

#include "client/connect/target.hpp"
#include "conformance/probes/diagnosis_probes.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

struct DiagnosisTarget {
  const Target& target;
  std::string revision;  // to propose; empty = the newest
  Micros deadline = 3 * kSecond;
};

bool is_over_http(const Run& run);  // its endpoint has a URL

// Probes of the endpoint of this run, whose trace `http` writes.
DiagnosisProbes diagnosis_probes(const Run& run, HttpClient& http, const DiagnosisTarget& asked);
// The handshake of the run failed: asks what its reply suggests, and writes down what was measured meanwhile. Does
// nothing over stdio.
void look_into_handshake(Run& run, HttpClient& http, const DiagnosisTarget& asked);
void record_processor_time(Run& run, const DiagnosisProbes& probes);

// How a command failed.
struct CommandFailure {
  std::string problem;                  // one sentence
  std::optional<std::size_t> exchange;  // the evidence, in the trace
  bool had_session = false;             // the handshake had worked
};

// A record of what happened with the causes that explain it, strongest first. Asks the server a little more.
Run diagnose_failure(EventLoop& loop, const Trace& trace, const CommandFailure& failure, const DiagnosisTarget& asked);

}  // namespace mcplumb
