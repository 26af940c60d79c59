// JSON from a hostile peer: never an exception, never too deep, and what was read can be written and read again.
#include "client/jsonrpc/message.hpp"
#include "tests/fuzz.hpp"

MCPLUMB_FUZZER(message_fuzz) {
  using namespace mcplumb;
  std::vector<std::string> duplicates;
  const auto value = parse_json(input, {64}, &duplicates);
  if (!value) {
    fuzz::require_printable(value.error().what);
    return fuzz::require(!value.error().what.empty(), "a mistake is named");
  }
  const std::string text = serialize(*value);
  const auto again = parse_json(text, {64}, nullptr);
  fuzz::require(again && *again == *value, "what was read can be written and read again", text);
  fuzz::require(text.find('\n') == text.npos, "a message is one line", text);
  fuzz::require(same_id(*value, *again) == same_id(*again, *value), "ids are the same both ways", text);
  static_cast<void>(is_request(*value));
  static_cast<void>(may_be_sent_again(*value));
  static_cast<void>(error_code(*value));
}
