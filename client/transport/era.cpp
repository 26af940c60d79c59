#include "client/transport/era.hpp"

#include <algorithm>

#include "client/http/headers.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/base64.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::string_view kReserved = "io.modelcontextprotocol/";
constexpr int kHeaderMismatch = -32020, kMissingCapability = -32021, kUnsupportedVersionCode = -32022;

// What Mcp-Name repeats, by method; empty = the method has no name.
std::string_view named_member(std::string_view method) {
  if (method == "tools/call" || method == "prompts/get") return "name";
  if (method == "resources/read") return "uri";
  if (method == "tasks/get" || method == "tasks/update" || method == "tasks/cancel") return "taskId";
  return "";
}

std::optional<std::int64_t> integer_code(const json& response) {
  const json* code = error_code(response);
  if (code == nullptr || !code->is_number_integer()) return std::nullopt;
  return code->get<std::int64_t>();
}

bool lists(const json& revisions, std::string_view revision) {
  return std::find(revisions.begin(), revisions.end(), revision) != revisions.end();
}

// The server speaks one of these and no other revision.
Discovery choose(const json& revisions) {
  if (lists(revisions, kStatelessRevision)) return {Era::stateless, "", ""};
  const auto with_handshake = handshake_revisions();
  for (auto known = with_handshake.rbegin(); known != with_handshake.rend(); ++known)
    if (lists(revisions, *known)) return {Era::stateful, std::string(*known), ""};
  return {Era::stateless, "",
          "the server supports none of the published revisions, only " + shortened(serialize(revisions), 120)};
}

}  // namespace

std::span<const std::string_view> published_revisions() { return kPublishedRevisions; }

std::span<const std::string_view> handshake_revisions() { return published_revisions().first(kHandshakeRevisions); }

bool is_published_revision(std::string_view text) {
  return std::find(kPublishedRevisions.begin(), kPublishedRevisions.end(), text) != kPublishedRevisions.end();
}

Era era_of(std::string_view revision) {
  if (revision.empty()) return Era::unknown;
  const auto known = handshake_revisions();
  return std::find(known.begin(), known.end(), revision) != known.end() ? Era::stateful : Era::stateless;
}

json own_client_info() { return {{"name", "mcplumb"}, {"version", MCPLUMB_VERSION}}; }

json initialize_params(std::string_view revision, json capabilities, json client_info) {
  return {
      {"protocolVersion", revision}, {"capabilities", std::move(capabilities)}, {"clientInfo", std::move(client_info)}};
}

json make_envelope(std::string_view revision, const json& capabilities, const json& client_info) {
  return {{meta_key("protocolVersion"), revision},
          {meta_key("clientCapabilities"), capabilities},
          {meta_key("clientInfo"), client_info}};
}

std::string meta_key(std::string_view name) {
  for (const std::string_view reserved : {"protocolVersion", "clientCapabilities", "clientInfo", "logLevel"})
    if (name == reserved) return std::string(kReserved) + std::string(name);
  return std::string(name);
}

json with_meta(json params, const json& envelope, const json& changes) {
  const bool enveloped = envelope.is_object() && changes != "none";
  if (!enveloped && !changes.is_object()) return params;
  if (params.is_null()) params = json::object();
  if (!params.is_object()) return params;
  json meta = enveloped ? envelope : json::object();
  if (const json* own = member(params, "_meta")) {
    if (!own->is_object()) return params;  // wrong on purpose
    meta.update(*own);
  }
  if (changes.is_object())
    for (const auto& [name, value] : changes.items()) {
      if (value.is_null())
        meta.erase(meta_key(name));
      else
        meta[meta_key(name)] = value;
    }
  params["_meta"] = std::move(meta);
  return params;
}

Headers headers_of_message(const json& message, std::string_view revision) {
  const std::string_view method = string_member(message, "method");
  const json* params = member(message, "params");
  const json* meta = params != nullptr ? member(*params, "_meta") : nullptr;
  const std::string_view own = meta != nullptr ? string_member(*meta, meta_key("protocolVersion")) : "";
  Headers headers;
  if (const std::string_view version = own.empty() ? revision : own; !version.empty())
    headers.push_back({"MCP-Protocol-Version", std::string(version)});
  if (method.empty()) return headers;
  headers.push_back({"Mcp-Method", std::string(method)});
  const json* name = params != nullptr ? member(*params, named_member(method)) : nullptr;
  if (name != nullptr && name->is_string())
    headers.push_back({"Mcp-Name", header_value(name->get_ref<const std::string&>())});
  return headers;
}

std::string header_value(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
  const bool trimmed = text.empty() || (text.front() != ' ' && text.back() != ' ');
  const bool marked = text.starts_with("=?base64?") && text.ends_with("?=");
  if (plain && trimmed && !marked) return std::string(text);
  return "=?base64?" + to_base64(text) + "?=";
}

const json* server_info(const json& opening_result) {
  if (const json* info = member(opening_result, "serverInfo")) return info;
  const json* meta = member(opening_result, "_meta");
  return meta != nullptr ? member(*meta, std::string(kReserved) + "serverInfo") : nullptr;
}

Discovery read_discovery(const json& response, int status) {
  if (const json* result = member(response, "result")) {
    const json* supported = member(*result, "supportedVersions");
    const bool named = supported != nullptr && supported->is_array() && !supported->empty();
    return named ? choose(*supported) : Discovery{};
  }
  const auto code = integer_code(response);
  if (!code) return {Era::stateful, "", ""};
  const std::string refusal =
      "server/discover was answered with the error " + shortened(serialize(response["error"]), 200);
  if (*code == kHeaderMismatch || *code == kMissingCapability) return {Era::stateless, "", refusal};
  if (*code == kUnsupportedVersionCode) {
    const json* data = member(response["error"], "data");
    const json* supported = data != nullptr ? member(*data, "supported") : nullptr;
    if (supported == nullptr || !supported->is_array()) return {Era::stateless, "", refusal};
    Discovery chosen = choose(*supported);
    if (chosen.era == Era::stateless && chosen.problem.empty()) chosen.problem = refusal;
    return chosen;
  }
  // Discovery is mandatory, but a server that forgot it is to be tested as what it is.
  return {*code == kMethodNotFound && status == 404 ? Era::unknown : Era::stateful, "", ""};
}

bool leaves_out(const json& discovered, std::string_view revision) {
  const json* supported = member(discovered, "supportedVersions");
  return supported != nullptr && supported->is_array() && !supported->empty() && !lists(*supported, revision);
}

std::optional<bool> is_stateless_answer(const json& response, int status) {
  if (const json* result = member(response, "result")) return member(*result, "resultType") != nullptr;
  const auto code = integer_code(response);
  if (!code) return false;
  if (*code == kHeaderMismatch || *code == kMissingCapability || *code == kUnsupportedVersionCode) return true;
  if (*code == kMethodNotFound && (status == 404 || status == 0)) return std::nullopt;
  return false;
}

}  // namespace mcplumb
