#include "conformance/language/uri_template.hpp"

#include <cctype>
#include <functional>
#include <set>
#include <string_view>

namespace mcplumb {
namespace {

bool is_hex(std::string_view text, std::size_t at) {
  return at < text.size() && std::isxdigit(static_cast<unsigned char>(text[at]));
}

// How long what one byte of a value becomes is (RFC 6570, section 3.2.2); 0 = this is none.
std::size_t length_of_byte(std::string_view uri, std::size_t at) {
  if (at >= uri.size()) return 0;
  if (uri[at] == '%') return is_hex(uri, at + 1) && is_hex(uri, at + 2) ? 3 : 0;
  const auto byte = static_cast<unsigned char>(uri[at]);
  return std::isalnum(byte) || std::string_view("-._~").find(uri[at]) != std::string_view::npos ? 1 : 0;
}

bool is_variable_of_first_level(std::string_view text) {
  return !text.empty() && text.find_first_of("+#./;?&=,!@|:*{") == std::string_view::npos;
}

using Places = std::set<std::size_t>;  // up to which byte the URI may have been made

Places behind_variable(const Places& before, std::string_view uri) {
  Places after;
  for (const std::size_t start : before)
    for (std::size_t at = start, length; (length = length_of_byte(uri, at)) != 0;) after.insert(at += length);
  return after;
}

Places behind_literal(const Places& before, std::string_view uri, char literal) {
  Places after;
  for (const std::size_t at : before)
    if (at < uri.size() && uri[at] == literal) after.insert(at + 1);
  return after;
}

// Shows the parts of the template in order. False: it is of a higher level.
bool walk(std::string_view uri_template, const std::function<void(char)>& literal,
          const std::function<void()>& variable) {
  for (std::size_t i = 0; i < uri_template.size(); ++i) {
    if (uri_template[i] != '{') {
      literal(uri_template[i]);
      continue;
    }
    const std::size_t end = uri_template.find('}', i);
    if (end == std::string_view::npos) return false;
    if (!is_variable_of_first_level(uri_template.substr(i + 1, end - i - 1))) return false;
    variable();
    i = end;
  }
  return true;
}

}  // namespace

bool expands_to(const std::string& uri_template, const std::string& uri) {
  Places places = {0};
  const bool is_simple = walk(
      uri_template, [&](char literal) { places = behind_literal(places, uri, literal); },
      [&] { places = behind_variable(places, uri); });
  return is_simple && places.contains(uri.size());
}

std::string expand(const std::string& uri_template, const std::string& value) {
  std::string uri;
  const bool is_simple = walk(
      uri_template, [&](char literal) { uri += literal; }, [&] { uri += value; });
  return is_simple ? uri : "";
}

}  // namespace mcplumb
