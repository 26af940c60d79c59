#include "reports/curl_line.hpp"

#include <strings.h>

#include <algorithm>

#include "client/text/printable.hpp"
#include "client/text/utf8.hpp"

namespace mcplumb {
namespace {

// What curl sends by itself, or what would differ in any case.
bool is_curls_own(const std::string& name) {
  for (const char* own : {"host", "content-length", "user-agent"})
    if (strcasecmp(name.c_str(), own) == 0) return true;
  return false;
}

// curl sends a header without a value only if a semicolon stands in place of the colon.
std::string header_argument(const Header& header) {
  return header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
}

// curl would add these two by itself; a request that lacked them must lack them again.
std::string left_out(const Headers& headers, bool body) {
  std::string options;
  if (!find_header(headers, "accept")) options += " -H Accept:";
  if (body && !find_header(headers, "content-type")) options += " -H Content-Type:";
  return options;
}

}  // namespace

std::string shell_quoted(std::string_view text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,";
  if (!text.empty() && text.find_first_not_of(kPlain) == text.npos) return std::string(text);
  // What does not print is written as \xNN, which a shell reads between $' and '.
  const bool ansi = printable(text) != text;
  std::string out = ansi ? "$'" : "'";
  while (!text.empty()) {
    const std::string_view one = first_code_point(text).bytes;
    if (one == "'")
      out += ansi ? "\\'" : "'\\''";
    else if (ansi && one == "\\")
      out += "\\\\";
    else
      out += printable(one) == one ? std::string(one) : bytes_as_escapes(one);
    text.remove_prefix(one.size());
  }
  return out + "'";
}

std::string curl_line(const Exchange& exchange) {
  const SentRequest& request = exchange.request;
  std::string line = "curl -i -N";
  const bool body = request.body_size > 0;
  if (request.url.find_first_of("[]{}") != std::string::npos) line += " -g";
  if (request.method != (body ? "POST" : "GET")) line += " -X " + shell_quoted(request.method);
  for (const Header& header : request.headers)
    if (!is_curls_own(header.name)) line += " -H " + shell_quoted(header_argument(header));
  if (!request.headers.empty()) line += left_out(request.headers, body);
  if (body) line += " --data-raw " + shell_quoted(request.body_cut ? request.body.substr(0, 200) + "…" : request.body);
  return line + " " + shell_quoted(request.url);
}

}  // namespace mcplumb
