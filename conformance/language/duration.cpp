#include "conformance/language/duration.hpp"

#include <charconv>
#include <cmath>

namespace mcplumb {
namespace {

constexpr auto kLongestDuration = std::chrono::hours(24);

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const std::size_t unit_at = text.find_first_not_of("0123456789.");
  if (unit_at == std::string_view::npos || unit_at == 0) return std::nullopt;
  double amount = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + unit_at, amount, std::chars_format::fixed);
  if (failed != std::errc{} || end != text.data() + unit_at) return std::nullopt;
  const std::string_view unit = text.substr(unit_at);
  const double factor = unit == "ms" ? 1 : unit == "s" ? 1000 : unit == "m" ? 60'000 : 0;
  const double milliseconds = amount * factor;
  if (factor == 0 || milliseconds > static_cast<double>(std::chrono::milliseconds(kLongestDuration).count())) {
    return std::nullopt;
  }
  return std::chrono::milliseconds(std::lround(milliseconds));
}

}  // namespace mcplumb
