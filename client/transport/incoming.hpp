// One reply on its way in: finds the JSON-RPC messages in a JSON body or an event stream. Private to client/session.
#pragma once

#include "client/http/sse_parser.hpp"
#include "client/transport/arrivals.hpp"
#include "client/transport/streamable_http.hpp"

namespace mcplumb {

class StreamableHttp::Incoming final : public HttpObserver, private SseParser::Sink {
 public:
  Incoming(StreamableHttp& transport, nlohmann::json message, SendOptions options);

  void on_headers(Exchange& exchange) override;
  void on_body(Exchange& exchange, std::string_view bytes) override;
  void on_end(Exchange& exchange) override;

  // The stream was for a request, ended without its response, and named an id to go on from.
  bool resumable(const Exchange& exchange) const;
  bool expects_response() const { return message_.contains("id") && message_.contains("method"); }

  nlohmann::json message_;  // that was sent; null for a GET or a raw body
  SendOptions options_;
  std::size_t exchange_ = 0;  // the exchange it reads
  std::size_t origin_ = 0;    // the exchange of the request; differs once resumed
  std::string last_event_id_;
  std::optional<long> retry_ms_;
  int attempts_ = 0;  // resumptions since the last event
  std::size_t resumptions_ = 0;
  bool answered_ = false;
  bool spent_ = false;  // a bound of ours was passed: nothing more of it is read

 private:
  void on_event(const SseEvent& event) override;
  void on_comment(std::string_view text) override;
  void on_overflow(std::string_view what) override;
  void deliver(std::string_view text, Micros at, std::optional<std::size_t> event);

  StreamableHttp& transport_;
  Exchange* record_ = nullptr;
  std::optional<SseParser> parser_;
  std::string json_;  // a JSON body so far
  bool is_json_ = false;
  std::optional<Arrivals> arrivals_;  // once there are headers
};

}  // namespace mcplumb
