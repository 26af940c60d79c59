// A client with one session, for the scenarios of the official conformance tool: it does what a scenario's script says.
// The first thing that goes wrong is remembered, and what is asked for after that is null.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "client/clock.hpp"
#include "client/connect/connector.hpp"
#include "client/http/http_client.hpp"

namespace mcplumb::cli {

class ScenarioClient {
 public:
  // `revision` decides the era. It declares that it can be asked (elicitation), and accepts with filled_form().
  ScenarioClient(const std::string& url, const std::string& revision);
  ~ScenarioClient();  // ends the session

  void open();
  void listen();  // opens the GET stream, and waits until the server has accepted or refused it
  nlohmann::json request(const std::string& method, nlohmann::json params);
  // The elements under `key` of the first page.
  std::vector<nlohmann::json> list(const std::string& method, const std::string& key);
  nlohmann::json call(const std::string& tool, nlohmann::json arguments);
  // Two calls at once: the second is made before the first one's wish for input is granted.
  void call_both(const std::string& first, const std::string& second);

  bool is_stateless() const { return link_.session && link_.session->is_stateless(); }
  const std::string& problem() const { return problem_; }  // one sentence, empty = all went well

 private:
  RequestOptions options() const;
  void fail(const std::string& what, std::string why);
  nlohmann::json take(const std::string& what, const Answer& answer);

  Target target_;
  std::string revision_, problem_;
  MonotonicClock clock_;
  EventLoop loop_;
  Trace trace_;
  HttpClient http_;
  Connector connector_;
  Link link_;
};

// What one fills into a form, or into a tool's arguments: of each property of the schema the default, or else the first
// value it allows, or else one of its type.
nlohmann::json filled_form(const nlohmann::json& schema);

}  // namespace mcplumb::cli
