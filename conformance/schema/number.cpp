#include "conformance/schema/number.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace mcplumb::schema {
namespace {

using nlohmann::json;

// digits * 10^exponent; no zero at either end of the digits, and no digits at all for 0.
struct Decimal {
  bool negative = false;
  std::string digits;
  long exponent = 0;
};

Decimal decimal_of(const json& number) {
  std::string text = number.dump();  // the shortest that reads back the same
  Decimal value;
  if (text.starts_with('-')) {
    value.negative = true;
    text.erase(0, 1);
  }
  if (const std::size_t e = text.find_first_of("eE"); e != std::string::npos) {
    const char* start = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
    std::from_chars(start, text.data() + text.size(), value.exponent);
    text.erase(e);
  }
  if (const std::size_t point = text.find('.'); point != std::string::npos) {
    value.exponent -= static_cast<long>(text.size() - point - 1);
    text.erase(point, 1);
  }
  text.erase(0, std::min(text.find_first_not_of('0'), text.size()));
  while (text.ends_with('0')) {
    text.pop_back();
    ++value.exponent;
  }
  value.digits = text;
  if (text.empty()) value = Decimal{};
  return value;
}

bool is_finite(const json& number) { return !number.is_number_float() || std::isfinite(number.get<double>()); }

int compare_magnitudes(const Decimal& a, const Decimal& b) {
  if (a.digits.empty() || b.digits.empty())
    return static_cast<int>(!a.digits.empty()) - static_cast<int>(!b.digits.empty());
  const long high_a = static_cast<long>(a.digits.size()) + a.exponent;
  const long high_b = static_cast<long>(b.digits.size()) + b.exponent;
  if (high_a != high_b) return high_a < high_b ? -1 : 1;
  return a.digits.compare(b.digits);  // both start with the same power of ten, and have no trailing zeros
}

// (digits * 10^zeros) mod divisor
std::uint64_t remainder(const std::string& digits, long zeros, std::uint64_t divisor) {
  __extension__ using Wide = unsigned __int128;
  Wide rest = 0;
  for (const char c : digits) rest = (rest * 10 + static_cast<unsigned>(c - '0')) % divisor;
  for (long i = 0; i < zeros && rest != 0; ++i) rest = rest * 10 % divisor;
  return static_cast<std::uint64_t>(rest);
}

}  // namespace

int compare_numbers(const json& a, const json& b) {
  if (a.type() == b.type() || !is_finite(a) || !is_finite(b)) return a < b ? -1 : b < a ? 1 : 0;
  const Decimal left = decimal_of(a), right = decimal_of(b);
  if (left.negative != right.negative) return left.negative ? -1 : 1;
  const int order = compare_magnitudes(left, right);
  return left.negative ? -order : order;
}

bool is_integer(const json& value) {
  if (!value.is_number_float()) return value.is_number();
  const double number = value.get<double>();
  return std::isfinite(number) && number == std::floor(number);
}

bool is_multiple_of(const json& value, const json& divisor) {
  if (!is_finite(value) || !is_finite(divisor)) return false;
  const Decimal a = decimal_of(value), b = decimal_of(divisor);
  if (b.digits.empty()) return false;
  if (a.digits.empty()) return true;
  if (a.exponent < b.exponent) return false;  // a has no factor of ten left that b would need
  std::uint64_t number = 0;
  std::from_chars(b.digits.data(), b.digits.data() + b.digits.size(), number);
  return number != 0 && remainder(a.digits, a.exponent - b.exponent, number) == 0;
}

std::string canonical_text(const json& value) {
  if (value.is_number()) {
    if (!is_finite(value)) return value.dump();
    const Decimal number = decimal_of(value);
    return (number.negative ? "-" : "") + number.digits + "e" + std::to_string(number.exponent);
  }
  if (!value.is_structured()) return value.dump(-1, ' ', false, json::error_handler_t::replace);
  std::string text = value.is_array() ? "[" : "{";
  for (const auto& [key, element] : value.items()) {
    if (value.is_object()) text += json(key).dump(-1, ' ', false, json::error_handler_t::replace) + ":";
    text += canonical_text(element) + ",";
  }
  return text + (value.is_array() ? "]" : "}");
}

bool equal(const json& a, const json& b) {
  if (a.is_number() && b.is_number()) return compare_numbers(a, b) == 0;
  if (a.type() != b.type() || a.size() != b.size()) return false;
  if (a.is_array()) {
    for (std::size_t i = 0; i < a.size(); ++i)
      if (!equal(a[i], b[i])) return false;
    return true;
  }
  if (!a.is_object()) return a == b;
  for (const auto& [key, element] : a.items()) {
    const auto other = b.find(key);
    if (other == b.end() || !equal(element, *other)) return false;
  }
  return true;
}

}  // namespace mcplumb::schema
