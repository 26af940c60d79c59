#include "conformance/probes/migration_probes.hpp"

#include "client/jsonrpc/message.hpp"
#include "conformance/causes/probe_purposes.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

// A list that the server has; empty if it has none.
std::string some_list(const Opening& opening) {
  const json* capabilities = member(opening.result, "capabilities");
  for (const char* kind : {"tools", "prompts", "resources"})
    if (capabilities != nullptr && member(*capabilities, kind) != nullptr) return std::string(kind) + "/list";
  return "";
}

void send(OpenSession& session, EventLoop& loop, const json& message, SendOptions options) {
  options.deliberate = true;
  const auto exchange = session.transport->raw("POST", serialize(message), options);
  if (!exchange) return;
  loop.run_until([&] { return !session.transport->running(*exchange); }, options.deadline);
  if (session.transport->running(*exchange)) session.transport->close_stream(*exchange);
}

}  // namespace

void send_migration_probes(OpenSession& session, EventLoop& loop, Micros deadline) {
  const std::string method = some_list(session.opening());
  if (session.transport->kind() != TransportKind::streamable_http || method.empty()) return;
  const json envelope = make_envelope(kStatelessRevision, json::object(), own_client_info());
  const json alone = make_request("migration-1", method, with_meta(nullptr, envelope, nullptr));
  SendOptions options;
  options.purpose = migration_purpose::kAlone;
  options.deadline = loop.now() + deadline;
  options.headers = headers_of_message(alone, kStatelessRevision);
  options.without = {"MCP-Session-Id"};
  send(session, loop, alone, options);

  SendOptions contradicting;
  contradicting.purpose = migration_purpose::kHeaders;
  contradicting.deadline = loop.now() + deadline;
  contradicting.headers = {{"Mcp-Method", "mcplumb/another"}};
  send(session, loop, make_request("migration-2", method, nullptr), contradicting);
}

}  // namespace mcplumb
