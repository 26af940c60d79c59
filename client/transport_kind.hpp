// The transports that the tool speaks, and what each of them can do. Whoever asks for an ability works with the next
// transport, too; whoever compares with a name does not.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace mcplumb {

enum class TransportKind { streamable_http, http_sse, stdio };

struct TransportAbilities {
  TransportKind kind;
  std::string_view word;  // as in the suite language, on the command line and in reports
  bool has_http;          // a request has a method, a URL and headers, a reply a status; without it we start a program
  bool has_channel;       // all that the server sends comes on one exchange (Transport::channel)
  bool has_session_id;    // the server may issue one (MCP-Session-Id)
};

// In the order of TransportKind.
inline constexpr std::array<TransportAbilities, 3> kTransports = {{
    {TransportKind::streamable_http, "streamable-http", true, false, true},
    {TransportKind::http_sse, "http-sse", true, true, false},
    {TransportKind::stdio, "stdio", false, true, false},
}};

constexpr const TransportAbilities& abilities_of(TransportKind kind) {
  return kTransports[static_cast<std::size_t>(kind)];
}
constexpr std::string_view to_string(TransportKind kind) { return abilities_of(kind).word; }
constexpr bool has_http(TransportKind kind) { return abilities_of(kind).has_http; }
constexpr bool has_channel(TransportKind kind) { return abilities_of(kind).has_channel; }

constexpr std::optional<TransportKind> transport_kind_from(std::string_view word) {
  for (const TransportAbilities& each : kTransports)
    if (each.word == word) return each.kind;
  return std::nullopt;
}

static_assert([] {
  for (std::size_t i = 0; i < kTransports.size(); ++i)
    if (kTransports[i].kind != static_cast<TransportKind>(i)) return false;
  return true;
}());

}  // namespace mcplumb
