// URLs and references from a peer, and what is shown of them. The input is a base and a reference on a line each.
#include "client/http/secrets.hpp"
#include "client/http/url.hpp"
#include "tests/fuzz.hpp"

namespace {

std::string put_together(const mcplumb::UrlParts& parts, bool colon) {
  std::string out = std::string(parts.scheme) + (colon ? ":" : "");
  if (parts.has_authority) out += "//";
  if (parts.user_info.data() != nullptr) out += std::string(parts.user_info) + "@";
  out += std::string(parts.host_port) + std::string(parts.path);
  if (parts.has_query) out += "?" + std::string(parts.query);
  if (parts.has_fragment) out += "#" + std::string(parts.fragment);
  return out;
}

}  // namespace

MCPLUMB_FUZZER(url_fuzz) {
  using namespace mcplumb;
  const std::string_view base = fuzz::take_line(input);
  const UrlParts split = split_url(base);
  fuzz::require(put_together(split, !split.scheme.empty()) == base, "the parts of a URL are all of it", base);
  const std::string bare = without_user_info(base);
  fuzz::require(split_url(bare).user_info.data() == nullptr || !split.has_authority, "user information goes", base);
  fuzz::require(without_user_info(bare) == bare && redact_url(redact_url(base)) == redact_url(base),
                "what was taken out stays out", base);

  const std::string resolved = resolve_url(base, input);
  if (!resolved.empty()) {
    const std::optional<Url> url = Url::parse(resolved);
    fuzz::require(url.has_value(), "what a reference leads to is a URL", resolved);
    fuzz::require(url->scheme == "http" || url->scheme == "https", "of HTTP", resolved);
    fuzz::require(origin_of(resolved) == url->origin() && !url->path.empty(), "with an origin", resolved);
    fuzz::require(resolved.find_first_of(std::string_view(" \r\n\t\0", 5)) == std::string::npos,
                  "it can stand in a request line", resolved);
  }
  const std::optional<Url> url = Url::parse(base);
  if (!url) return;
  fuzz::require(!url->host.empty() && !url->port.empty() && url->path.starts_with('/'), "a URL has its parts", base);
  fuzz::require(resolve_url(base, "/x").starts_with(url->scheme + "://"), "a path stays on its host", base);
  fuzz::require(origin_of(resolve_url(base, "/x")) == url->origin(), "a path stays on its origin", base);
  if (const std::string resolved_same = resolve_url(base, "?" + std::string(input.substr(0, input.find('#'))));
      !resolved_same.empty())
    fuzz::require(origin_of(resolved_same) == url->origin(), "a query stays on its origin", resolved_same);
}
