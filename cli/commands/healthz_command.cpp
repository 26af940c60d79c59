#include "cli/commands/commands.hpp"
#include "cli/input/target.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/server_session.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/record/exit_code.hpp"
#include "reports/exchange_text.hpp"

namespace mcplumb::cli {

// One line, whatever happens: a container runtime shows it beside the exit code.
int healthz_command(const ServerOptions& given) {
  ServerOptions options = given;
  if (!words_behind_target(options).empty())
    throw UsageError("mcplumb: error: healthz takes a target and nothing else");
  ServerSession server(options, "healthz");
  server.be_quiet();
  if (!server.open() || (!server.is_stateless() && !server.request("ping", nullptr))) {
    print("unhealthy: " + shortened(server.trouble(), 300) + "\n");
    return server.exit();
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
