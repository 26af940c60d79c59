#include "conformance/language/check.hpp"

#include <algorithm>

#include "client/transport/era.hpp"

namespace mcplumb {
namespace {

// A rule that is older than revision 2026-07-28 may stand on another page there.
std::string page_of_2026(const std::string& spec) {
  constexpr std::pair<std::string_view, std::string_view> kMoved[] = {
      {"basic/utilities/progress", "basic/patterns/progress"},
      {"basic/utilities/cancellation", "basic/patterns/cancellation"},
      {"basic/transports#stdio", "basic/transports/stdio"},
      {"basic/transports#", "basic/transports/streamable-http#"}};
  for (const auto& [old, now] : kMoved)
    if (spec.starts_with(old)) return std::string(now) + spec.substr(old.size());
  return spec;
}

}  // namespace

// Revisions are dates, written so that text order is time order.
bool RevisionRange::contains(std::string_view revision) const {
  return (from.empty() || from <= revision) && (to.empty() || revision <= to);
}

bool Check::applies_to(std::string_view revision) const {
  return revisions.empty() || std::any_of(revisions.begin(), revisions.end(),
                                          [&](const RevisionRange& range) { return range.contains(revision); });
}

bool Check::names(TransportKind transport) const {
  return std::find(transports.begin(), transports.end(), to_string(transport)) != transports.end();
}

bool Check::binds(std::string_view revision, TransportKind transport) const {
  if (!revision.empty()) return applies_to(revision);
  const auto all = handshake_revisions().subspan(transport == TransportKind::streamable_http ? 1 : 0);
  return std::all_of(all.begin(), all.end(), [&](std::string_view each) { return applies_to(each); });
}

Level Check::level_for(std::string_view revision) const {
  for (const auto& [range, level] : levels) {
    if (range.contains(revision)) return level;
  }
  return Level::info;
}

std::string spec_url(const Check& check, std::string_view revision) {
  if (check.spec.empty() || check.spec.starts_with("https://")) return check.spec;
  std::string chosen(revision);
  if (chosen.empty() || !check.applies_to(chosen)) {
    for (const std::string_view each : handshake_revisions())
      if (check.applies_to(each)) chosen = std::string(each);
    if (chosen.empty()) chosen = std::string(kStatelessRevision);
  }
  return "https://modelcontextprotocol.io/specification/" + chosen + "/" +
         (chosen >= kStatelessRevision ? page_of_2026(check.spec) : check.spec);
}

}  // namespace mcplumb
