#include "conformance/assess/run_diagnosis.hpp"

#include <algorithm>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "conformance/assess/failure_diagnosis.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/diagnose.hpp"
#include "conformance/causes/fingerprints.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/causes/run_index.hpp"
#include "conformance/probes/access_probes.hpp"
#include "conformance/record/timing.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kSecondLooks = 3;  // at most

bool asked_for_progress(const Exchange& exchange) {
  const nlohmann::json* params = member(exchange.message, "params");
  const nlohmann::json* meta = params != nullptr ? member(*params, "_meta") : nullptr;
  return meta != nullptr && member(*meta, "progressToken") != nullptr;
}

}  // namespace

DiagnosisTarget RunDiagnosis::asked() const { return {options_.target, options_.revision, options_.deadline}; }

DiagnosisProbes RunDiagnosis::probes() const { return diagnosis_probes(run_, http_, asked()); }

void RunDiagnosis::after_handshake() { look_into_handshake(run_, http_, asked()); }

void RunDiagnosis::after_a_bad_session() {
  if (is_over_http(run_)) probes().ask_differently();
}

RunDiagnosis::Trouble RunDiagnosis::trouble_seen() const {
  Trouble seen;
  for (const Exchange* exchange : RunIndex(run_).traffic()) {
    seen.server_error = seen.server_error || exchange->status() >= 500;
    if (seen.failed == nullptr && exchange->status() >= 500) seen.failed = exchange;
    seen.silent = seen.silent || was_waited_for_in_vain(*exchange);
    seen.any = seen.any || exchange->status() >= 400 || exchange->failure;
  }
  return seen;
}

void RunDiagnosis::after_checks(bool probe, bool failed) {
  if (!run_.handshake_problem.empty() || !is_over_http(run_)) return;
  DiagnosisProbes probes = this->probes();
  if (const Exchange* stream = old_stream(http_.trace()); stream != nullptr) {
    if (run_.server && run_.server->transport == TransportKind::http_sse)
      probes.send_into_closed_stream(stream->request.url);
    return;
  }
  const Trouble trouble = trouble_seen();
  if (trouble.silent) probes.look_for_life();
  record_processor_time(run_, probes);
  if (trouble.failed != nullptr) probes.repeat(*trouble.failed);
  if (probe || trouble.server_error) probes.ask_differently();
  if (trouble.server_error) probes.begin_again();
  OpenSession* session = trouble.server_error ? nullptr : needs_.shared();
  if (session != nullptr) look_again_at_lateness(*session);
  // The rest is about sessions and GET streams.
  if (session != nullptr && !session->session->is_stateless())
    in_session(*session, probes, probe, probe || (trouble.any && failed));
  if (!has_preflight_) ask_preflight(http_, options_.target.connection, options_.target.url);
}

void RunDiagnosis::in_session(OpenSession& session, DiagnosisProbes& probes, bool probe, bool trouble) {
  const ProbedSession open{session.transport->session_id(), session.opening().revision};
  if (trouble && !probes.ping_on_fresh_connections(open)) probes.begin_again();
  if (probe) {
    probes.open_compressed_stream(open);
    probes.look_for_limits(open);
  }
  if (!open.id.empty() && !reopens_) probes.reopen_stream(open.revision);
  if (lacks_progress()) look_for_progress(session);
}

void RunDiagnosis::ask_in_company() {
  OpenSession* session = is_over_http(run_) ? needs_.shared() : nullptr;
  if (session == nullptr || session->transport->kind() != TransportKind::streamable_http) return;
  has_preflight_ = ask_preflight(http_, options_.target.connection, options_.target.url);
  if (session->session->is_stateless() || session->transport->session_id().empty()) return;
  reopens_ = probes().reopen_stream(session->opening().revision);
}

// A call that asked for progress was answered, and none came.
bool RunDiagnosis::lacks_progress() const {
  const Trace& trace = http_.trace();
  for (const Received& response : trace.received) {
    if (!response.answers || !asked_for_progress(trace.exchanges[*response.answers])) continue;
    const bool came = std::any_of(trace.received.begin(), trace.received.end(), [&](const Received& other) {
      return other.exchange == response.exchange && string_member(other.value, "method") == "notifications/progress";
    });
    if (!came) return true;
  }
  return false;
}

void RunDiagnosis::call_for_progress(OpenSession& session, std::string_view purpose) {
  const auto role = options_.roles.find("progress");
  if (role == options_.roles.end() || http_.loop().stopped()) return;
  RequestOptions call;
  call.purpose = purpose;
  call.deliberate = true;
  call.deadline = http_.loop().now() + options_.deadline;
  session.session->request("tools/call",
                           {{"name", role->second.tool},
                            {"arguments", role->second.arguments},
                            {"_meta", {{"progressToken", "mcplumb-diagnosis-" + std::to_string(http_.loop().now())}}}},
                           call);
}

// Events, or headers, that came at the end of a call may have come late to us alone: more calls tell.
void RunDiagnosis::look_again_at_lateness(OpenSession& session) {
  for (std::size_t i = 0; i < kSecondLooks; ++i) {
    run_.trace.stalls = http_.loop().stalls();
    const std::vector<ProgressSample> samples = progress_samples(run_.trace);
    const auto open = [&](bool (ProgressSample::*late)() const) {
      const HeldBack held = are_held_back(samples, late);
      return !samples.empty() && held != HeldBack::no && (held != HeldBack::yes || i == 0);
    };
    if (!open(&ProgressSample::in_a_burst) && !open(&ProgressSample::headers_at_end)) return;
    call_for_progress(session, std::string(diagnosis_purpose::kBurst) + std::to_string(i));
  }
}

// The same call again with a GET stream open: does its progress come there?
void RunDiagnosis::look_for_progress(OpenSession& session) {
  const auto role = options_.roles.find("progress");
  if (role == options_.roles.end() || http_.loop().stopped()) return;
  SendOptions listen;
  listen.purpose = diagnosis_purpose::kProgressGet;
  listen.deliberate = true;
  listen.deadline = http_.loop().now() + options_.deadline;
  const auto stream = session.transport->listen(listen);
  if (!stream) return;
  const Exchange& opened = http_.trace().exchanges[*stream];
  http_.loop().run_until([&] { return opened.status() != 0 || !session.transport->running(*stream); }, listen.deadline);
  call_for_progress(session, diagnosis_purpose::kProgressCall);
  session.transport->close_stream(*stream);
  http_.loop().run_until([&] { return !session.transport->running(*stream); }, http_.loop().now() + kSecond);
}

void RunDiagnosis::conclude() {
  run_.trace.stalls = http_.loop().stalls();
  run_.looks_like = looks_like(run_);
  run_.diagnoses = diagnose(run_);
}

}  // namespace mcplumb
