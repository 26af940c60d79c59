#include "client/transport/encoding.hpp"

#include <algorithm>
#include <array>

#include "client/text/utf8.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kSample = 64;  // bytes that tell the encoding

// How many bytes of the sample are 0, by their place in a unit of four.
std::array<std::size_t, 4> zeros_by_place(std::string_view sample) {
  std::array<std::size_t, 4> zeros{};
  for (std::size_t i = 0; i < sample.size(); ++i) zeros[i % 4] += sample[i] == '\0' ? 1 : 0;
  return zeros;
}

}  // namespace

bool is_utf16(std::string_view text) {
  if (is_utf32(text)) return false;
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return true;
  const std::string_view sample = text.substr(0, kSample);
  if (sample.size() < 8) return false;
  const auto places = zeros_by_place(sample);
  const std::size_t even = places[0] + places[2], odd = places[1] + places[3];
  return std::max(even, odd) * 5 >= sample.size() * 2 && std::min(even, odd) == 0;
}

bool is_utf32(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.starts_with("\xFF\xFE\0\0"sv) || text.starts_with("\0\0\xFE\xFF"sv)) return true;
  const std::string_view sample = text.substr(0, kSample);
  if (sample.size() < 8) return false;
  const auto places = zeros_by_place(sample);
  const std::size_t units = sample.size() / 4;
  return places[1] >= units && places[2] >= units && ((places[0] >= units) != (places[3] >= units));
}

std::string readable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    out += next.valid ? std::string(next.bytes) : std::string("\xEF\xBF\xBD");
    text.remove_prefix(next.bytes.size());
  }
  return out;
}

std::string first_beyond_utf8(std::string_view text) {
  constexpr std::size_t kLongestRest = 3;
  std::string_view rest = text;
  while (const std::size_t length = utf8_length(rest)) rest.remove_prefix(length);
  const bool breaks_off = rest.size() <= kLongestRest &&
                          (rest.empty() || static_cast<unsigned char>(rest[0]) >= 0xC2) &&
                          std::all_of(rest.begin() + (rest.empty() ? 0 : 1), rest.end(),
                                      [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; });
  if (breaks_off) return "";
  return "byte " + hex_byte(rest.front()) + " at position " + std::to_string(text.size() - rest.size() + 1);
}

std::string hex_byte(char byte) {
  constexpr const char* kDigits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  return {'0', 'x', kDigits[value >> 4], kDigits[value & 15]};
}

}  // namespace mcplumb
