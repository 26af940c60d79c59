#include "client/http/headers.hpp"

#include <strings.h>

#include <algorithm>

namespace mcplumb {

namespace {

bool stands_for(std::string_view pattern, std::string_view name) {
  const bool is_prefix = pattern.ends_with('*');
  if (is_prefix) pattern.remove_suffix(1);
  return (is_prefix ? name.size() >= pattern.size() : name.size() == pattern.size()) &&
         strncasecmp(name.data(), pattern.data(), pattern.size()) == 0;
}

}  // namespace

bool is_token(std::string_view text) {
  constexpr std::string_view kToken = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return !text.empty() && text.find_first_not_of(kToken) == std::string_view::npos;
}

bool may_be_sent(std::string_view value) {
  return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void remove_header(Headers& headers, std::string_view name) {
  const auto same = [&](const Header& header) { return stands_for(name, header.name); };
  headers.erase(std::remove_if(headers.begin(), headers.end(), same), headers.end());
}

void set_header(Headers& headers, const Header& header) {
  if (header.name.ends_with('*')) {
    for (Header& each : headers)
      if (stands_for(header.name, each.name)) each.value = header.value;
    return;
  }
  remove_header(headers, header.name);
  headers.push_back(header);
}

void set_headers(Headers& headers, const Headers& wanted) {
  for (auto each = wanted.begin(); each != wanted.end(); ++each) {
    const bool is_more = std::any_of(wanted.begin(), each, [&](const Header& one) { return one.name == each->name; });
    is_more ? headers.push_back(*each) : set_header(headers, *each);
  }
}

void override_header(Headers& headers, const Header& header) {
  remove_header(headers, header.name);
  if (!header.value.empty()) headers.push_back(header);
}

}  // namespace mcplumb
