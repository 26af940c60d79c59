#include "cli/input/proxy.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

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

Place place_of(const std::string& url) {
  const std::size_t start = url.find("://") == std::string::npos ? 0 : url.find("://") + 3;
  std::string authority = url.substr(start, url.find_first_of("/?#", start) - start);
  authority.erase(0, authority.rfind('@') == std::string::npos ? 0 : authority.rfind('@') + 1);
  const std::size_t bracket = authority.rfind(']'), colon = authority.rfind(':');
  Place place{authority, ""};
  if (colon != std::string::npos && (bracket == std::string::npos || colon > bracket))
    place = {authority.substr(0, colon), authority.substr(colon + 1)};
  if (place.host.starts_with('[')) place.host = place.host.substr(1, place.host.size() - 2);
  place.host = lower_case(place.host);
  return place;
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
  const bool secure = lower_case(url.substr(0, 6)) == "https:";
  // HTTP_PROXY in capitals is not obeyed: a CGI program's environment has it from a request header.
  std::string proxy = secure ? variable("https_proxy", "HTTPS_PROXY") : variable("http_proxy", nullptr);
  if (proxy.empty()) proxy = variable("all_proxy", "ALL_PROXY");
  if (proxy.empty() || excepts(variable("no_proxy", "NO_PROXY"), place_of(url))) return "";
  return proxy;
}

}  // namespace mcplumb::cli
