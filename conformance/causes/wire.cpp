#include "conformance/causes/wire.hpp"

#include "client/clock.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"

namespace mcplumb {
namespace {

std::string filled(std::string text, std::initializer_list<std::pair<std::string_view, std::string>> fill) {
  for (const auto& [name, value] : fill) {
    const std::string mark = "{" + std::string(name) + "}";
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size())
      text.replace(at, mark.size(), value);
  }
  return text;
}

nlohmann::json parsed(const std::string& text) { return nlohmann::json::parse(text, nullptr, false); }

// The message that the reply brought: a JSON body, or the data of the first event that is a response.
nlohmann::json response_of(const Exchange& exchange) {
  if (!exchange.is_event_stream()) return exchange.body_cut ? nlohmann::json() : parsed(exchange.body);
  for (const StreamEvent& event : exchange.events) {
    if (event.data.empty()) continue;
    nlohmann::json message = parsed(event.data);
    if (message.is_object() && (message.contains("result") || message.contains("error"))) return message;
  }
  return nullptr;
}

}  // namespace

std::string Wire::endpoint() const {
  return run_.trace.exchanges.empty() ? "" : run_.trace.exchanges.front().request.url;
}

const Exchange* Wire::probe(std::string_view name) const {
  const std::string purpose = std::string(asked::kAll) + std::string(name);
  for (auto each = run_.trace.exchanges.rbegin(); each != run_.trace.exchanges.rend(); ++each)
    if (each->purpose == purpose) return &*each;
  return nullptr;
}

std::vector<const Exchange*> Wire::probes(std::string_view prefix) const {
  const std::string purpose = std::string(asked::kAll) + std::string(prefix);
  std::vector<const Exchange*> found;
  for (const Exchange& exchange : run_.trace.exchanges)
    if (exchange.purpose.starts_with(purpose)) found.push_back(&exchange);
  return found;
}

std::vector<const Exchange*> Wire::traffic() const {
  std::vector<const Exchange*> found;
  for (const Exchange& exchange : run_.trace.exchanges)
    if (!exchange.deliberate && !exchange.purpose.starts_with(asked::kAll)) found.push_back(&exchange);
  return found;
}

const Exchange* Wire::first_failure() const {
  if (!run_.first_failure || *run_.first_failure >= run_.trace.exchanges.size()) return nullptr;
  return &run_.trace.exchanges[*run_.first_failure];
}

const Exchange* Wire::discovery() const {
  for (const Exchange& exchange : run_.trace.exchanges) {
    if (is_initialize(exchange)) break;
    if (string_member(exchange.message, "method") == "server/discover" && exchange.deliberate && exchange.status() != 0)
      return &exchange;
  }
  return nullptr;
}

bool Wire::had_session() const {
  for (const Exchange* exchange : traffic())
    if (is_initialize(*exchange) && exchange->status() == 200 && has_result(*exchange)) return true;
  return run_.handshake_problem.empty() && run_.server.has_value();
}

std::string Wire::log() const {
  std::string all;
  for (const ProcessRecord& process : run_.trace.processes) all += process.log.text() + "\n";
  return all;
}

std::string Wire::log_line(std::string_view text) const {
  const std::string all = log();
  const std::size_t at = all.find(text);
  if (at == std::string::npos) return "";
  const std::size_t before = all.rfind('\n', at);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  return shortened(all.substr(begin, all.find('\n', at) - begin), 200);
}

Diagnosis from_rule(std::string_view id, Confidence confidence,
                    std::initializer_list<std::pair<std::string_view, std::string>> fill) {
  const RuleText* rule = find_rule(id);
  Diagnosis diagnosis;
  diagnosis.rule = std::string(id);
  diagnosis.confidence = confidence;
  if (rule == nullptr) return diagnosis;
  diagnosis.weight = rule->weight;
  diagnosis.title = filled(std::string(rule->title), fill);
  diagnosis.cause = filled(std::string(rule->cause), fill);
  diagnosis.cure = filled(std::string(rule->cure), fill);
  diagnosis.note = std::string(rule->note);
  for (const std::string_view link : rule->links) diagnosis.links.emplace_back(link);
  return diagnosis;
}

void add_evidence(Diagnosis& diagnosis, std::string line, const Exchange* exchange) {
  if (exchange != nullptr) {
    line += " (#" + std::to_string(exchange->number) + ")";
    diagnosis.exchanges.push_back(exchange->number);
  }
  diagnosis.evidence.push_back(std::move(line));
}

bool take_log_sign(Diagnosis& diagnosis, const Wire& wire) {
  for (const LogSign& sign : all_log_signs()) {
    if (sign.rule != diagnosis.rule) continue;
    const std::string line = wire.log_line(sign.text);
    if (line.empty()) continue;
    diagnosis.confidence = Confidence::certain;
    diagnosis.sub_cause = std::string(sign.sub_cause);
    if (!sign.cure.empty()) diagnosis.cure = std::string(sign.cure);
    add_evidence(diagnosis, "the server's log: " + line);
    return true;
  }
  return false;
}

bool was_connected(const Exchange& exchange) { return !exchange.connection.ip.empty(); }

bool is_initialize(const Exchange& exchange) { return string_member(exchange.message, "method") == "initialize"; }

bool has_result(const Exchange& exchange) {
  const nlohmann::json message = response_of(exchange);
  return message.is_object() && message.contains("result");
}

std::string error_message(const Exchange& exchange) {
  const nlohmann::json message = response_of(exchange);
  const nlohmann::json* error = member(message, "error");
  return error == nullptr ? "" : std::string(string_member(*error, "message"));
}

std::string reply_in_words(const Exchange& exchange) {
  if (exchange.status() == 0) return exchange.failure ? exchange.failure->message : "no reply";
  const std::string type = media_type(exchange.header("content-type").value_or(""));
  return std::to_string(exchange.status()) + " " + (type.empty() ? "without a content type" : shortened(type, 60)) +
         ", " + std::to_string(exchange.body_size) + " bytes";
}

}  // namespace mcplumb
