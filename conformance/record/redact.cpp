#include "conformance/record/redact.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kShortestSecret = 4;

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
    const std::string name = lower_case(pair.substr(0, equals));
    const std::string_view value = equals == pair.npos ? "" : pair.substr(equals + 1);
    if (equals != pair.npos && speaks_of_secrets(name))
      out += std::string(pair.substr(0, equals + 1)) + kRedacted;
    else if (name.find("session") != std::string::npos && value.size() > 4 && !value.ends_with("…"))
      out += std::string(pair.substr(0, equals + 5)) + "…";  // as in the header of Streamable HTTP
    else
      out += std::string(pair);
    if (end == query.npos) return out;
    out += '&';
    query.remove_prefix(end + 1);
  }
}

}  // namespace

bool is_secret_header(std::string_view name) {
  const std::string lowered = lower_case(name);
  return lowered != "www-authenticate" && speaks_of_secrets(lowered);
}

Headers redact_headers(const Headers& headers) {
  Headers out = headers;
  for (Header& header : out) {
    if (lower_case(header.name) == "mcp-session-id") {
      if (header.value.size() > 4) header.value = header.value.substr(0, 4) + "…";
    } else if (is_secret_header(header.name)) {
      header.value = kRedacted;
    } else if (const std::string name = lower_case(header.name); name == "location" || name == "content-location") {
      header.value = redact_url(header.value);
    }
  }
  return out;
}

std::string redact_url(std::string_view url) {
  const std::string bare = without_user_info(url);
  const UrlParts parts = split_url(bare);
  if (!parts.has_query) return bare;
  const std::size_t start = static_cast<std::size_t>(parts.query.data() - bare.data());
  return bare.substr(0, start) + redact_query(parts.query) + bare.substr(start + parts.query.size());
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
  constexpr std::array<std::string_view, 8> kPlain = {"jsonrpc", "method", "type",       "mimeType",
                                                      "role",    "id",     "resultType", "cacheScope"};
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
  for (StreamEvent& event : out.events)
    if (event.type == "endpoint" && exchange.is_channel()) event.data = redact_url(event.data);
  if ((exchange.request.method == "GET" && exchange.is_event_stream()) || exchange.is_channel())
    withhold_replayed_results(out);
  if (!holds_content(exchange) || exchange.status() >= 300) return out;
  if (exchange.is_event_stream())
    out.body = out.body.empty() ? "" : kSeeEvents;
  else if (!out.body.empty())
    out.body = shape_text(out.body, out.body_cut);
  for (StreamEvent& event : out.events)
    if (!event.data.empty()) event.data = shape_text(event.data, event.data_cut);
  if (out.answer && !out.answer->data.empty()) out.answer->data = shape_text(out.answer->data, out.answer->data_cut);
  return out;
}

namespace {

// "--api-key" of "--api-key=abc" and of "--api-key"; "API_KEY" of "API_KEY=abc".
std::string_view name_part(std::string_view word) { return word.substr(0, word.find('=')); }

bool has_bearer(std::string_view text, std::size_t at) {
  constexpr std::string_view kScheme = "bearer ";
  return text.size() > at + kScheme.size() && lower_case(text.substr(at, kScheme.size())) == kScheme;
}

std::string without_bearer_tokens(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (!has_bearer(text, i)) {
      out += text[i++];
      continue;
    }
    out += text.substr(i, 7) + kRedacted;
    i = std::min(text.find_first_of(" \t\r\n\"',;)", i + 7), text.size());
  }
  return out;
}

std::string without(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets)
    for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += std::strlen(kRedacted))
      text.replace(at, secret.size(), kRedacted);
  return without_bearer_tokens(text);
}

// The values that redact_command takes out, as far as they are long enough to be told from ordinary words.
std::vector<std::string> secrets_in(const std::vector<std::string>& words) {
  std::vector<std::string> secrets;
  const auto add = [&](const std::string& value) {
    if (value.size() >= 6 && value != kRedacted) secrets.push_back(value);
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=');
    if (!speaks_of_secrets(lower_case(name_part(words[i])))) continue;
    if (equals != std::string::npos)
      add(words[i].substr(equals + 1));
    else if (words[i].starts_with("-") && i + 1 < words.size())
      add(words[i + 1]);
  }
  return secrets;
}

}  // namespace

std::vector<std::string> redact_command(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  bool secret_next = false;
  for (const std::string& word : words) {
    const bool names_secret = speaks_of_secrets(lower_case(name_part(word)));
    const std::size_t equals = word.find('=');
    if (secret_next)
      out.push_back(kRedacted);
    else if (names_secret && equals != std::string::npos)
      out.push_back(word.substr(0, equals + 1) + kRedacted);
    else
      out.push_back(without_bearer_tokens(word.find("://") == std::string::npos ? word : redact_url(word)));
    secret_next = !secret_next && names_secret && word.starts_with("-") && equals == std::string::npos;
  }
  return out;
}

ProcessRecord redact_process(const ProcessRecord& process) {
  ProcessRecord out = process;
  const std::vector<std::string> secrets = secrets_in(process.command);
  out.command = redact_command(process.command);
  out.log.head = without(process.log.head, secrets);
  out.log.tail = without(process.log.tail, secrets);
  out.log.size =
      process.log.size - process.log.head.size() - process.log.tail.size() + out.log.head.size() + out.log.tail.size();
  return out;
}

void redact_values(Run& run, const std::vector<std::string>& secrets) {
  std::vector<std::string> wanted;
  for (const std::string& secret : secrets) {
    if (secret.size() < kShortestSecret) continue;
    wanted.push_back(secret);
    // As it stands inside JSON, too.
    const std::string quoted = nlohmann::json(secret).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (const std::string inside = quoted.substr(1, quoted.size() - 2); inside != secret) wanted.push_back(inside);
  }
  if (wanted.empty()) return;
  const auto clean = [&](std::string& text) {
    for (const std::string& secret : wanted)
      for (std::size_t at = text.find(secret); at != text.npos; at = text.find(secret, at + 1))
        text.replace(at, secret.size(), kRedacted);
  };
  for (Exchange& exchange : run.trace.exchanges) {
    clean(exchange.request.url);
    clean(exchange.request.body);
    clean(exchange.body);
    for (Header& header : exchange.request.headers) clean(header.value);
    for (HeaderBlock& block : exchange.blocks)
      for (Header& header : block.headers) clean(header.value);
    for (StreamEvent& event : exchange.events) clean(event.data);
  }
  const std::function<void(nlohmann::json&)> clean_json = [&](nlohmann::json& value) {
    if (value.is_string()) clean(value.get_ref<std::string&>());
    if (value.is_structured())
      for (nlohmann::json& member : value) clean_json(member);
  };
  if (run.surface) {
    for (nlohmann::json* part : {&run.surface->capabilities, &run.surface->tools, &run.surface->prompts,
                                 &run.surface->resources, &run.surface->templates})
      clean_json(*part);
    for (std::string& problem : run.surface->problems) clean(problem);
  }
  if (run.server) {
    for (std::string* text : {&run.server->name, &run.server->version, &run.server->title}) clean(*text);
    clean_json(run.server->capabilities);
  }
  clean(run.handshake_problem);
  for (Diagnosis& diagnosis : run.diagnoses) {
    for (std::string* text : {&diagnosis.cause, &diagnosis.sub_cause, &diagnosis.cure}) clean(*text);
    for (std::string& line : diagnosis.evidence) clean(line);
  }
  for (Likeness& likeness : run.looks_like) clean(likeness.evidence);
  for (Observation& observation : run.observations) clean(observation.value);
  for (ProcessRecord& process : run.trace.processes) {
    const std::size_t left_out = process.log.size - process.log.head.size() - process.log.tail.size();
    clean(process.log.head);
    clean(process.log.tail);
    process.log.size = left_out + process.log.head.size() + process.log.tail.size();
  }
  for (Outcome& outcome : run.outcomes) {
    clean(outcome.reason);
    for (Finding& finding : outcome.findings) {
      clean(finding.expected);
      clean(finding.actual);
    }
  }
}

}  // namespace mcplumb
