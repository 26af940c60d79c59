#include "cli/server/scenario_client.hpp"

#include "client/jsonrpc/message.hpp"

namespace mcplumb::cli {
namespace {

using nlohmann::json;

constexpr Micros kPatience = 20 * kSecond, kEndPatience = 2 * kSecond;

// A form is accepted; there is nobody to visit a URL.
json accept(const json& request) {
  const json* params = member(request, "params");
  const json* schema = params != nullptr ? member(*params, "requestedSchema") : nullptr;
  if (schema == nullptr) return {{"result", {{"action", "decline"}}}};
  return {{"result", {{"action", "accept"}, {"content", filled_form(*schema)}}}};
}

Target target_at(const std::string& url) {
  Target target;
  target.url = url;
  target.transport = TransportKind::streamable_http;
  return target;
}

}  // namespace

ScenarioClient::ScenarioClient(const std::string& url, const std::string& revision)
    : target_(target_at(url)),
      revision_(revision),
      loop_(clock_),
      http_(loop_, trace_, target_.connection),
      connector_(http_, target_) {}

ScenarioClient::~ScenarioClient() {
  SendOptions ending;
  ending.deadline = loop_.now() + kEndPatience;
  if (!link_.transport) return;
  if (const auto end = link_.transport->end_session(ending))
    loop_.run_until([&] { return !link_.transport->running(*end); }, ending.deadline);
}

RequestOptions ScenarioClient::options() const {
  RequestOptions options;
  options.purpose = "scenario";
  options.follow = true;
  options.deadline = loop_.now() + kPatience;
  return options;
}

void ScenarioClient::fail(const std::string& what, std::string why) {
  if (problem_.empty()) problem_ = what + ": " + std::move(why);
}

void ScenarioClient::open() {
  SessionOptions session;
  session.era = era_of(revision_);
  session.revision = revision_;
  session.capabilities = {{"elicitation", json::object()}};
  session.answers["elicitation/create"] = accept;
  Connected connected = connector_.connect(session, options());
  const bool opened = connected.open();
  link_ = std::move(connected.result());
  if (!opened) fail("no session", link_.session->opening().problem);
}

void ScenarioClient::listen() {
  if (!problem_.empty()) return;
  const auto stream = link_.transport->listen(options());
  if (!stream) return;
  const Exchange& exchange = trace_.exchanges[*stream];
  loop_.run_until([&] { return !exchange.blocks.empty() || !link_.transport->running(*stream); },
                  loop_.now() + kPatience);
}

json ScenarioClient::take(const std::string& what, const Answer& answer) {
  const json& message = link_.session->response(answer);
  if (const json* result = member(message, "result")) return *result;
  const json* error = member(message, "error");
  fail(what, error != nullptr ? shortened(serialize(*error), 200) : answer.problem);
  return nullptr;
}

json ScenarioClient::request(const std::string& method, json params) {
  if (!problem_.empty()) return nullptr;
  return take(method, link_.session->request(method, std::move(params), options()));
}

std::vector<json> ScenarioClient::list(const std::string& method, const std::string& key) {
  const json result = request(method, nullptr);
  const json* elements = member(result, key);
  if (elements == nullptr || !elements->is_array()) return {};
  return elements->get<std::vector<json>>();
}

json ScenarioClient::call(const std::string& tool, json arguments) {
  return request("tools/call", {{"name", tool}, {"arguments", std::move(arguments)}});
}

void ScenarioClient::call_both(const std::string& first, const std::string& second) {
  if (!problem_.empty()) return;
  const Session::Ticket asked =
      link_.session->start("tools/call", {{"name", first}, {"arguments", json::object()}}, options());
  call(second, json::object());
  loop_.run_until([&] { return link_.session->answer(asked).done(); }, kNever);
  take("tools/call", link_.session->answer(asked));
}

}  // namespace mcplumb::cli
