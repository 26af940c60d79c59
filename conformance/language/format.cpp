#include "conformance/language/format.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "client/transport/era.hpp"
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

// "2025-06-18": full-date.
bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const int year = number_at(text, 0, 4), month = number_at(text, 5, 2);
  return year >= 0 && between(month, 1, 12) && between(number_at(text, 8, 2), 1, days_in(year, month));
}

// "23:59:60.25": partial-time, the fraction with any number of digits.
bool is_time(std::string_view text) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return false;
  if (!between(number_at(text, 0, 2), 0, 23) || !between(number_at(text, 3, 2), 0, 59)) return false;
  if (!between(number_at(text, 6, 2), 0, 60)) return false;
  const std::string_view fraction = text.substr(8);
  if (fraction.empty()) return true;
  return fraction[0] == '.' && fraction.size() > 1 && fraction.find_first_not_of("0123456789", 1) == fraction.npos;
}

// RFC 3339, section 5.6.
bool is_date_time(std::string_view text) {
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't')) return false;
  const std::size_t offset = text.find_first_of("Zz+-", 11);
  return offset != text.npos && is_date(text.substr(0, 10)) && is_time(text.substr(11, offset - 11)) &&
         is_offset(text.substr(offset));
}

// Any of the forms in which base64 is met: the alphabet for URLs (RFC 4648, section 5), no padding, lines.
bool is_any_base64(std::string_view text) {
  return text.find('%') == std::string_view::npos && consists_of(text, "+/-_= \t\r\n");
}

// A date of ISO 8601, or a date and a time, with or without seconds and offset, in the extended format.
bool is_iso_8601(std::string_view text) {
  if (text.size() == 10) return is_date(text);
  if (text.size() < 16 || (text[10] != 'T' && text[10] != ' ') || !is_date(text.substr(0, 10))) return false;
  std::string_view time = text.substr(11);
  const std::size_t offset = time.find_first_of("Zz+-");
  if (offset != time.npos) {
    const std::string_view zone = time.substr(offset);
    const bool basic =
        zone.size() == 5 && between(number_at(zone, 1, 2), 0, 23) && between(number_at(zone, 3, 2), 0, 59);
    if (!is_offset(zone) && !basic) return false;
    time = time.substr(0, offset);
  }
  return is_time(time) || (time.size() == 5 && is_time(std::string(time) + ":00"));
}

// What the specification asks of session ids: 0x21 to 0x7E.
// https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management
bool is_visible_ascii(std::string_view text) {
  for (const char c : text) {
    if (c < 0x21 || c > 0x7E) return false;
  }
  return !text.empty();
}

// A format is one row.
struct Format {
  constexpr Format(std::string_view its_name, bool (*its_test)(std::string_view), std::string_view its_words)
      : name(its_name), holds(its_test), in_words(its_words) {}
  std::string_view name;
  bool (*holds)(std::string_view text);
  std::string_view in_words;
};

constexpr std::array kFormats = {
    Format{"uri", is_uri, "a URI"},
    Format{"uri-template", is_uri_template, "a URI template"},
    Format{"base64", is_base64, "base64 text"},
    Format{"any-base64", is_any_base64, "base64 text"},
    Format{"iso-8601", is_iso_8601, "a date, or a date and time, of ISO 8601"},
    Format{"date-time", is_date_time, "a date and time (RFC 3339)"},
    Format{"visible-ascii", is_visible_ascii, "text of visible ASCII characters only"},
    Format{"revision", is_published_revision, "a published protocol revision"},
};

constexpr auto kFormatWords = [] {
  std::array<std::string_view, kFormats.size()> words;
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = kFormats[i].name;
  return words;
}();

const Format* format_of(std::string_view name) {
  const auto found =
      std::find_if(kFormats.begin(), kFormats.end(), [&](const Format& format) { return format.name == name; });
  return found == kFormats.end() ? nullptr : &*found;
}

}  // namespace

Words format_words() { return kFormatWords; }

bool has_format(std::string_view text, std::string_view name) {
  const Format* format = format_of(name);
  return format != nullptr && format->holds(text);
}

std::string describe_format(const std::string& name) {
  const Format* format = format_of(name);
  return format != nullptr ? std::string(format->in_words) : name;
}

}  // namespace mcplumb
