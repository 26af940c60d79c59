#include "conformance/causes/challenge.hpp"

#include "client/media_type.hpp"

namespace mcplumb {
namespace {

constexpr const char* kChallenge = "www-authenticate";

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
  const std::string wanted = std::string(name) + "=";
  const std::size_t at = lower_case(value).find(wanted);
  if (at == std::string::npos) return "";
  std::string rest = value.substr(at + wanted.size());
  if (rest.starts_with('"')) return rest.substr(1, rest.find('"', 1) - 1);
  return rest.substr(0, rest.find_first_of(", "));
}

}  // namespace mcplumb
