#include "client/transport/missing_reply.hpp"

#include "client/http/secrets.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/media_type.hpp"
#include "client/transport/spoiled_body.hpp"

namespace mcplumb {
namespace {

std::string status_line(const Exchange& exchange) {
  const HeaderBlock& reply = exchange.blocks.back();
  return "HTTP " + std::to_string(reply.status) + (reply.reason.empty() ? "" : " " + shortened(reply.reason, 60));
}

std::string body_part(const Exchange& exchange) {
  if (exchange.body_size == 0) return " with an empty body";
  const std::string type = media_type(exchange.header("content-type").value_or(""));
  return " with " + (type.empty() ? std::string("a body without Content-Type") : shortened(type, 60)) + ": " +
         shortened(exchange.body, 120);
}

bool looks_like_json_rpc(const Exchange& exchange) {
  return exchange.body.find("\"jsonrpc\"") != std::string::npos && exchange.body.find('{') != std::string::npos;
}

// The last message since then that came on this exchange and could not be read.
std::string unreadable_message(const Trace& trace, const Exchange& exchange, Micros since = 0) {
  for (auto received = trace.received.rbegin(); received != trace.received.rend() && received->at >= since; ++received)
    if (received->exchange == exchange.number && received->value.is_null() && !received->problem.empty())
      return received->problem;
  return "";
}

std::string redirect(const Exchange& exchange) {
  return status_line(exchange) + " redirects to " +
         shortened(redact_url(exchange.header("location").value_or("(no Location)")), 120);
}

std::string success_without_response(const Trace& trace, const Exchange& exchange) {
  const std::string type = media_type(exchange.header("content-type").value_or(""));
  const std::string broken = unreadable_message(trace, exchange);
  if (is_compressed_unasked(exchange)) return status_line(exchange) + ": " + compression_sentence(exchange);
  if (exchange.is_event_stream()) {
    if (!broken.empty()) return describe_unreadable(trace, exchange, 0);
    if (const std::string foreign = foreign_bytes(exchange); !foreign.empty())
      return "the server ended the stream without the response: " + foreign;
    if (!exchange.unfinished.empty())
      return "the server ended the stream in the middle of an event, which no blank line ends: " +
             shortened(exchange.unfinished, 120);
    return "the server ended the stream without the response (" + std::to_string(exchange.events_seen) + " events, " +
           std::to_string(exchange.body_size) + " bytes)";
  }
  if (type == "application/json") {
    if (!broken.empty()) return status_line(exchange) + ": the JSON body is broken: " + broken + why_broken(exchange);
    if (exchange.body_size == 0) return status_line(exchange) + " with an empty body where the response belongs";
    return status_line(exchange) + ": the JSON body holds no response to the request: " + shortened(exchange.body, 120);
  }
  if (exchange.body_size == 0) return status_line(exchange) + " with an empty body where the response belongs";
  if (looks_like_json_rpc(exchange))
    return status_line(exchange) + " sends JSON-RPC as " +
           (type.empty() ? "a body without Content-Type" : shortened(type, 60)) +
           "; it must be application/json or text/event-stream";
  return status_line(exchange) + body_part(exchange) + " — this is not an MCP reply";
}

}  // namespace

std::string describe_unreadable(const Trace& trace, const Exchange& exchange, Micros since) {
  const std::string broken = unreadable_message(trace, exchange, since);
  if (broken.empty()) return "";
  if (!exchange.over_http()) return "a line on stdout is no message: " + broken;
  return "an event's data is not acceptable JSON: " + broken + (exchange.is_event_stream() ? why_broken(exchange) : "");
}

std::string describe_missing_reply(const Trace& trace, const Exchange& exchange) {
  if (exchange.failure) return exchange.failure->message;
  if (exchange.blocks.empty()) return "there was no reply";
  const int status = exchange.status();
  if (const ReplyOrigin origin = reply_origin(exchange); !origin.sentence.empty() && status >= 200)
    return origin.sentence + ": " +
           (status / 100 == 3 ? redirect(exchange) : status_line(exchange) + body_part(exchange));
  if (status >= 300 && status < 400) return redirect(exchange) + "; redirects are not followed, give the final URL";
  if (status >= 400) return status_line(exchange) + body_part(exchange);
  if (exchange.channel && !exchange.is_channel())
    return status_line(exchange) + ", but its answer did not come on the event stream";
  return success_without_response(trace, exchange);
}

}  // namespace mcplumb
