// For tests: a run told exchange by exchange.
#pragma once

#include <string>
#include <vector>

#include "client/clock.hpp"
#include "conformance/causes/diagnose.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

class Story {
 public:
  Exchange& sent(std::string method, const std::string& path, std::string purpose, nlohmann::json message = nullptr) {
    Exchange& exchange = run.trace.exchanges.emplace_back();
    exchange.number = run.trace.exchanges.size() - 1;
    exchange.purpose = std::move(purpose);
    exchange.deliberate = exchange.purpose.starts_with("diagnosis/");
    exchange.request.method = std::move(method);
    exchange.request.url = "http://h:1" + path;
    exchange.request.at = now += kSecond;
    exchange.connection.ip = "127.0.0.1";
    exchange.message = std::move(message);
    exchange.ended = now + 1000;
    return exchange;
  }
  static Exchange& replied(Exchange& exchange, int status, std::string type, std::string body) {
    Headers headers;
    if (!type.empty()) headers.push_back({"content-type", std::move(type)});
    exchange.blocks.push_back({"HTTP/1.1", status, "", headers, exchange.request.at + 500});
    exchange.body_size = body.size();
    exchange.body = std::move(body);
    return exchange;
  }
  Exchange& initialize() { return sent("POST", "/mcp", "handshake", {{"method", "initialize"}, {"id", 1}}); }
  void failed(const Exchange& exchange) {
    run.first_failure = exchange.number;
    run.handshake_problem = "it did not work";
  }
  // Everything at the endpoint is the same 500.
  void uniform(int status = 500, const std::string& body = "Internal Server Error") {
    for (const char* name : {"malformed-body", "accept-text-plain", "options", "unknown-session", "foreign-host"})
      replied(sent("POST", "/mcp", std::string("diagnosis/uniform/") + name), status, "text/plain; charset=utf-8",
              body);
    replied(sent("GET", "/nope", "diagnosis/sibling"), 404, "text/plain", "Not Found");
  }
  std::vector<std::string> rules() const {
    std::vector<std::string> ids;
    for (const Diagnosis& diagnosis : diagnose(run)) ids.push_back(diagnosis.rule);
    return ids;
  }

  Run run;
  Micros now = 0;
};

}  // namespace mcplumb
