#include <algorithm>

#include "cli/commands/commands.hpp"
#include "cli/input/target.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/server_session.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/engine/refusal.hpp"
#include "conformance/record/exit_code.hpp"
#include "reports/exchange_text.hpp"

namespace mcplumb::cli {
namespace {

// The answer to initialize that was asked for beside server/discover shows a handshake that works, or that there is
// none.
bool is_handshake_known(const Client& client) {
  const std::optional<Answer>& beside = client.opening().beside;
  if (!beside || !beside->received) return false;
  const nlohmann::json& response = client.trace().received[*beside->received].value;
  if (const nlohmann::json* result = member(response, "result"))
    return !string_member(*result, "protocolVersion").empty();
  return found_of_refusal(client.trace().exchanges[beside->exchange]) == RevisionLook::Found::refused;
}

// A server that answers without a handshake may offer one, too: then that must work. Empty if it does, or is refused.
std::string trouble_with_handshake(ServerOptions options, Micros left, int& exit) {
  options.era = "stateful";
  options.total_deadline = std::to_string(std::max<Micros>(left / kMillisecond, 1)) + "ms";
  ServerSession server(options, "healthz");
  server.be_quiet();
  if (server.open()) return "";
  const auto number = server.client().problem().exchange;
  if (number && found_of_refusal(server.client().trace().exchanges[*number]) == RevisionLook::Found::refused) return "";
  exit = server.exit();
  return server.trouble();
}

}  // namespace

// One line, whatever happens: a container runtime shows it beside the exit code.
int healthz_command(const ServerOptions& given) {
  ServerOptions options = given;
  if (!words_behind_target(options).empty())
    throw UsageError("mcplumb: error: healthz takes a target and nothing else");
  ServerSession server(options, "healthz");
  server.be_quiet();
  if (!server.open() || (!server.is_stateless() && !server.request("ping", nullptr))) {
    const std::string cause = server.cause();
    print("unhealthy: " + shortened(server.trouble(), 300) + (cause.empty() ? "" : "; " + shortened(cause, 300)) +
          "\n");
    return server.exit();
  }
  const bool both = server.is_stateless() && options.era == "auto" && options.revision.empty();
  if (both && !is_handshake_known(server.client())) {
    int exit = kFailed;
    if (const std::string trouble = trouble_with_handshake(options, server.time_left(), exit); !trouble.empty()) {
      print("unhealthy: it answers without a handshake, but not initialize: " + shortened(trouble, 300) + "\n");
      return exit;
    }
  }
  if (const std::string other = server.other_revision(); !other.empty()) {
    print("unknown: " + other + "\n");
    return kNothingJudged;
  }
  const nlohmann::json& result = server.client().opening().result;
  const nlohmann::json* info = server_info(result);
  const auto part = [&](const char* key) {
    return info != nullptr ? shortened(string_member(*info, key), 60) : std::string();
  };
  const std::string version = part("version");
  const std::string took = span_text(server.client().opening_took());
  print("ok: " + part("name") + (version.empty() ? "" : " " + version) + ", " + server.client().opening().revision +
        " over " + std::string(to_string(server.client().transport())) + ", " +
        (server.is_stateless() ? "server/discover " + took
                               : "initialize " + took + ", ping " + span_text(server.client().last_took())) +
        "\n");
  return kConforms;
}

}  // namespace mcplumb::cli
