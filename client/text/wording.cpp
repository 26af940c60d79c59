#include "client/text/wording.hpp"

#include <cstdio>

namespace mcplumb {
namespace {

constexpr std::int64_t kMicrosOfMilli = 1'000, kMicrosOfSecond = 1'000'000;

std::int64_t rounded(std::int64_t micros, std::int64_t unit) { return (micros + unit / 2) / unit; }

std::string with_unit(const char* format, std::int64_t micros, std::int64_t unit) {
  char text[32];
  std::snprintf(text, sizeof text, format, static_cast<double>(micros) / static_cast<double>(unit));
  return text;
}

}  // namespace

std::string plural(std::size_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

std::string whole_size(std::size_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " bytes";
  const bool mega = bytes >= 1024 * 1024;
  return std::to_string(mega ? bytes >> 20 : bytes >> 10) + (mega ? " MiB" : " KiB");
}

bool is_own_limit(std::string_view sentence) { return sentence.find(kOwnLimit) != std::string_view::npos; }

std::string beyond_own_limit(std::size_t bytes) {
  return "larger than " + whole_size(bytes) + ", " + std::string(kOwnLimit) + std::string(kRaised);
}

std::string more_memory_than_own_limit(std::size_t bytes, std::string_view cure) {
  return more_than_own_limit(whole_size(bytes) + " of memory once read") + std::string(cure.empty() ? kRaised : cure);
}

std::string more_than_own_limit(std::size_t count, std::string_view of_what) {
  return more_than_own_limit(std::to_string(count) + " " + std::string(of_what));
}

std::string more_than_own_limit(std::string_view amount) {
  return "more than " + std::string(amount) + ", " + std::string(kOwnLimit);
}

std::string span_text(std::int64_t micros) {
  if (micros < 0) return "?";
  if (micros < 10 * kMicrosOfMilli) return with_unit("%.2f ms", micros, kMicrosOfMilli);
  if (micros < kMicrosOfSecond) return with_unit("%.0f ms", micros, kMicrosOfMilli);
  return with_unit("%.2f s", micros, kMicrosOfSecond);
}

std::string rounded_span(std::int64_t micros) {
  if (micros >= kMicrosOfSecond) return seconds_text(micros);
  return std::to_string(micros / kMicrosOfMilli) + " ms";
}

std::string seconds_text(std::int64_t micros) { return with_unit("%.1f s", micros, kMicrosOfSecond); }

std::string whole_seconds(std::int64_t micros) { return std::to_string(rounded(micros, kMicrosOfSecond)) + " s"; }

std::string milliseconds_text(std::int64_t micros) { return std::to_string(rounded(micros, kMicrosOfMilli)) + " ms"; }

}  // namespace mcplumb
