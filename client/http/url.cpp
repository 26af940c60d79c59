#include "client/http/url.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include "client/http/secrets.hpp"
#include "client/media_type.hpp"

namespace mcplumb {
namespace {

struct Release {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(char* text) const { curl_free(text); }
};
using CurlUrl = std::unique_ptr<CURLU, Release>;

// Null if libcurl does not take the text. Blanks within it are no URL (RFC 3986 section 2).
CurlUrl parsed(std::string_view text) {
  CurlUrl url(curl_url());
  if (!url || text.find('\0') != text.npos) return nullptr;
  if (curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK) return nullptr;
  return url;
}

std::string part_of_url(const CurlUrl& url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, flags) != CURLUE_OK) return "";
  const std::unique_ptr<char, Release> owned(text);
  return text;
}

// Takes the start of `rest` up to `end` off; all of it if `end` is npos.
std::string_view take(std::string_view& rest, std::size_t end) {
  const std::string_view front = rest.substr(0, end);
  rest.remove_prefix(front.size());
  return front;
}

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// An address in disguise: libcurl takes the escapes out, and what it then asks is another host than the text says. In
// brackets an escape begins the zone of an IPv6 address (RFC 6874).
bool has_escaped_host(std::string_view host_port) {
  return !host_port.starts_with('[') && host_port.find('%') != host_port.npos;
}

// What stands before it is the host to a browser, which takes it for a slash (WHATWG URL).
bool has_backslash_before_path(const UrlParts& parts) {
  return parts.user_info.find('\\') != parts.user_info.npos || parts.host_port.find('\\') != parts.host_port.npos;
}

std::string host_problem(std::string_view text, std::string_view host_port) {
  if (has_escaped_host(host_port)) return "its host has an escape with %; write it as it is";
  if (!std::all_of(host_port.begin(), host_port.end(), is_ascii))
    return "its host has letters beyond ASCII; write it as DNS has it, with xn--";
  const CurlUrl url(curl_url());
  const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), 0);
  if (code == CURLUE_BAD_PORT_NUMBER || part_of_url(url, CURLUPART_PORT) == "0")
    return "its port is no number from 1 to 65535";
  if (host_port.starts_with('[') && code != CURLUE_OK) return "its IPv6 address is none, as in [::1]:8000";
  return code == CURLUE_OK ? "" : curl_url_strerror(code);
}

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
  // libcurl finds a host behind one slash or three, too.
  const UrlParts parts = split_url(text);
  if (parts.host_port.empty() || has_escaped_host(parts.host_port) || has_backslash_before_path(parts))
    return std::nullopt;
  const CurlUrl url = parsed(text);
  if (!url) return std::nullopt;
  Url out;
  out.scheme = lower_case(part_of_url(url, CURLUPART_SCHEME));
  if (out.scheme != "http" && out.scheme != "https") return std::nullopt;
  out.host = lower_case(part_of_url(url, CURLUPART_HOST));
  out.port = part_of_url(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  out.path = part_of_url(url, CURLUPART_PATH);
  out.query = part_of_url(url, CURLUPART_QUERY);
  if (out.host.empty()) return std::nullopt;
  return out;
}

bool Url::is_loopback() const {
  const bool is_number = host.find_first_not_of("0123456789.") == std::string::npos;  // and no name such as 127.a.com
  return host == "localhost" || host == "[::1]" || (is_number && host.starts_with("127.")) ||
         host.ends_with(".localhost");
}

UrlParts split_url(std::string_view text) {
  UrlParts parts;
  if (const std::size_t colon = text.find_first_of(":/?#"); colon != text.npos && colon > 0 && text[colon] == ':') {
    parts.scheme = take(text, colon);
    text.remove_prefix(1);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    parts.has_authority = true;
    parts.host_port = take(text, text.find_first_of("/?#"));
    if (const std::size_t at = parts.host_port.rfind('@'); at != text.npos) {
      parts.user_info = parts.host_port.substr(0, at);
      parts.host_port.remove_prefix(at + 1);
    }
  }
  parts.path = take(text, text.find_first_of("?#"));
  if (text.starts_with('?')) {
    text.remove_prefix(1);
    parts.has_query = true;
    parts.query = take(text, text.find('#'));
  }
  if (text.starts_with('#')) {
    parts.has_fragment = true;
    parts.fragment = text.substr(1);
  }
  return parts;
}

std::string resolve_url(std::string_view base, std::string_view reference) {
  while (!reference.empty() && (reference.back() == ' ' || reference.back() == '\r')) reference.remove_suffix(1);
  while (!reference.empty() && reference.front() == ' ') reference.remove_prefix(1);
  if (reference.empty() || reference.find('\0') != reference.npos) return "";
  const CurlUrl url = parsed(base);
  if (!url) return "";
  const std::string text(reference);
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_URLENCODE) != CURLUE_OK) return "";
  const std::string whole = part_of_url(url, CURLUPART_URL);
  return Url::parse(whole) ? whole : "";
}

bool lacks_only_scheme(std::string_view text) {
  const std::string_view host = text.substr(0, text.find_first_of("/?#"));
  const std::size_t colon = host.rfind(':');
  const auto digits = [](std::string_view part, std::string_view more) {
    return !part.empty() && part.find_first_not_of(more) == part.npos;
  };
  if (colon != host.npos && colon > 0 && digits(host.substr(colon + 1), "0123456789")) return true;
  return host == "localhost" || host.starts_with('[') ||
         (digits(host, "0123456789.") && std::count(host.begin(), host.end(), '.') == 3);
}

std::string url_problem(std::string_view text) {
  const UrlParts parts = split_url(text);
  if (text.empty()) return "it is empty";
  for (const char c : text) {
    if (c == ' ') return "it holds a blank; in a URL that is written %20";
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return "it holds a control character or a line break";
  }
  const std::string scheme = lower_case(parts.scheme);
  const bool is_http = scheme == "http" || scheme == "https";
  if (!parts.has_authority && is_http) return "two slashes belong behind `" + scheme + ":`";
  if (!parts.has_authority) return text.starts_with('/') ? "it names no host" : "it does not begin with http://";
  // What is none may be anything, a secret too.
  if (scheme.size() > 12 || scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz+") != scheme.npos)
    return "it does not begin with http://";
  if (!is_http && (scheme == "file" || parts.host_port.empty()))
    return "MCP is not spoken over " + scheme +
           "://; a URL that works begins with http:// or https:// and names a host, " + "as http://127.0.0.1:8000/mcp";
  if (!is_http)
    return "MCP is not spoken over " + scheme + "://; write " +
           (scheme.ends_with('s') && scheme != "ws" ? "https" : "http") + ":// in place of it";
  if (parts.host_port.empty() || parts.host_port.starts_with(':')) return "it names no host";
  if (has_backslash_before_path(parts)) return "it has a backslash before its path; slashes lean forward in a URL";
  return host_problem(text, parts.host_port);
}

std::string origin_of(std::string_view url) {
  const std::optional<Url> parsed_url = Url::parse(url);
  return parsed_url ? parsed_url->origin() : "";
}

std::string path_of(std::string_view url) {
  const std::string_view path = split_url(url).path;
  return path.empty() ? "/" : std::string(path);
}

bool is_loopback(std::string_view url) {
  const std::optional<Url> parsed_url = Url::parse(url);
  return parsed_url && parsed_url->is_loopback();
}

std::string without_query(std::string_view url) { return std::string(url.substr(0, url.find_first_of("?#"))); }

std::string without_user_info(std::string_view url) {
  const UrlParts parts = split_url(url);
  if (parts.user_info.data() == nullptr) return std::string(url);
  const std::size_t start = static_cast<std::size_t>(parts.user_info.data() - url.data());
  return std::string(url.substr(0, start)) + std::string(url.substr(start + parts.user_info.size() + 1));
}

}  // namespace mcplumb
