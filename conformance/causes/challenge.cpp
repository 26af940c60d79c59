#include "conformance/causes/challenge.hpp"

#include <algorithm>

#include "client/media_type.hpp"

namespace mcplumb {
namespace {

constexpr const char* kChallenge = "www-authenticate";

std::string_view take(std::string_view& rest, std::size_t count) {
  const std::string_view front = rest.substr(0, count);
  rest.remove_prefix(front.size());
  return front;
}

void skip_blanks(std::string_view& rest) { take(rest, std::min(rest.find_first_not_of(" \t"), rest.size())); }

// A quoted string with its escapes undone, or what stands up to the next blank or comma.
std::string take_value(std::string_view& rest) {
  if (!rest.starts_with('"')) return std::string(take(rest, rest.find_first_of(", \t")));
  std::string value;
  for (take(rest, 1); !rest.empty();) {
    char next = take(rest, 1).front();
    if (next == '"') break;
    if (next == '\\' && !rest.empty()) next = take(rest, 1).front();
    value += next;
  }
  return value;
}

// What stands in another parameter's value is no parameter (RFC 9110 section 11.2).
std::string parameter_in(std::string_view rest, std::string_view name) {
  while (!rest.empty()) {
    const std::string word = lower_case(take(rest, rest.find_first_of("=, \t\"")));
    skip_blanks(rest);
    if (rest.starts_with('=')) {
      take(rest, 1);
      skip_blanks(rest);
      std::string value = take_value(rest);
      if (word == name) return value;
    } else if (rest.starts_with('"')) {
      take_value(rest);
    } else if (rest.starts_with(',')) {
      take(rest, 1);
      skip_blanks(rest);
    }
  }
  return "";
}

}  // namespace

std::string renamed_challenge(const Exchange& refused) {
  const HeaderBlock* reply = refused.reply();
  if (reply == nullptr || refused.header(kChallenge)) return "";
  for (const Header& header : reply->headers)
    if (lower_case(header.name).ends_with(kChallenge)) return header.name;
  return "";
}

std::string challenge_parameter(const Exchange& refused, std::string_view name) {
  std::string value = refused.header(kChallenge).value_or("");
  if (const std::string renamed = renamed_challenge(refused); !renamed.empty())
    value = refused.header(renamed).value_or("");
  return parameter_in(value, name);
}

}  // namespace mcplumb
