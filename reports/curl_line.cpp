#include "reports/curl_line.hpp"

#include <strings.h>

#include "conformance/redact.hpp"

namespace mcplumb {
namespace {

// What curl sends by itself, or what would differ in any case.
bool is_curls_own(const std::string& name) {
  for (const char* own : {"host", "content-length", "user-agent"})
    if (strcasecmp(name.c_str(), own) == 0) return true;
  return false;
}

}  // namespace

std::string shell_quoted(std::string_view text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,";
  if (!text.empty() && text.find_first_not_of(kPlain) == text.npos) return std::string(text);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  bool ansi = false;
  for (const char c : text) ansi = ansi || is_control(c);
  std::string out = ansi ? "$'" : "'";
  for (const char c : text) {
    if (ansi && is_control(c)) {
      constexpr char kHex[] = "0123456789abcdef";
      out += std::string("\\x") + kHex[(c >> 4) & 15] + kHex[c & 15];
    } else if (c == '\'') {
      out += ansi ? "\\'" : "'\\''";
    } else if (ansi && c == '\\') {
      out += "\\\\";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string curl_line(const Exchange& raw) {
  const Exchange exchange = redact_exchange(raw);
  std::string line = "curl -i -N";
  const bool body = exchange.request.body_size > 0;
  if (exchange.request.method != (body ? "POST" : "GET")) line += " -X " + shell_quoted(exchange.request.method);
  for (const Header& header : exchange.request.headers)
    if (!is_curls_own(header.name)) line += " -H " + shell_quoted(header.name + ": " + header.value);
  if (body)
    line += " --data-raw " + shell_quoted(exchange.request.body_cut ? exchange.request.body.substr(0, 200) + "…"
                                                                    : exchange.request.body);
  return line + " " + shell_quoted(exchange.request.url);
}

}  // namespace mcplumb
