// A whole session over Streamable HTTP with a hostile server: handshake, requests, resumption, what the server asks, a
// GET stream, the end. The parts of the input are the replies, in the order of the requests; then connections close.
#include "client/http/fuzz_server.hpp"
#include "client/http/headers.hpp"
#include "client/http/http_client.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/session/session.hpp"
#include "client/transport/streamable_http.hpp"
#include "tests/fuzz.hpp"

namespace {

using namespace mcplumb;

// Nothing that the server sent may change the shape of what we send.
void require_well_formed(const std::string& request) {
  const std::size_t end = request.find("\r\n\r\n");
  std::string_view head = std::string_view(request).substr(0, end);
  const std::string_view first = head.substr(0, head.find("\r\n"));
  fuzz::require(first == "POST /mcp HTTP/1.1" || first == "GET /mcp HTTP/1.1" || first == "DELETE /mcp HTTP/1.1",
                "requests go where they belong", first);
  std::size_t lines = 0;
  while (head.find("\r\n") != head.npos) {
    head.remove_prefix(head.find("\r\n") + 2);
    const std::string_view line = head.substr(0, head.find("\r\n"));
    fuzz::require(is_token(line.substr(0, line.find(':'))) && may_be_sent(line), "a header is one line", line);
    ++lines;
  }
  fuzz::require(lines <= 9, "no header is added by the server");
  const std::string body = request.substr(end + 4);
  if (!first.starts_with("POST")) return fuzz::require(body.empty(), "only a POST has a body");
  const auto message = parse_json(body, {}, nullptr);
  fuzz::require(message && string_member(*message, "jsonrpc") == "2.0", "a body is a JSON-RPC message", body);
}

void require_answered(const Answer& answer, bool in_time) {
  fuzz::require(answer.done(), "a request whose reply is over is decided");
  fuzz::require_printable(answer.problem);
  fuzz::require(in_time, "what can never become an answer is named at once", answer.problem);
}

}  // namespace

MCPLUMB_FUZZER(http_session_fuzz) {
  using namespace mcplumb;
  const MonotonicClock clock;
  EventLoop loop(clock);
  Trace trace;
  const std::string_view first = fuzz::take_line(input);
  const std::vector<std::string_view> replies = fuzz::parts(input);
  const std::size_t step = first.empty() ? 1 : static_cast<unsigned char>(first.back()) + 1;
  std::size_t next = 0;
  FuzzServer server(loop, [&](const std::string&) {
    return next < replies.size() ? in_pieces(replies[next++], step) : std::vector<std::string>{};
  });
  ConnectionOptions connection;
  connection.unix_socket = FuzzServer::path();
  HttpClient http(loop, trace, connection);
  StreamableHttpOptions to;
  to.url = "http://mcp.test/mcp";
  to.resume_delay = to.resume_delay_max = 0;
  StreamableHttp transport(http, to);
  SessionOptions options;
  options.era = first.starts_with('S') ? Era::stateless : first.starts_with('U') ? Era::unknown : Era::stateful;
  if (options.era == Era::stateless) options.revision = std::string(kStatelessRevision);
  {
    Session session(loop, trace, transport, options);
    RequestOptions within;
    within.deadline = loop.now() + 10 * kSecond;
    const Opening& opening = session.open(within);
    fuzz::require(loop.now() < within.deadline, "an opening is decided at once");
    fuzz::require_printable(opening.problem);
    fuzz::require(!opening.problem.empty() || !opening.revision.empty(), "a session has a revision");
    for (const char* method : {"tools/list", "tools/call"}) {
      const Answer answer = session.request(method, {{"name", "echo"}}, within);
      require_answered(answer, loop.now() < within.deadline);
    }
    for (const auto& stream : {transport.listen(within), transport.end_session(within)})
      if (stream) loop.run_until([&] { return !transport.running(*stream); }, within.deadline);
    loop.run_until([&] { return http.running_count() == 0; }, within.deadline);
    fuzz::require(http.running_count() == 0 && loop.now() < within.deadline, "nothing runs once the server is gone");
  }
  fuzz::require(server.requests().size() <= 40 + 12 * replies.size(), "attempts to resume are limited");
  for (const std::string& request : server.requests()) require_well_formed(request);
  for (const Received& received : trace.received) {
    const Exchange& exchange = trace.exchanges.at(received.exchange);
    fuzz::require(!received.event || *received.event < exchange.events.size(), "a message's event is in the trace");
    fuzz::require(!received.answers || *received.answers < trace.exchanges.size(), "what it answers is in the trace");
  }
}
