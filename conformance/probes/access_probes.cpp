#include "conformance/probes/access_probes.hpp"

#include <algorithm>

#include "client/http/url.hpp"
#include "conformance/causes/challenge.hpp"
#include "conformance/causes/probe_purposes.hpp"

namespace mcplumb {
namespace {

constexpr const char* kWellKnown = "/.well-known/oauth-protected-resource";

RawRequest metadata_request(std::string url) {
  RawRequest request;
  request.purpose = std::string(diagnosis_purpose::kResourceMetadata);
  request.method = "GET";
  request.url = std::move(url);
  request.headers = {{"Accept", "application/json"}};
  request.until = ReadUntil::end;
  request.enough = 64 * 1024;
  request.fresh_connection = true;
  return request;
}

// In the order of RFC 9728 section 3.1 and of the specification: the challenge, with the path, without it.
std::vector<std::string> metadata_urls(const Exchange& refused) {
  const std::string& url = refused.request.url;
  std::vector<std::string> urls;
  const std::string told = resource_metadata_of(refused);
  if (!told.empty() && origin_of(told) == origin_of(url)) urls.push_back(told);
  const std::string path = path_of(url);
  if (!path.empty() && path != "/") urls.push_back(origin_of(url) + kWellKnown + path);
  urls.push_back(origin_of(url) + kWellKnown);
  std::vector<std::string> once;
  for (std::string& each : urls)
    if (std::find(once.begin(), once.end(), each) == once.end()) once.push_back(std::move(each));
  return once;
}

}  // namespace

void look_at_resource_metadata(HttpClient& http, const ConnectionOptions& connection, const Exchange& refused) {
  RawRequests raw(http, {refused.request.url, {}, connection, 3 * kSecond, std::nullopt});
  for (const std::string& url : metadata_urls(refused)) {
    if (http.loop().stopped()) return;
    const Exchange& reply = raw.ask(metadata_request(url));
    if (reply.status() == 0 || reply.status() == 200) return;
  }
}

bool ask_preflight(HttpClient& http, const ConnectionOptions& connection, const std::string& url) {
  if (http.loop().stopped()) return false;
  RawRequests raw(http, {url, {}, connection, 3 * kSecond, std::nullopt});
  RawRequest request;
  request.purpose = std::string(diagnosis_purpose::kPreflight);
  request.method = "OPTIONS";
  request.headers = {
      {"Origin", "https://mcplumb.invalid"},
      {"Access-Control-Request-Method", "POST"},
      {"Access-Control-Request-Headers", "authorization, content-type, mcp-protocol-version, mcp-session-id"}};
  request.fresh_connection = true;
  return raw.ask(request).status() != 0;
}

}  // namespace mcplumb
