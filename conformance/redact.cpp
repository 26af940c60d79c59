#include "conformance/redact.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool speaks_of_secrets(const std::string& name) {
  constexpr std::array<std::string_view, 9> kWords = {"auth",   "cookie",  "token",  "secret",    "password",
                                                      "passwd", "api-key", "apikey", "credential"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; }) ||
         name == "key" || name.ends_with("-key") || name.ends_with("_key") || name == "sig" || name == "signature";
}

std::string redact_query(std::string_view query) {
  std::string out;
  while (true) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = pair.find('=');
    const bool secret = equals != pair.npos && speaks_of_secrets(lower(pair.substr(0, equals)));
    out += secret ? std::string(pair.substr(0, equals + 1)) + kRedacted : std::string(pair);
    if (end == query.npos) return out;
    out += '&';
    query.remove_prefix(end + 1);
  }
}

}  // namespace

bool is_secret_header(std::string_view name) {
  const std::string lowered = lower(name);
  return lowered != "www-authenticate" && speaks_of_secrets(lowered);
}

Headers redact_headers(const Headers& headers) {
  Headers out = headers;
  for (Header& header : out) {
    if (lower(header.name) == "mcp-session-id") {
      if (header.value.size() > 4) header.value = header.value.substr(0, 4) + "…";
    } else if (is_secret_header(header.name)) {
      header.value = kRedacted;
    } else if (const std::string name = lower(header.name); name == "location" || name == "content-location") {
      header.value = redact_url(header.value);
    }
  }
  return out;
}

std::string redact_url(std::string_view url) {
  std::string out(url);
  const std::size_t scheme = out.find("://");
  if (scheme != std::string::npos) {
    const std::size_t end = out.find_first_of("/?#", scheme + 3);
    const std::size_t at = out.substr(0, end).rfind('@');
    if (at != std::string::npos && at > scheme) out.erase(scheme + 3, at - scheme - 2);
  }
  const std::size_t question = out.find('?');
  if (question == std::string::npos) return out;
  const std::size_t fragment = out.find('#', question);
  const std::string query =
      out.substr(question + 1, fragment == std::string::npos ? fragment : fragment - question - 1);
  return out.substr(0, question + 1) + redact_query(query) +
         (fragment == std::string::npos ? "" : out.substr(fragment));
}

namespace {

// "<12 bytes of text>": what an earlier redaction left. A run that is read back is redacted once more when it is shown,
// and must then say the same.
bool is_redacted_already(std::string_view text) {
  if (!text.starts_with('<')) return false;
  const std::size_t digits = text.find_first_not_of("0123456789", 1);
  if (digits == text.npos || digits == 1 || digits > 20) return false;
  const std::string_view rest = text.substr(digits);
  return rest == " bytes of text>" || rest == " bytes withheld>";
}

}  // namespace

nlohmann::json shape_of(const nlohmann::json& value) {
  constexpr std::array<std::string_view, 6> kPlain = {"jsonrpc", "method", "type", "mimeType", "role", "id"};
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return is_redacted_already(text) ? text : "<" + std::to_string(text.size()) + " bytes of text>";
  }
  nlohmann::json shape = value;
  if (value.is_array())
    for (nlohmann::json& item : shape) item = shape_of(item);
  if (value.is_object())
    for (auto& [key, member] : shape.items())
      if (std::find(kPlain.begin(), kPlain.end(), key) == kPlain.end() || member.is_structured())
        member = shape_of(member);
  return shape;
}

bool holds_content(const Exchange& exchange) {
  const std::string_view method = string_member(exchange.message, "method");
  return method == "tools/call" || method == "resources/read" || method == "prompts/get";
}

namespace {

constexpr const char* kSeeEvents = "<event stream; see its events>";

std::string shape_text(const std::string& text, bool cut) {
  if (is_redacted_already(text)) return text;
  const Result<nlohmann::json> value = cut ? failure("cut") : parse_json(text, {}, nullptr);
  if (!value) return "<" + std::to_string(text.size()) + " bytes withheld>";
  return value->contains("error") ? text : serialize(shape_of(*value));
}

// A GET stream may replay the result of a call; what it answers is not known here, so every result there is withheld.
void withhold_replayed_results(Exchange& exchange) {
  for (StreamEvent& event : exchange.events) {
    if (is_redacted_already(event.data)) continue;
    const Result<nlohmann::json> value = event.data_cut ? failure("cut") : parse_json(event.data, {}, nullptr);
    if (event.data_cut || (value && member(*value, "result") != nullptr))
      event.data = shape_text(event.data, event.data_cut);
  }
  if (!exchange.events.empty() && !exchange.body.empty()) exchange.body = kSeeEvents;
}

}  // namespace

Exchange redact_exchange(const Exchange& exchange) {
  Exchange out = exchange;
  out.request.url = redact_url(exchange.request.url);
  out.request.headers = redact_headers(exchange.request.headers);
  for (HeaderBlock& block : out.blocks) block.headers = redact_headers(block.headers);
  if (exchange.request.method == "GET" && exchange.is_event_stream()) withhold_replayed_results(out);
  if (!holds_content(exchange) || exchange.status() >= 300) return out;
  if (exchange.is_event_stream())
    out.body = out.body.empty() ? "" : kSeeEvents;
  else if (!out.body.empty())
    out.body = shape_text(out.body, out.body_cut);
  for (StreamEvent& event : out.events)
    if (!event.data.empty()) event.data = shape_text(event.data, event.data_cut);
  return out;
}

}  // namespace mcplumb
