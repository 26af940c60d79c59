#include "client/media_type.hpp"

namespace mcplumb {

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

std::string media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (!content_type.empty() && (content_type.front() == ' ' || content_type.front() == '\t'))
    content_type.remove_prefix(1);
  while (!content_type.empty() && (content_type.back() == ' ' || content_type.back() == '\t'))
    content_type.remove_suffix(1);
  return lower_case(content_type);
}

std::string origin_of(std::string_view url) {
  const std::size_t mark = url.find("://");
  if (mark == std::string_view::npos) return "";
  const std::string scheme = lower_case(url.substr(0, mark));
  if (scheme != "http" && scheme != "https") return "";
  std::string_view authority = url.substr(mark + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (const std::size_t at = authority.rfind('@'); at != authority.npos) authority.remove_prefix(at + 1);
  if (authority.empty()) return "";
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == authority.npos ? 0 : bracket);
  const std::string host = lower_case(authority.substr(0, colon));
  std::string port = colon == authority.npos ? "" : std::string(authority.substr(colon + 1));
  if (port.empty()) port = scheme == "https" ? "443" : "80";
  return scheme + "://" + host + ":" + port;
}

bool is_loopback(std::string_view url) {
  const std::string origin = origin_of(url);
  const std::size_t mark = origin.find("://");
  if (mark == std::string::npos) return false;
  const std::string host = origin.substr(mark + 3, origin.rfind(':') - mark - 3);
  return host == "localhost" || host == "[::1]" || host.starts_with("127.") || host.ends_with(".localhost");
}

}  // namespace mcplumb
