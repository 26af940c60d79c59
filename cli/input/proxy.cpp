#include "cli/input/proxy.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "client/http/url.hpp"
#include "client/media_type.hpp"

namespace mcplumb::cli {
namespace {

std::string variable(const char* name, const char* other) {
  for (const char* each : {name, other})
    if (const char* value = each != nullptr ? std::getenv(each) : nullptr; value != nullptr && *value != '\0')
      return value;
  return "";
}

struct Place {
  std::string host, port;
};

Place place_of(const std::string& text) {
  const std::optional<Url> url = Url::parse(text);
  if (!url) return {};
  const bool bracketed = url->host.starts_with('[');
  return {bracketed ? url->host.substr(1, url->host.size() - 2) : url->host, url->port};
}

// "example.com" and ".example.com" stand for the host and everything below it, "host:port" for that port only.
bool excepts(std::string_view list, const Place& place) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(", "), list.size());
    std::string entry = lower_case(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    if (entry == "*") return true;
    if (const std::size_t colon = entry.rfind(':'); colon != std::string::npos && entry.find(':') == colon) {
      if (entry.substr(colon + 1) != place.port) continue;
      entry.resize(colon);
    }
    if (entry.starts_with("*.")) entry.erase(0, 1);
    if (entry.starts_with('.')) entry.erase(0, 1);
    if (entry.empty()) continue;
    if (place.host == entry || place.host.ends_with("." + entry)) return true;
  }
  return false;
}

}  // namespace

std::string proxy_from_environment(const std::string& url) {
  const bool secure = lower_case(split_url(url).scheme) == "https";
  // HTTP_PROXY in capitals is not obeyed: a CGI program's environment has it from a request header.
  std::string proxy = secure ? variable("https_proxy", "HTTPS_PROXY") : variable("http_proxy", nullptr);
  if (proxy.empty()) proxy = variable("all_proxy", "ALL_PROXY");
  if (proxy.empty() || excepts(variable("no_proxy", "NO_PROXY"), place_of(url))) return "";
  return proxy;
}

}  // namespace mcplumb::cli
