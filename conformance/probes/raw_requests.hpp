// Requests on a server's endpoint that no session would send, one after another.
#pragma once

#include <functional>

#include "client/connect/session_pool.hpp"
#include "conformance/engine/options.hpp"

namespace mcplumb {

struct RawRequest {
  std::string purpose, method = "POST";
  std::string url;  // empty = the endpoint
  Headers headers;  // beyond the usual ones; one of the same name replaces it, an empty value removes it
  std::optional<std::string> body;
  Micros deadline = 0;  // span; 0 = that of the run
};

class RawRequests {
 public:
  RawRequests(HttpClient& http, const RunOptions& options) : http_(http), options_(options) {}
  ~RawRequests();

  // Waits until the reply is complete, or (for an event stream) until its headers are there; then it is closed.
  const Exchange& ask(const RawRequest& request);
  // Starts it and returns at once. It stays open until close(), or until this object goes.
  const Exchange& start(const RawRequest& request);
  void close(const Exchange& exchange);
  bool running(const Exchange& exchange) const { return http_.running(exchange.number); }

 private:
  HttpClient& http_;
  const RunOptions& options_;
  HttpObserver nobody_;
  std::vector<std::size_t> open_;
};

// By the rules of the revision: what a session begins with, and any other request. In the stateless era they carry an
// envelope, and RawRequests adds the headers that repeat it.
std::string opening_body(std::string_view revision);
std::string request_body(std::string_view method, std::string_view revision, nlohmann::json params = nullptr);

// "400 application/json, error -32700", "421, no content type", "no reply: refused"
std::string answer_in_words(const Exchange& exchange);

}  // namespace mcplumb
