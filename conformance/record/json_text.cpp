#include "conformance/record/json_text.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>

#include "client/text/printable.hpp"
#include "client/text/utf8.hpp"

namespace mcplumb {

std::string json_text(const nlohmann::json& value, int indent) {
  const std::string text = value.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size() + 1);
  for (std::string_view rest = text;;) {
    const std::string_view plain = plain_start(rest);
    safe += plain;
    rest.remove_prefix(plain.size());
    if (rest.empty()) return safe += '\n';
    const CodePoint next = first_code_point(rest);
    // Line feeds here are those between members; within a text they are escaped already.
    if (next.bytes != "\n" && is_unprintable(next.value)) {
      char escape[12];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(next.value));
      safe += escape;
    } else {
      safe += next.bytes;
    }
    rest.remove_prefix(next.bytes.size());
  }
}

}  // namespace mcplumb
