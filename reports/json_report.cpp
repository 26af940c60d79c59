#include "reports/json_report.hpp"

#include <algorithm>
#include <cstdio>

#include "conformance/language/diagnostic.hpp"

namespace mcplumb {
namespace {

// A code point of the basic plane that could act on a terminal: DEL, C1 controls, direction marks. 0 for any other.
unsigned acting(std::string_view character) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(character[at]); };
  if (character.size() == 1) return byte(0) == 0x7F ? 0x7F : 0;
  if (character.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0 ? byte(1) : 0;
  if (character.size() != 3) return 0;
  const unsigned point = (byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
  const bool direction = point == 0x200E || point == 0x200F || (point >= 0x2028 && point <= 0x202E) ||
                         (point >= 0x2066 && point <= 0x2069);
  return direction ? point : 0;
}

}  // namespace

std::string json_text(const nlohmann::json& value) {
  const std::string text = value.dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size() + 1);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = std::max<std::size_t>(1, utf8_length(std::string_view(text).substr(at, 4)));
    const std::string_view character = std::string_view(text).substr(at, length);
    if (const unsigned point = acting(character); point != 0) {
      char escape[12];
      std::snprintf(escape, sizeof escape, "\\u%04x", point);
      safe += escape;
    } else {
      safe += character;
    }
    at += length;
  }
  return safe + "\n";
}

std::string render_json(const Run& run) { return json_text(to_json(run)); }

}  // namespace mcplumb
