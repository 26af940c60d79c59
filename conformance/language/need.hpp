// What a check needs of the server, or of the user's leave: the words under `needs`. How each is found out is a row of
// conformance/engine/facts.cpp, which does not compile while one is missing.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/language/suggestion.hpp"

namespace mcplumb {

enum class NeedKind {
  session_id,
  no_session_id,
  get_stream,
  post_sse,
  event_ids,
  resource,
  prompt,
  stateful,
  local,
  delete_accepted,
  slow,
  header_rules,
  stateless_only,
  bearer,
  other_identity,
  capability,
  role
};

struct NeedWord {
  NeedKind kind;
  std::string_view word;  // one that ends in a colon is followed by an argument
};

// In the order of NeedKind, the words with an argument last.
inline constexpr std::array kNeedWords = {
    NeedWord{NeedKind::session_id, "session-id"},
    NeedWord{NeedKind::no_session_id, "no-session-id"},
    NeedWord{NeedKind::get_stream, "get-stream"},
    NeedWord{NeedKind::post_sse, "post-sse"},
    NeedWord{NeedKind::event_ids, "event-ids"},
    NeedWord{NeedKind::resource, "resource"},
    NeedWord{NeedKind::prompt, "prompt"},
    NeedWord{NeedKind::stateful, "stateful"},
    NeedWord{NeedKind::local, "local"},
    NeedWord{NeedKind::delete_accepted, "delete"},
    NeedWord{NeedKind::slow, "slow"},
    NeedWord{NeedKind::header_rules, "header-rules"},
    NeedWord{NeedKind::stateless_only, "stateless-only"},
    NeedWord{NeedKind::bearer, "bearer"},
    NeedWord{NeedKind::other_identity, "other-identity"},
    NeedWord{NeedKind::capability, "cap:"},
    NeedWord{NeedKind::role, "role:"},
};

struct Need {
  NeedKind kind;
  std::string argument{};  // "tools.listChanged" of "cap:tools.listChanged"; empty for whole words
  bool operator==(const Need&) const = default;
};

// Absent for what is no need; a word with an argument must have one.
std::optional<Need> need_from(std::string_view text);
std::string to_string(const Need& need);

Words need_words();     // whole words
Words need_prefixes();  // "cap:", "role:"

}  // namespace mcplumb
