// How the comparisons treat JSON values that may be absent.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {

inline std::string shown_value(const nlohmann::json* value) {
  constexpr std::size_t kLongest = 120;
  return value == nullptr ? "absent" : shortened(serialize(*value), kLongest);
}

// Both absent, or both there and equal.
inline bool same_value(const nlohmann::json* a, const nlohmann::json* b) {
  return (a == nullptr) == (b == nullptr) && (a == nullptr || *a == *b);
}

}  // namespace mcplumb
