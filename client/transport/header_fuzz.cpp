// Header lines from a peer, and texts that become header values.
#include "client/http/headers.hpp"
#include "client/http/transfer.hpp"
#include "client/media_type.hpp"
#include "client/text/base64.hpp"
#include "client/transport/era.hpp"
#include "tests/fuzz.hpp"

namespace {

// What a server makes of the value (2026-07-28, basic/transports).
std::string read_value(std::string_view value) {
  constexpr std::string_view kStart = "=?base64?", kEnd = "?=";
  if (value.size() < kStart.size() + kEnd.size() || !value.starts_with(kStart) || !value.ends_with(kEnd))
    return std::string(value);
  value.remove_prefix(kStart.size());
  value.remove_suffix(kEnd.size());
  return mcplumb::from_base64(value).value_or("no base64");
}

}  // namespace

MCPLUMB_FUZZER(header_fuzz) {
  using namespace mcplumb;
  const std::string value = header_value(input);
  fuzz::require(may_be_sent(value) && is_utf8(value), "a value can be sent", value);
  const Header sent = split_header_line("Mcp-Name: " + value);
  fuzz::require(sent.name == "Mcp-Name" && sent.value == value, "and is not changed on its way", value);
  fuzz::require(read_value(value) == input, "and says what it was made of", value);

  const Header header = split_header_line(input);
  for (const std::string& part : {header.name, header.value})
    fuzz::require(part.empty() || (std::string_view(" \t\r\n").find(part.front()) == std::string_view::npos &&
                                   std::string_view(" \t\r\n").find(part.back()) == std::string_view::npos),
                  "nothing blank is left around it", part);
  fuzz::require(header.name.find(':') == std::string::npos, "the name ends at the colon", header.name);
  const std::string type = media_type(header.value);
  fuzz::require(media_type(type) == type && media_type(type + " ; charset=utf-8") == type, "a media type is one", type);

  Headers headers = {{"Accept", "1"}, {"accept", "2"}, {"X-Other", "3"}};
  set_header(headers, header);
  if (!header.name.ends_with('*')) fuzz::require(find_header(headers, header.name) == header.value, "it is set");
  remove_header(headers, header.name);
  fuzz::require(header.name.ends_with('*') || !find_header(headers, header.name), "it is gone");
}
