#include "client/trace.hpp"

#include <strings.h>

#include <array>

#include "client/http/media_type.hpp"

namespace mcplumb {
namespace {

constexpr std::array<std::string_view, 11> kFailureKinds = {"resolve",   "refused",   "unreachable", "tls",
                                                            "deadline",  "cut",       "empty",       "malformed",
                                                            "too-large", "cancelled", "local"};

}  // namespace

std::optional<std::string> find_header(const Headers& headers, std::string_view name) {
  std::optional<std::string> joined;
  for (const Header& header : headers) {
    if (header.name.size() != name.size() || strncasecmp(header.name.data(), name.data(), name.size()) != 0) continue;
    joined = joined ? *joined + ", " + header.value : header.value;
  }
  return joined;
}

std::string_view to_string(FailureKind kind) { return kFailureKinds[static_cast<std::size_t>(kind)]; }

std::optional<FailureKind> failure_kind_from(std::string_view text) {
  for (std::size_t i = 0; i < kFailureKinds.size(); ++i)
    if (kFailureKinds[i] == text) return static_cast<FailureKind>(i);
  return std::nullopt;
}

std::optional<std::string> Exchange::header(std::string_view name) const {
  return blocks.empty() ? std::nullopt : find_header(blocks.back().headers, name);
}

bool Exchange::is_event_stream() const {
  return media_type(header("content-type").value_or("")) == "text/event-stream";
}

}  // namespace mcplumb
