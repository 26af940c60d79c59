// The two eras of the protocol, and everything that differs between them in how a client speaks.
//
// Stateful: the revisions up to 2025-11-25, with a handshake (initialize), ping, and requests of the server's.
// Stateless: 2026-07-28 and later. Every request stands alone and carries an envelope in params._meta; over HTTP the
// headers repeat what the body says. https://modelcontextprotocol.io/specification/2026-07-28/basic
#pragma once

#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "client/trace.hpp"

namespace mcplumb {

enum class Era { unknown, stateful, stateless };

// Every published revision, oldest first: those with a handshake, then the stateless one.
inline constexpr std::array<std::string_view, 5> kPublishedRevisions = {"2024-11-05", "2025-03-26", "2025-06-18",
                                                                        "2025-11-25", "2026-07-28"};
inline constexpr std::size_t kHandshakeRevisions = kPublishedRevisions.size() - 1;
inline constexpr std::string_view kNewestHandshakeRevision = kPublishedRevisions[kHandshakeRevisions - 1];
inline constexpr std::string_view kStatelessRevision = kPublishedRevisions.back();
std::span<const std::string_view> published_revisions();
std::span<const std::string_view> handshake_revisions();
bool is_published_revision(std::string_view text);
// Of a revision that was agreed on, or is to be asked for: unknown for none at all, and stateless for a text that is no
// published revision, too, because in a handshake only published ones are agreed on.
Era era_of(std::string_view revision);

// What we say about ourselves unless somebody wishes otherwise: {"name": "mcplumb", "version": …}.
nlohmann::json own_client_info();
// The params of initialize (2025-11-25, basic/lifecycle#initialization).
nlohmann::json initialize_params(std::string_view revision, nlohmann::json capabilities, nlohmann::json client_info);

// The envelope of the stateless era: what params._meta of every request holds (basic#_meta).
nlohmann::json make_envelope(std::string_view revision, const nlohmann::json& capabilities,
                             const nlohmann::json& client_info);
// `protocolVersion`, `clientCapabilities`, `clientInfo` and `logLevel` with the prefix that is reserved for them; any
// other key as it is.
std::string meta_key(std::string_view name);
// `params` with the envelope in its _meta. What _meta holds already stands above the envelope, and `changes` above
// both: an object whose keys (meta_key) replace others, or with null take them away. The text "none" as `changes`
// leaves the envelope out. A null envelope is none.
nlohmann::json with_meta(nlohmann::json params, const nlohmann::json& envelope, const nlohmann::json& changes);

// The request headers that repeat what the body of a POST says: MCP-Protocol-Version, Mcp-Method, Mcp-Name
// (basic/transports#request-headers). Without a message that is one, only the version.
Headers headers_of_message(const nlohmann::json& message, std::string_view revision);
// A text as the value of Mcp-Name and Mcp-Param-*: as it is, or as =?base64?…?= where a header could not carry it.
std::string header_value(std::string_view text);

// What a result of server/discover or initialize says about the server's software; null if nothing.
const nlohmann::json* server_info(const nlohmann::json& opening_result);

// What the answer to a server/discover, asking for the stateless revision, says about the server.
struct Discovery {
  Era era = Era::unknown;  // stateless, stateful, or unknown: ask something else, the answer may be that of either
  std::string revision;    // stateful: the one to propose, if the answer named it
  std::string problem;     // stateless all the same, but not spoken with: why, one sentence
};
// `response`: null if there was none. `status`: of the HTTP reply, 0 over stdio.
Discovery read_discovery(const nlohmann::json& response, int status);

// Whether a result of server/discover names the versions that are supported, and this one is not among them.
bool leaves_out(const nlohmann::json& discovered, std::string_view revision);
// Whether only a server of the stateless era answers a list request so; absent: it does not tell.
std::optional<bool> is_stateless_answer(const nlohmann::json& response, int status);

}  // namespace mcplumb
