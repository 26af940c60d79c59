// The formats of the language. Each obeys the document named above it.
#include <array>
#include <cctype>

#include "client/transport/era.hpp"
#include "conformance/language/matcher.hpp"
#include "conformance/language/vocabulary.hpp"
#include "conformance/record/words.hpp"

namespace mcplumb {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool is_percent_triple(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && is_hex(text[at + 1]) && is_hex(text[at + 2]);
}

// Every character is of the set, or a percent sign with two hex digits.
bool consists_of(std::string_view text, std::string_view more) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (!is_percent_triple(text, i)) return false;
    } else if (!is_letter(text[i]) && !is_digit(text[i]) && more.find(text[i]) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

constexpr std::string_view kUserInfo = "-._~!$&'()*+,;=:", kName = "-._~!$&'()*+,;=", kPathSet = "-._~!$&'()*+,;=:@/";
constexpr std::string_view kQuery = "-._~!$&'()*+,;=:@/?";

bool is_scheme(std::string_view text) {
  return !text.empty() && is_letter(text[0]) && text.find('%') == std::string_view::npos && consists_of(text, "+-.");
}

// RFC 3986, section 3.2; an address in brackets is taken by its characters.
bool is_authority(std::string_view text) {
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    if (!consists_of(text.substr(0, at), kUserInfo)) return false;
    text.remove_prefix(at + 1);
  }
  std::string_view port;
  if (!text.empty() && text[0] == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || !consists_of(text.substr(1, end - 1), kUserInfo)) return false;
    port = text.substr(end + 1);
    if (!port.empty() && port[0] != ':') return false;
  } else {
    const std::size_t colon = text.find(':');
    if (!consists_of(text.substr(0, colon), kName)) return false;
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  if (!port.empty()) port.remove_prefix(1);
  return port.find_first_not_of("0123456789") == std::string_view::npos;
}

// RFC 3986, section 3: a URI with its scheme, not a relative reference.
bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || !is_scheme(text.substr(0, colon))) return false;
  text.remove_prefix(colon + 1);
  if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) {
    if (!consists_of(text.substr(hash + 1), kQuery)) return false;
    text = text.substr(0, hash);
  }
  if (const std::size_t mark = text.find('?'); mark != std::string_view::npos) {
    if (!consists_of(text.substr(mark + 1), kQuery)) return false;
    text = text.substr(0, mark);
  }
  if (text.substr(0, 2) == "//") {
    const std::size_t slash = text.find('/', 2);
    if (!is_authority(text.substr(2, slash == std::string_view::npos ? slash : slash - 2))) return false;
    text = slash == std::string_view::npos ? "" : text.substr(slash);
  }
  return consists_of(text, kPathSet);
}

// RFC 6570, section 2.3: names of letters, digits, _ and percent triples, joined by dots.
bool is_variable_name(std::string_view text) {
  const bool dots_inside =
      !text.empty() && text.front() != '.' && text.back() != '.' && text.find("..") == std::string_view::npos;
  return dots_inside && consists_of(text, "_.");
}

bool is_variable(std::string_view text) {
  if (!text.empty() && text.back() == '*') return is_variable_name(text.substr(0, text.size() - 1));
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return is_variable_name(text);
  const std::string_view length = text.substr(colon + 1);
  const bool is_length = !length.empty() && length.size() <= 4 && length[0] != '0' &&
                         length.find_first_not_of("0123456789") == std::string_view::npos;
  return is_length && is_variable_name(text.substr(0, colon));
}

bool is_expression(std::string_view text) {
  if (!text.empty() && std::string_view("+#./;?&").find(text[0]) != std::string_view::npos) text.remove_prefix(1);
  while (true) {
    const std::size_t comma = text.find(',');
    if (!is_variable(text.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

// RFC 6570, section 2.1.
bool is_template_literal(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte == '%') return is_percent_triple(text, at);
  return byte > 0x20 && byte != 0x7F && std::string_view("\"<>\\^`{|}").find(text[at]) == std::string_view::npos;
}

bool is_uri_template(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') {
      if (!is_template_literal(text, i)) return false;
      continue;
    }
    const std::size_t end = text.find('}', i);
    if (end == std::string_view::npos || !is_expression(text.substr(i + 1, end - i - 1))) return false;
    i = end;
  }
  return !text.empty();
}

// RFC 4648, section 4, with padding.
bool is_base64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  for (int padding = 0; padding < 2 && !text.empty() && text.back() == '='; ++padding) text.remove_suffix(1);
  return text.find('%') == std::string_view::npos && consists_of(text, "+/");
}

int number_at(std::string_view text, std::size_t at, std::size_t digits) {
  int number = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (i >= text.size() || !is_digit(text[i])) return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

bool between(int number, int least, int most) { return number >= least && number <= most; }

int days_in(int year, int month) {
  static constexpr std::array kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

bool is_offset(std::string_view text) {
  if (text == "Z" || text == "z") return true;
  return text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':' &&
         between(number_at(text, 1, 2), 0, 23) && between(number_at(text, 4, 2), 0, 59);
}

// RFC 3339, section 5.6.
bool is_date_time(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't')) return false;
  if (text[13] != ':' || text[16] != ':') return false;
  const int year = number_at(text, 0, 4), month = number_at(text, 5, 2);
  if (year < 0 || !between(month, 1, 12) || !between(number_at(text, 8, 2), 1, days_in(year, month))) return false;
  const bool time = between(number_at(text, 11, 2), 0, 23) && between(number_at(text, 14, 2), 0, 59) &&
                    between(number_at(text, 17, 2), 0, 60);
  if (!time) return false;
  text.remove_prefix(19);
  if (!text.empty() && text[0] == '.') {
    const std::size_t end = text.find_first_not_of("0123456789", 1);
    if (end == std::string_view::npos || end == 1) return false;
    text.remove_prefix(end);
  }
  return is_offset(text);
}

// What the specification asks of session ids: 0x21 to 0x7E.
// https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management
bool is_visible_ascii(std::string_view text) {
  for (const char c : text) {
    if (c < 0x21 || c > 0x7E) return false;
  }
  return !text.empty();
}

}  // namespace

bool has_format(std::string_view text, std::string_view format) {
  if (format == "uri") return is_uri(text);
  if (format == "uri-template") return is_uri_template(text);
  if (format == "base64") return is_base64(text);
  if (format == "date-time") return is_date_time(text);
  if (format == "visible-ascii") return is_visible_ascii(text);
  if (format == "revision") return index_of(text, published_revisions()).has_value();
  return false;
}

}  // namespace mcplumb
