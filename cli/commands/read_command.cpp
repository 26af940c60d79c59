#include <optional>

#include "cli/commands/commands.hpp"
#include "cli/input/known_secrets.hpp"
#include "cli/input/target.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/output_file.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/server_session.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/base64.hpp"
#include "conformance/record/exit_code.hpp"
#include "conformance/record/json_text.hpp"
#include "reports/content_text.hpp"

namespace mcplumb::cli {
namespace {

using nlohmann::json;

std::string without_secrets(const std::string& text) {
  std::string hidden = known_secrets().hide(text);
  if (hidden != text) complain("mcplumb: the resource repeats a secret of yours; <redacted> stands for it\n");
  return hidden;
}

// The bytes of all parts, one behind the other.
std::optional<std::string> bytes_of(const json& result) {
  const json* contents = member(result, "contents");
  if (contents == nullptr || !contents->is_array()) return std::nullopt;
  std::string out;
  for (const json& part : *contents) {
    if (const json* text = member(part, "text"); text != nullptr && text->is_string()) {
      out += without_secrets(text->get<std::string>());
      continue;
    }
    const auto blob = from_base64(string_member(part, "blob"));
    if (!blob) return std::nullopt;
    out += *blob;
  }
  return out;
}

}  // namespace

int read_command(const ReadOptions& given) {
  ReadOptions options = given;
  const std::vector<std::string> words = words_behind_target(options);
  if (words.size() != 1)
    throw UsageError("mcplumb: error: " + std::string(words.empty() ? "which resource? " : "one resource at a time; ") +
                     "write mcplumb read TARGET URI; `mcplumb list TARGET resources` shows them");
  ServerSession server(options, "read");
  OutputFile file(options.output, "--output");
  if (!server.open()) return server.exit();
  const auto result = server.request("resources/read", {{"uri", words[0]}});
  if (!result) return server.exit();
  const auto bytes = file.wanted() ? bytes_of(*result) : std::string();
  if (!bytes)
    throw UsageError("mcplumb: error: the resource has no contents that could be written, or its blob is not base64");
  file.write_bytes(*bytes);
  if (options.json)
    print(json_text(*result, 2));
  else if (!file.wanted())
    print(resource_text(*result));
  return kConforms;
}

}  // namespace mcplumb::cli
