#include "client/text/utf8.hpp"

namespace mcplumb {
namespace {

constexpr unsigned kContinuationBits = 6;

unsigned char byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

bool is_continuation(std::string_view text, std::size_t at) {
  return at < text.size() && (byte_at(text, at) & 0xC0U) == 0x80;
}

// How long a sequence is by its first byte; 0 for a byte that begins none.
std::size_t announced_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;  // a continuation, or the start of an overlong form
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead < 0xF5 ? 4 : 0;
}

char32_t joined(std::string_view sequence) {
  if (sequence.size() == 1) return byte_at(sequence, 0);
  char32_t point = byte_at(sequence, 0) & (0xFFU >> (sequence.size() + 1));
  for (std::size_t i = 1; i < sequence.size(); ++i)
    point = (point << kContinuationBits) | (byte_at(sequence, i) & 0x3FU);
  return point;
}

bool is_allowed(char32_t point, std::size_t length) {
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  return !surrogate && !overlong && point <= 0x10FFFF;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  if (text.empty()) return {};
  const std::size_t length = announced_length(byte_at(text, 0));
  const CodePoint broken = {text.substr(0, 1), 0, false};
  if (length == 0) return broken;
  for (std::size_t i = 1; i < length; ++i)
    if (!is_continuation(text, i)) return broken;
  const std::string_view sequence = text.substr(0, length);
  const char32_t point = joined(sequence);
  return is_allowed(point, length) ? CodePoint{sequence, point, true} : broken;
}

std::size_t utf8_length(std::string_view text) {
  const CodePoint first = first_code_point(text);
  return first.valid ? first.bytes.size() : 0;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const CodePoint first = first_code_point(bytes);
    if (!first.valid) return false;
    bytes.remove_prefix(first.bytes.size());
  }
  return true;
}

}  // namespace mcplumb
