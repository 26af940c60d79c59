#include "client/trace.hpp"

#include <string.h>
#include <strings.h>

#include <algorithm>
#include <array>

#include "client/media_type.hpp"

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

std::size_t header_bytes(const HeaderBlock& block) {
  constexpr std::size_t kBetween = 4;  // ": " and CR LF
  std::size_t all = 0;
  for (const Header& header : block.headers) all += header.name.size() + header.value.size() + kBetween;
  return all;
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

StreamEvent event_of(const Received& received, const Exchange& carrier) {
  if (received.event) return carrier.events[*received.event];
  StreamEvent event;
  event.at = received.at;
  event.has_data = event.data_cut = true;
  return event;
}

void KeptText::add(std::string_view bytes, std::size_t head_kept, std::size_t tail_kept) {
  size += bytes.size();
  const std::size_t first = std::min(bytes.size(), head_kept - std::min(head_kept, head.size()));
  head += bytes.substr(0, first);
  bytes.remove_prefix(first);
  if (bytes.size() > tail_kept) bytes.remove_prefix(bytes.size() - tail_kept);
  tail += bytes;
  // Cut seldom: moving the tail for each small piece would cost more than keeping it twice.
  if (tail.size() > 2 * tail_kept) tail.erase(0, tail.size() - tail_kept);
}

std::string KeptText::text() const {
  if (whole()) return head + tail;
  const std::string gap = "… " + std::to_string(size - head.size() - tail.size()) + " bytes left out …\n";
  return head + (head.empty() || head.ends_with('\n') ? "" : "\n") + gap + tail;
}

std::string ending_of(const ProcessRecord& process) {
  if (process.exit_status) return "exited with status " + std::to_string(*process.exit_status);
  if (!process.signal) return "is still running";
  const char* name = sigabbrev_np(*process.signal);
  return "was ended by signal " + std::to_string(*process.signal) +
         (name != nullptr ? " (SIG" + std::string(name) + ")" : "");
}

}  // namespace mcplumb
