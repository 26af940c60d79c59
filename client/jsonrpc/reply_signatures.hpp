// How the error pages and refusals of well-known layers look: one row a page.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "client/jsonrpc/reply_origin.hpp"

namespace mcplumb {

struct ReplySignature {
  Replier who = Replier::gateway;
  std::string_view product;
  std::string_view sentence;         // what it says of the server, for a person
  std::array<int, 5> statuses = {};  // any of them; {} = any status
  std::string_view header = {};      // its name, in lower case; empty = any
  std::string_view value = {};       // part of its value, in any case
  std::string_view body = {};        // part of the body; kNoBody: there is none
};
inline constexpr std::string_view kNoBody{"\0", 1};

std::span<const ReplySignature> reply_signatures();

// The first row that fits; null if none does.
const ReplySignature* find_signature(const Exchange& exchange);

}  // namespace mcplumb
