// HTTP+SSE, the transport of revision 2024-11-05, which many servers still offer.
// https://modelcontextprotocol.io/specification/2024-11-05/basic/transports#http-with-sse
//
// A GET opens the one event stream, which is the session and the channel (transport.hpp). Its first event, `endpoint`,
// names the URL for messages; each message is a POST there, and what answers it comes on the stream.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "client/http/http_client.hpp"
#include "client/transport/transport.hpp"

namespace mcplumb {

struct HttpSseOptions {
  std::string url;    // of the stream
  Headers headers;    // the user's, on every request
  std::string label;  // of the session
  std::size_t message_max = 4 * 1024 * 1024;
};

class HttpSse final : public Transport {
 public:
  // The client must outlive the transport; what still runs at destruction is closed.
  HttpSse(HttpClient& http, HttpSseOptions options);
  ~HttpSse() override;

  TransportKind kind() const override { return TransportKind::http_sse; }
  void observe(TransportObserver* observer) override { observer_ = observer; }
  // Waits for the endpoint. An endpoint of another origin is refused: messages and credentials would go there.
  std::string open(const SendOptions& options) override;
  std::optional<std::size_t> channel() const override { return channel_; }
  std::size_t send(const nlohmann::json& message, const SendOptions& options) override;
  std::optional<std::size_t> listen(const SendOptions&) override { return channel_; }
  // Closes the stream, which ends the session.
  std::optional<std::size_t> end_session(const SendOptions& options) override;
  // POST goes to the endpoint, any other method to the URL of the stream.
  std::optional<std::size_t> raw(std::string method, std::optional<std::string> body,
                                 const SendOptions& options) override;
  void give_up(std::size_t exchange, FailureKind kind, std::string why) override;
  void close_stream(std::size_t exchange) override;
  bool running(std::size_t exchange) const override;
  void agree_on(std::string_view revision) override { revision_ = revision; }
  std::string session_id() const override { return ""; }

  bool announced() const override;                           // the first event was `endpoint`
  const std::string& endpoint() const { return endpoint_; }  // absolute; empty until open

 private:
  class Stream;
  class Post;
  friend class Stream;
  friend class Post;
  HttpRequest compose(std::string method, std::optional<std::string> body, const SendOptions& options) const;
  std::size_t begin(std::string method, std::optional<std::string> body, nlohmann::json message,
                    const SendOptions& options);
  void describe(Exchange& record, const SendOptions& options) const;
  void receive_endpoint(std::string_view data);
  std::string why_no_endpoint(const Exchange& exchange) const;
  void received(std::size_t index);
  void stream_ended();
  void post_ended(std::size_t exchange);
  void report_end(std::size_t exchange);
  FailureKind kind_of_loss() const;
  void fail(std::size_t exchange, FailureKind kind, std::string why);

  HttpClient& http_;
  HttpSseOptions options_;
  TransportObserver* observer_ = nullptr;
  std::optional<std::size_t> channel_;
  std::unique_ptr<Stream> stream_;
  std::map<std::size_t, std::unique_ptr<Post>> posts_;  // that still run, by exchange
  std::set<std::size_t> waiting_;                       // exchanges of requests without their response
  std::string endpoint_, problem_, revision_;
};

}  // namespace mcplumb
