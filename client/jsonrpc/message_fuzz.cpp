// JSON from a hostile peer: never an exception, never too deep, and what was read can be written and read again.
#include <cstdint>
#include <cstdlib>

#include "client/jsonrpc/message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> duplicates;
  const auto value = mcplumb::parse_json(text, {64}, &duplicates);
  mcplumb::shortened(text, 80);
  if (!value) return 0;
  const auto again = mcplumb::parse_json(mcplumb::serialize(*value), {64}, nullptr);
  if (!again || *again != *value) std::abort();
  return 0;
}
