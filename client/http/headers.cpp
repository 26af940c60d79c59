#include "client/http/headers.hpp"

#include <strings.h>

#include <algorithm>
#include <array>

#include "client/media_type.hpp"

namespace mcplumb {

namespace {

// RFC 9110 section 7.6.1, RFC 9112 section 6, RFC 9113 section 8.2.2, and what makes a client wait.
constexpr std::array<std::string_view, 9> kOfConnection = {
    "content-length", "transfer-encoding", "keep-alive", "te", "trailer", "upgrade", "proxy-connection",
    "expect",         "http2-settings"};

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

std::string header_problem(const Header& header) {
  if (!is_token(header.name)) return "a header's name is one word of letters, digits and -";
  const std::string name = lower_case(header.name), value = lower_case(header.value);
  if (std::find(kOfConnection.begin(), kOfConnection.end(), name) != kOfConnection.end())
    return "it belongs to the connection or says where a request ends, and mcplumb sets it itself as each request "
           "needs "
           "it; leave it out";
  if (name == "connection" && value != "close" && value != "keep-alive")
    return "`Connection` may only be close or keep-alive here; the rest belongs to the connection, which is mcplumb's";
  if (!may_be_sent(header.value)) return "its value holds a line break, so no request can be sent with it";
  const auto is_control = [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; };
  if (std::any_of(header.value.begin(), header.value.end(), is_control))
    return "its value holds a control character, which no header may";
  return "";
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
