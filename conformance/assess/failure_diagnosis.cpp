#include "conformance/assess/failure_diagnosis.hpp"

#include <algorithm>

#include "client/http/url.hpp"
#include "client/transport/era.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/diagnose.hpp"
#include "conformance/causes/fingerprints.hpp"
#include "conformance/causes/run_index.hpp"
#include "conformance/record/redact.hpp"

namespace mcplumb {
namespace {

// A request that was not the handshake.
void look_into_request(Run& run, HttpClient& http, const DiagnosisTarget& asked, const Exchange& failed) {
  const bool given_up = failed.closed_by_us || failed.ended == kNever;
  const bool silent = was_waited_for_in_vain(failed) || given_up;
  DiagnosisProbes probes = diagnosis_probes(run, http, asked);
  if (silent) probes.look_for_life();
  record_processor_time(run, probes);
  if (find_header(failed.request.headers, "mcp-session-id") && failed.status() >= 400) probes.begin_again();
}

}  // namespace

bool is_over_http(const Run& run) { return !origin_of(RunIndex(run).endpoint()).empty(); }

DiagnosisProbes diagnosis_probes(const Run& run, HttpClient& http, const DiagnosisTarget& asked) {
  DiagnosisProbesOptions options;
  options.url = RunIndex(run).endpoint();
  options.headers = asked.target.headers;
  options.connection = asked.target.connection;
  options.revision = asked.revision.empty() ? std::string(kNewestHandshakeRevision) : asked.revision;
  options.deadline = std::min<Micros>(asked.deadline, 3 * kSecond);
  options.thorough = is_loopback(options.url);
  if (const std::deque<ProcessRecord>& started = run.trace.processes; !started.empty())
    options.process = started.front().ended == kNever ? started.front().pid : 0;
  return {http, std::move(options)};
}

void record_processor_time(Run& run, const DiagnosisProbes& probes) {
  if (!probes.stalled_cpu()) return;
  if (!run.process_facts) run.process_facts.emplace();
  run.process_facts->stalled_cpu = probes.stalled_cpu();
}

void look_into_handshake(Run& run, HttpClient& http, const DiagnosisTarget& asked) {
  if (run.handshake_problem.empty() || !run.first_failure || !is_over_http(run)) return;
  if (*run.first_failure >= http.trace().exchanges.size()) return;
  DiagnosisProbes probes = diagnosis_probes(run, http, asked);
  const Exchange& failed = http.trace().exchanges[*run.first_failure];
  // There was a session, and it is not known: to none, or to some only?
  if (find_header(failed.request.headers, "mcp-session-id")) return probes.begin_again();
  if (const Exchange* stream = old_stream(http.trace());
      stream != nullptr && failed.transport == TransportKind::http_sse && failed.status() != 0)
    probes.after_failed_old_handshake(stream->request.url);
  probes.after_failed_initialize(failed);
  record_processor_time(run, probes);
}

Run diagnose_failure(EventLoop& loop, const Trace& trace, const CommandFailure& failure, const DiagnosisTarget& asked) {
  Run run;
  run.target = to_string(asked.target);
  run.trace = trace;
  run.first_failure = failure.exchange;
  if (failure.had_session)
    run.server.emplace();
  else
    run.handshake_problem = failure.problem;
  if (!loop.stopped() && is_over_http(run) && failure.exchange && *failure.exchange < run.trace.exchanges.size()) {
    HttpClient http(loop, run.trace, asked.target.connection);
    if (failure.had_session)
      look_into_request(run, http, asked, run.trace.exchanges[*failure.exchange]);
    else
      look_into_handshake(run, http, asked);
  }
  run.trace.stalls = loop.stalls();
  run.looks_like = looks_like(run);
  run.diagnoses = diagnose(run);
  return redact(std::move(run), secrets_of(asked.target));
}

}  // namespace mcplumb
