// WWW-Authenticate from anybody (RFC 9110 section 11.6.1): a parameter is found however it is written, and only where
// one stands. The input is the header, and after a line "%%" the value of a parameter that is added to it.
#include "conformance/causes/challenge.hpp"
#include "tests/fuzz.hpp"

namespace {

using namespace mcplumb;

Exchange refused_with(std::string challenge) {
  Exchange exchange;
  exchange.blocks.push_back({"HTTP/1.1", 401, "", {{"WWW-Authenticate", std::move(challenge)}}, 0});
  return exchange;
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  return out + "\"";
}

}  // namespace

MCPLUMB_FUZZER(challenge_fuzz) {
  const std::vector<std::string_view> parts = fuzz::parts(input);
  const std::string found = resource_metadata_of(refused_with(std::string(parts[0])));
  fuzz::require(found.size() <= parts[0].size(), "a parameter is not longer than its header", found);
  if (parts.size() < 2) return;
  const std::string text(parts[1]);
  for (const std::string& before : {std::string("Bearer "), "Bearer realm=" + in_quotes(parts[0]) + ", ",
                                    "Bearer not_resource_metadata=" + in_quotes(parts[0]) + ", "})
    fuzz::require(resource_metadata_of(refused_with(before + "resource_metadata=" + in_quotes(text))) == text,
                  "the value is read as it was meant", before);
  fuzz::require(resource_metadata_of(refused_with("Bearer realm=" + in_quotes(input))).empty(),
                "what stands in another value is none");
}
