#include "conformance/record/redact.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "conformance/record/words.hpp"

namespace mcplumb {
bool is_secret_header(std::string_view name) {
  const std::string lowered = lower_case(name);
  return lowered != "www-authenticate" && speaks_of_secrets(lowered);
}

Headers redact_headers(const Headers& headers) {
  Headers out = headers;
  for (Header& header : out) {
    if (lower_case(header.name) == "mcp-session-id") {
      header.value = beginning_of_session(header.value);
    } else if (is_secret_header(header.name)) {
      header.value = kRedacted;
    } else if (const std::string name = lower_case(header.name); name == "location" || name == "content-location") {
      header.value = redact_url(header.value);
    }
  }
  return out;
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

bool holds_result(const nlohmann::json& message) {
  if (message.is_array()) return std::any_of(message.begin(), message.end(), holds_result);
  return member(message, "result") != nullptr;
}

// A GET stream may replay the result of a call; what it answers is not known here, so every result there is withheld.
void withhold_replayed_results(Exchange& exchange) {
  for (StreamEvent& event : exchange.events) {
    if (is_redacted_already(event.data)) continue;
    const Result<nlohmann::json> value = event.data_cut ? failure("cut") : parse_json(event.data, {}, nullptr);
    if (event.data_cut || (value && holds_result(*value))) event.data = shape_text(event.data, event.data_cut);
  }
  if (!exchange.events.empty() && !exchange.body.empty()) exchange.body = kSeeEvents;
}

}  // namespace

Exchange redact_exchange(const Exchange& exchange) {
  Exchange out = exchange;
  out.request.url = redact_url(exchange.request.url);
  out.request.headers = redact_headers(exchange.request.headers);
  for (HeaderBlock& block : out.blocks) block.headers = redact_headers(block.headers);
  out.trailers = redact_headers(out.trailers);
  out.connection.proxy = redact_url(out.connection.proxy);
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
    const std::size_t token = std::min(text.find_first_not_of(" \t", i + 7), text.size());
    const std::size_t end = std::min(text.find_first_of(" \t\r\n\"',;)", token), text.size());
    out += text.substr(i, token - i);
    if (end > token) out += kRedacted;
    i = end;
  }
  return out;
}

void hide_bearer_tokens(ProcessRecord& process) {
  for (std::string& word : process.command) word = without_bearer_tokens(word);
  for (std::string* text : {&process.log.head, &process.log.tail}) *text = without_bearer_tokens(*text);
}

// Text of which parts were replaced: as much of it is left out as before.
void keep_left_out(KeptText& kept, const KeptText& before) {
  kept.size = before.size - before.head.size() - before.tail.size() + kept.head.size() + kept.tail.size();
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
  Secrets secrets;
  secrets.add_command(process.command);
  out.command = redact_command(process.command);
  for (std::string* text : {&out.log.head, &out.log.tail}) *text = secrets.hide(*text);
  hide_bearer_tokens(out);
  keep_left_out(out.log, process.log);
  return out;
}

namespace {

// Strings of these keys are words of the record itself, and mean something to whoever reads it back.
bool is_own_word(std::string_view key) {
  return is_any_of(
      key, {"verdict", "severity", "level", "transport", "kind", "confidence", "weight", "suite", "id", "rule"});
}

// What a peer wrote, its keys included: it is not read as anything.
bool is_foreign_json(std::string_view key) { return is_any_of(key, {"capabilities", "arguments"}); }

// `foreign`: strings are what a peer wrote, whatever key they have.
void hide_in_record(nlohmann::json& value, const Secrets& secrets, bool foreign = false) {
  if (value.is_string()) return secrets.hide(value);
  if (value.is_array())
    for (nlohmann::json& item : value) hide_in_record(item, secrets, foreign);
  if (!value.is_object()) return;
  for (auto& [key, member] : value.items())
    if (is_foreign_json(key) && member.is_structured())
      secrets.hide(member);
    else if (key == "surface" && member.is_object())  // the names of its lists are ours
      for (auto& [name, list] : member.items()) secrets.hide(list);
    else if (foreign || !member.is_string() || !is_own_word(key))
      hide_in_record(member, secrets, foreign || is_any_of(key, {"events", "answer", "observations"}));
}

void add_headers(Secrets& secrets, const Headers& headers) {
  for (const Header& header : headers) {
    const std::string name = lower_case(header.name);
    if (name == "location" || name == "content-location") secrets.add_url(header.value);
    if (name == "set-cookie") secrets.add_header("cookie", header.value.substr(0, header.value.find(';')));
  }
}

}  // namespace

Secrets secrets_of(const Trace& trace) {
  Secrets secrets;
  for (const Exchange& exchange : trace.exchanges) {
    secrets.add_url(exchange.request.url);
    secrets.add_url(exchange.connection.proxy);
    for (const HeaderBlock& block : exchange.blocks) add_headers(secrets, block.headers);
    add_headers(secrets, exchange.trailers);
    if (exchange.is_channel())
      for (const StreamEvent& event : exchange.events)
        if (event.type == "endpoint") secrets.add_url(event.data);
  }
  for (const ProcessRecord& process : trace.processes) secrets.add_command(process.command);
  return secrets;
}

Exchange redact_exchange(const Exchange& exchange, const Secrets& secrets) {
  Run alone;
  alone.trace.exchanges.push_back(exchange);
  alone.trace.exchanges.front().number = 0;
  Exchange out = redact(std::move(alone), secrets).trace.exchanges.front();
  out.number = exchange.number;
  return out;
}

Run redact(Run run, const Secrets& given) {
  Secrets secrets = given;
  secrets.add(secrets_of(run.trace));
  for (Exchange& exchange : run.trace.exchanges) exchange = redact_exchange(exchange);
  for (ProcessRecord& process : run.trace.processes) process = redact_process(process);
  run.trace.received.clear();  // they are in the exchanges, as far as they may be
  if (secrets.empty()) return run;
  nlohmann::json record = record_json(run);
  hide_in_record(record, secrets);
  Result<Run> clean = run_from_json(record);
  if (!clean)
    throw std::logic_error("a run cannot be read back without its secrets: " + clean.error().where + ": " +
                           clean.error().what);
  for (std::size_t i = 0; i < clean->trace.processes.size(); ++i) {
    hide_bearer_tokens(clean->trace.processes[i]);  // a secret may have ended where a token ended
    keep_left_out(clean->trace.processes[i].log, run.trace.processes[i].log);
  }
  return std::move(*clean);
}

}  // namespace mcplumb
