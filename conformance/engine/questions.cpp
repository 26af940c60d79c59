#include "conformance/engine/questions.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "client/jsonrpc/message.hpp"
#include "client/transport/era.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

bool is_question(const json& message) {
  const std::string_view method = string_member(message, "method");
  return method == "elicitation/create" || method == "sampling/createMessage" || method == "roots/list";
}

// What was agreed in a session.
struct Agreed {
  const json* capabilities = nullptr;
  std::string revision;
};

std::map<std::string, Agreed> agreed_by_session(const Trace& trace) {
  std::map<std::string, Agreed> all;
  for (const Exchange& exchange : trace.exchanges) {
    Agreed& agreed = all[exchange.session];
    if (string_member(exchange.message, "method") == "initialize")
      agreed.capabilities = &part_at(exchange.message, {"params", "capabilities"});
    if (!exchange.revision.empty()) agreed.revision = exchange.revision;
  }
  return all;
}

}  // namespace

std::string_view Question::method() const { return string_member(*request, "method"); }
const json& Question::params() const { return part_at(*request, {"params"}); }
bool Question::is_url() const { return string_member(params(), "mode") == "url"; }

std::vector<Told> all_told(const Trace& trace) {
  const std::string capabilities = meta_key("clientCapabilities");
  const std::map<std::string, Agreed> agreed = agreed_by_session(trace);
  std::vector<Told> all;
  for (const Received& received : trace.received) {
    const Exchange& carrier = trace.exchanges[received.exchange];
    const Exchange* asked = received.answers ? &trace.exchanges[*received.answers] : nullptr;
    if (carrier.deliberate || (asked != nullptr && asked->deliberate)) continue;
    const Agreed& session = agreed.at(carrier.session);
    Told told{&received, session.capabilities, carrier.session, session.revision};
    if (asked != nullptr)
      if (const json& envelope = part_at(asked->message, {"params", "_meta", capabilities}); !envelope.is_null())
        told.capabilities = &envelope;
    all.push_back(std::move(told));
  }
  return all;
}

std::vector<Question> all_questions(const Trace& trace) {
  std::vector<Question> all;
  for (const Told& told : all_told(trace)) {
    const json& message = told.received->value;
    if (is_question(message)) all.push_back({told.received, &message, told.capabilities, told.session, told.revision});
    const json& requests = part_at(message, {"result", "inputRequests"});
    if (!requests.is_object()) continue;
    for (const json& each : requests)
      if (is_question(each)) all.push_back({told.received, &each, told.capabilities, told.session, told.revision});
  }
  return all;
}

}  // namespace mcplumb
