// Text from a peer, as it may be printed, shortened and encoded.
#include "client/jsonrpc/message.hpp"
#include "client/text/base64.hpp"
#include "tests/fuzz.hpp"

MCPLUMB_FUZZER(text_fuzz) {
  using namespace mcplumb;
  const std::string shown = printable(input);
  fuzz::require_printable(shown);
  fuzz::require(printable(shown) == shown, "what can be printed stays as it is", shown);
  const std::string line = shortened(input, 40);
  fuzz::require_printable(line);
  fuzz::require(line.find('\n') == line.npos && shortened(line, 400) == line, "a shortened text is one line", line);
  fuzz::require(is_utf8(input) == is_utf8(std::string(input) + "x"), "whole characters stay whole");

  std::string put_together;
  for (std::string_view rest = input; !rest.empty();) {
    const CodePoint next = first_code_point(rest);
    fuzz::require(!next.bytes.empty() && next.valid == (utf8_length(rest) == next.bytes.size()), "a character is one");
    put_together += next.bytes;
    rest.remove_prefix(next.bytes.size());
  }
  fuzz::require(put_together == input, "characters are all of the text");
  fuzz::require(from_base64(to_base64(input)) == input, "base64 brings the bytes back");
  if (const auto bytes = from_base64(input)) fuzz::require(from_base64(to_base64(*bytes)) == bytes, "twice, too");

  const nlohmann::json value = std::string(input);
  const auto again = parse_json(serialize(value), {}, nullptr);
  fuzz::require(again && again->is_string() && (!is_utf8(input) || *again == value), "JSON brings the text back");
}
