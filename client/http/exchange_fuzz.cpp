// A whole HTTP reply from a hostile peer: the exchange ends, its record is bounded and can be shown, and it is the same
// however the bytes are cut into segments. The first line of the input is the method and the size of a segment.
#include "client/http/fuzz_server.hpp"
#include "client/http/http_client.hpp"
#include "tests/fuzz.hpp"

namespace {

using namespace mcplumb;

struct ExchangeFuzz final : HttpObserver {
  void on_headers(Exchange&) override { ++heads; }
  void on_body(Exchange&, std::string_view bytes) override { body += bytes; }
  void on_end(Exchange&) override { ++ends; }
  std::string body;
  int heads = 0, ends = 0;
};

std::string text_of(const Headers& headers) {
  std::string out;
  for (const Header& header : headers) out += header.name + "\1" + header.value + "\2";
  return out;
}

// What must not depend on how the bytes were cut, unless there are too many of them.
std::string text_of(const Exchange& exchange, const ExchangeFuzz& seen) {
  std::string out = exchange.failure ? std::string(to_string(exchange.failure->kind)) : "whole";
  if (exchange.failure && exchange.failure->kind == FailureKind::too_large) return out;
  for (const HeaderBlock& block : exchange.blocks)
    out += "\3" + block.version + "\1" + std::to_string(block.status) + block.reason + "\2" + text_of(block.headers);
  return out + "\4" + text_of(exchange.trailers) + "\4" + exchange.body + "\4" + seen.body;
}

std::string exchanged(const std::string& method, std::string_view reply, std::size_t step) {
  const MonotonicClock clock;
  EventLoop loop(clock);
  Trace trace;
  ExchangeFuzz seen;
  FuzzServer server(loop, [&](const std::string&) { return in_pieces(reply, step); });
  ConnectionOptions options;
  options.unix_socket = FuzzServer::path();
  options.message_max = 2048;
  HttpBounds bounds;
  bounds.body_kept = 256;
  bounds.body_max = 2048;
  bounds.stream_max = 3072;
  bounds.header_max = 2048;
  HttpClient http(loop, trace, options, bounds);
  HttpRequest request;
  request.method = method;
  request.url = "http://mcp.test/mcp";
  if (method == "POST") request.body = "{}";
  const Exchange& exchange = http.start(std::move(request), seen);
  fuzz::require(loop.run_until([&] { return seen.ends > 0; }, loop.now() + 5 * kSecond),
                "an exchange whose peer is gone is over");

  fuzz::require(seen.ends == 1 && http.running_count() == 0, "an exchange ends once");
  fuzz::require(exchange.ended != kNever, "the end has its moment");
  fuzz::require(exchange.body.size() <= bounds.body_kept && exchange.body_size >= seen.body.size() &&
                    seen.body.size() <= (exchange.is_event_stream() ? bounds.stream_max : bounds.body_max) &&
                    exchange.body_cut == (exchange.body.size() < exchange.body_size),
                "the excerpt of the body is bounded, and says whether it was cut");
  fuzz::require(exchange.failure || seen.body.starts_with(exchange.body), "the excerpt is the body's beginning");
  std::size_t bytes = 0;
  for (const HeaderBlock& block : exchange.blocks) bytes += text_of(block.headers).size();
  fuzz::require(bytes + text_of(exchange.trailers).size() <= bounds.header_max, "headers are bounded");
  fuzz::require(exchange.failure || exchange.status() >= 200, "a reply that is whole has a status");
  fuzz::require(exchange.failure || seen.heads == 1, "and its headers are told once");
  fuzz::require(exchange.failure || exchange.body_size == seen.body.size(), "and all of its body");
  if (exchange.failure) {
    fuzz::require(!exchange.failure->message.empty(), "a failure says why");
    fuzz::require_printable(exchange.failure->message);
  }
  return text_of(exchange, seen);
}

}  // namespace

MCPLUMB_FUZZER(exchange_fuzz) {
  const std::string_view first = mcplumb::fuzz::take_line(input);
  const char* method = first.starts_with('G') ? "GET" : first.starts_with('D') ? "DELETE" : "POST";
  const std::size_t step = first.empty() ? 1 : static_cast<unsigned char>(first.back()) % 64 + 1;
  // libcurl 7.88 refuses a NUL among headers or not, by where it stands in what was read at once.
  if (input.find('\0') != input.npos) return static_cast<void>(exchanged(method, input, step));
  const std::string whole = exchanged(method, input, input.size() + 1);
  mcplumb::fuzz::require(whole == exchanged(method, input, step), "segments make no difference", whole);
}
