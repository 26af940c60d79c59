// Raw requests: HTTP requests that are sent as they are, outside any session, also to break a rule on purpose. All
// probes send them this way. Each is in the trace and marked deliberate, so that no check judges it.
#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/http/http_client.hpp"

namespace mcplumb {

// How much of a reply is waited for; then the exchange is closed, without a failure. A reply that is no event stream is
// always read to its end.
enum class ReadUntil { end, stream_headers, first_event };

struct RawRequest {
  std::string purpose = {}, method = "POST";
  std::string url = {};                                          // empty = the endpoint
  Headers headers = {};                                          // as override_header: beyond those of RawRequests
  std::optional<std::string> body = std::nullopt;                // POST and PUT have one, if need be an empty one
  Micros deadline = 0;                                           // span; 0 = that of RawRequests
  ReadUntil until = ReadUntil::stream_headers;                   // ask() only
  std::size_t enough = std::numeric_limits<std::size_t>::max();  // bytes of a body to wait for, ask() only
  bool fresh_connection = false;  // servers close others after an error, and do not say so
  bool record_message = false;    // the trace says which message the body is, if it is one
};

struct RawRequestOptions {
  std::string url;  // the endpoint
  Headers headers;  // the user's: they replace the usual ones, and those of a request replace them
  ConnectionOptions connection;
  Micros deadline = 3 * kSecond;                          // span
  std::optional<TransportKind> transport = std::nullopt;  // what the trace says of it
};

class RawRequests {
 public:
  // The client must outlive this object.
  RawRequests(HttpClient& http, RawRequestOptions options);
  ~RawRequests();  // what is still open is given up

  // Sends it and waits. Writes the events of a stream down.
  const Exchange& ask(const RawRequest& request);
  std::vector<const Exchange*> ask_all(const std::vector<RawRequest>& requests);  // at the same time
  // Starts it and returns at once; a stream is only held open, and its events are not written down. It stays open until
  // close(), or until this object goes.
  const Exchange& start(const RawRequest& request);
  // Sends it, and waits until as much came as `until` says; a stream stays open until close(), or this object goes.
  const Exchange& open_until(const RawRequest& request);
  void close(const Exchange& exchange);
  bool running(const Exchange& exchange) const;

 private:
  class OpenRequest;
  std::unique_ptr<OpenRequest> connection_for(const RawRequest& request);
  const Exchange& send(const RawRequest& request, std::unique_ptr<OpenRequest> open);
  Headers headers_for(const RawRequest& request) const;

  HttpClient& http_;
  RawRequestOptions options_;
  std::map<std::size_t, std::unique_ptr<OpenRequest>> open_;  // by number of the exchange
};

// ---- what to send

std::string initialize_body(std::string_view revision, const nlohmann::json& id);
// By the rules of the revision: what a session begins with, and any other request. In the stateless era they carry an
// envelope, and RawRequests adds the headers that repeat it.
std::string opening_body(std::string_view revision);
std::string confirmation_body();  // notifications/initialized
std::string request_body(std::string_view method, std::string_view revision);
std::string request_body(std::string_view method, std::string_view revision, nlohmann::json params);
// Of a request within a session; without an id, the revision alone.
Headers session_headers(const std::string& session_id, const std::string& revision);

}  // namespace mcplumb
