#include "conformance/probes/framing_probe.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "conformance/causes/probe_purposes.hpp"

namespace mcplumb {
namespace {

constexpr Micros kFramedPatience = 5 * kSecond;

}  // namespace

void ask_in_frames(SessionPool& sessions, HttpClient& http, const Exchange& silent, Micros deadline) {
  const Trace& trace = http.trace();
  const bool is_silent = silent.failure && silent.failure->kind == FailureKind::deadline && !silent.answer;
  if (silent.over_http() || !is_silent || !silent.channel || http.loop().stopped()) return;
  // What it writes on its own says how it frames; what it does not read it will not read in frames either.
  if (trace.exchanges[*silent.channel].body_size > 0 || !silent.process) return;
  if (trace.processes[*silent.process].input_unread) return;
  const std::string body = serialize(make_request(
      1, "initialize", initialize_params(kNewestHandshakeRevision, nlohmann::json::object(), own_client_info())));
  SendOptions options;
  options.purpose = diagnosis_purpose::kFramed;
  options.deliberate = true;
  OpenSession& outside = sessions.outside();
  outside.transport->send_line("Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body, options);
  const std::optional<std::size_t> channel = outside.transport->channel();
  if (!channel) return;
  http.loop().run_until(
      [&] { return trace.exchanges[*channel].body_size > 0 || !outside.transport->running(*channel); },
      http.loop().now() + std::min(deadline, kFramedPatience));
  sessions.end(outside, http.loop().now());
}

}  // namespace mcplumb
