// Streamable HTTP, revisions 2025-03-26 to 2026-07-28.
// https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
//
// Every message is a POST of its own; the reply is JSON or an event stream. A stream that ends before the response is
// resumed by GET with Last-Event-ID if an event carried an id, after the time its `retry` field asked for.
//
// Once a stateless revision was agreed on (era.hpp) there are neither session ids nor resumption, and every POST has
// the headers that repeat its body.
#pragma once

#include <map>
#include <memory>

#include "client/http/http_client.hpp"
#include "client/transport/era.hpp"
#include "client/transport/tool_headers.hpp"
#include "client/transport/transport.hpp"

namespace mcplumb {

struct StreamableHttpOptions {
  std::string url;
  Headers headers;                            // the user's, on every request: Authorization and the like
  std::string label;                          // of the session, for Exchange::session
  std::size_t message_max = 4 * 1024 * 1024;  // of one JSON-RPC message, bytes
  std::size_t messages_max = 5000;            // on one reply
  int resume_attempts = 5;                    // in a row without a new event
  std::size_t resumptions_max = 100;          // of one reply
  Micros resume_delay = kSecond;              // when the stream named no retry time
  Micros resume_delay_max = 30 * kSecond;
  ToolHeaders* tools = nullptr;  // what is known of the server's tools, for all its transports; must outlive them
};

class StreamableHttp final : public Transport {
 public:
  // The client must outlive the transport; what still runs at destruction is closed.
  StreamableHttp(HttpClient& http, StreamableHttpOptions options);
  ~StreamableHttp() override;

  TransportKind kind() const override { return TransportKind::streamable_http; }
  void observe(TransportObserver* observer) override { observer_ = observer; }
  std::size_t send(const nlohmann::json& message, const SendOptions& options) override;
  std::optional<std::size_t> listen(const SendOptions& options) override;
  std::optional<std::size_t> end_session(const SendOptions& options) override;
  void give_up(std::size_t exchange, FailureKind kind, std::string why) override;
  void close_stream(std::size_t exchange) override;
  bool running(std::size_t exchange) const override;
  void agree_on(std::string_view revision) override {
    revision_ = revision;
    if (is_stateless()) session_id_.clear();
  }
  std::string session_id() const override { return session_id_; }

  std::optional<std::size_t> raw(std::string method, std::optional<std::string> body,
                                 const SendOptions& options) override;

 private:
  class Incoming;
  friend class Incoming;
  std::size_t begin(std::string method, std::optional<std::string> body, nlohmann::json message,
                    const SendOptions& options);
  HttpRequest compose(std::string method, std::optional<std::string> body, const nlohmann::json& message,
                      const SendOptions& options) const;
  void add_era_headers(Headers& headers, const nlohmann::json& message) const;
  bool is_stateless() const { return era_of(revision_) == Era::stateless; }
  void describe(Exchange& record, const SendOptions& options) const;
  void receive_session_id(const Exchange& exchange, bool initialize);
  void received(std::size_t index, const Incoming& incoming);
  std::string why_not_resumed(const Incoming& incoming);
  void resume_later(std::unique_ptr<Incoming> cut);
  void resume(std::size_t origin);
  void ended(Incoming& incoming);

  HttpClient& http_;
  StreamableHttpOptions options_;
  TransportObserver* observer_ = nullptr;
  std::string session_id_, revision_;
  std::map<std::size_t, std::unique_ptr<Incoming>> running_;  // by exchange
  struct Resumption {
    std::unique_ptr<Incoming> cut;  // the stream to go on with
    EventLoop::TimerId timer = 0;
  };
  std::map<std::size_t, Resumption> resuming_;  // by the exchange of the request
  std::map<std::size_t, std::size_t> now_on_;   // request's exchange -> exchange that carries it now
};

}  // namespace mcplumb
