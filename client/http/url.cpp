#include "client/http/url.hpp"

#include <curl/curl.h>

#include <memory>

namespace mcplumb {
namespace {

struct Release {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(char* text) const { curl_free(text); }
};

}  // namespace

std::string resolve_url(const std::string& base, std::string_view reference) {
  while (!reference.empty() && (reference.back() == ' ' || reference.back() == '\r')) reference.remove_suffix(1);
  while (!reference.empty() && reference.front() == ' ') reference.remove_prefix(1);
  const std::unique_ptr<CURLU, Release> url(curl_url());
  if (!url || reference.empty() || reference.find('\0') != reference.npos) return "";
  if (curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK) return "";
  if (curl_url_set(url.get(), CURLUPART_URL, std::string(reference).c_str(), CURLU_URLENCODE) != CURLUE_OK) return "";
  char* text = nullptr;
  if (curl_url_get(url.get(), CURLUPART_URL, &text, 0) != CURLUE_OK) return "";
  const std::unique_ptr<char, Release> owned(text);
  const std::string whole(text);
  return whole.starts_with("http://") || whole.starts_with("https://") ? whole : "";
}

}  // namespace mcplumb
