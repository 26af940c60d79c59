// HTTP+SSE: whatever the endpoint event says, a message goes to the origin of the stream or nowhere.
#include "client/http/fuzz_server.hpp"
#include "client/http/http_client.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "client/transport/http_sse.hpp"
#include "tests/fuzz.hpp"

namespace {

std::vector<std::string> with_endpoint(std::string_view endpoint) {
  return {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: endpoint\ndata: " + std::string(endpoint) +
          "\n\n"};
}

// Read here as simply as can be: lower case, nothing before an "@", up to the first "/".
bool is_own_origin(std::string_view url) {
  std::string text = mcplumb::lower_case(url);
  if (!text.starts_with("http://")) return false;
  text = text.substr(7, text.find_first_of("/?#\\", 7) - 7);
  return text.substr(text.rfind('@') + 1) == "mcp.test:8080";
}

}  // namespace

MCPLUMB_FUZZER(endpoint_fuzz) {
  using namespace mcplumb;
  const MonotonicClock clock;
  EventLoop loop(clock);
  Trace trace;
  FuzzServer server(loop, [&](const std::string& request) {
    return request.starts_with("GET") ? with_endpoint(input) : std::vector<std::string>{"HTTP/1.1 202 Taken\r\n\r\n"};
  });
  ConnectionOptions connection;
  connection.unix_socket = FuzzServer::path();
  HttpClient http(loop, trace, connection);
  HttpSseOptions options;
  options.url = "http://mcp.test:8080/a/sse?x=1";
  options.headers = {{"Authorization", "Bearer secret"}};
  HttpSse transport(http, options);
  SendOptions within;
  within.deadline = loop.now() + 5 * kSecond;
  const std::string problem = transport.open(within);
  fuzz::require_printable(problem);
  fuzz::require(problem.empty() == !transport.endpoint().empty(), "there is an endpoint or a reason", problem);
  if (!problem.empty()) return;
  fuzz::require(is_own_origin(transport.endpoint()), "the endpoint is on the stream's origin", transport.endpoint());
  const std::size_t sent = transport.send(make_request(1, "ping", nullptr), within);
  loop.run_until([&] { return !http.running(sent); }, within.deadline);
  for (const std::string& request : server.requests()) {
    const std::string head = request.substr(0, request.find("\r\n\r\n"));
    fuzz::require(lower_case(head + "\r\n").find("\r\nhost: mcp.test:8080\r\n") != head.npos,
                  "every request names that host", head);
    fuzz::require(head.find('\n') == head.find("\r\n") + 1, "the request line is one line", head);
  }
}
