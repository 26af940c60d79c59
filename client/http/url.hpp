// URLs: the one place that takes them apart. Absolute ones are read by libcurl's parser, as the requests to them are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mcplumb {

// An absolute http or https URL.
struct Url {
  std::string scheme, host;  // in lower case; an IPv6 address stands in brackets
  std::string port;          // the default one is filled in
  std::string path;          // "/" at least
  std::string query;         // without its "?"

  // Nothing if the text is no absolute http or https URL.
  static std::optional<Url> parse(std::string_view text);
  // "http://host:port". Two URLs are of one origin if these are equal (RFC 6454 section 4).
  std::string origin() const { return scheme + "://" + host + ":" + port; }
  // The host names this very machine: localhost, 127.0.0.0/8 or [::1].
  bool is_loopback() const;
};

// The components of any URL or reference as they are written, whatever they hold (RFC 3986 appendix B). They are views
// into the text.
struct UrlParts {
  std::string_view scheme;     // without ":"
  std::string_view user_info;  // without "@"
  std::string_view host_port;
  std::string_view path;
  std::string_view query, fragment;  // without "?" and "#"
  bool has_authority = false, has_query = false, has_fragment = false;
};
UrlParts split_url(std::string_view text);

// `reference` against `base`, absolute (RFC 3986 section 5); empty if that makes no http or https URL.
std::string resolve_url(std::string_view base, std::string_view reference);

// Why no request can be sent to this URL, and what to write instead: "it names no host"; empty = one can be.
// It tells nothing of the URL but its scheme, if that is a word.
std::string url_problem(std::string_view text);
// "localhost:8000/mcp", "127.0.0.1/mcp": a host, before which http:// was left out.
bool lacks_only_scheme(std::string_view text);

std::string origin_of(std::string_view url);  // Url::origin; empty if it is no http or https URL
std::string path_of(std::string_view url);    // as written; "/" if there is none
bool is_loopback(std::string_view url);
std::string without_query(std::string_view url);      // nor fragment
std::string without_user_info(std::string_view url);  // as written otherwise

}  // namespace mcplumb
