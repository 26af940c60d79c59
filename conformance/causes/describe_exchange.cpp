#include "conformance/causes/describe_exchange.hpp"

#include <algorithm>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_response.hpp"
#include "client/media_type.hpp"

namespace mcplumb {
namespace {

// The port of a server that was started for the run is another one each time.
std::string without_own_origin(const std::string& location, const Exchange& exchange) {
  if (origin_of(location).empty() || origin_of(location) != origin_of(exchange.request.url)) return location;
  const std::string_view path = split_url(location).path;
  return path.empty() ? "/" : location.substr(static_cast<std::size_t>(path.data() - location.data()));
}

}  // namespace

bool was_connected(const Exchange& exchange) { return !exchange.connection.ip.empty(); }

bool tells_of_http(const std::string& line) {
  const auto holds = [&](std::string_view text) { return line.find(text) != std::string::npos; };
  if (holds("listening on") || holds("listening at") || holds("listening port")) return true;
  return (holds("http://") || holds("https://")) &&
         (holds("listening") || holds("running on") || holds("running at") || holds("serving") || holds("started"));
}

bool tells_usage(const std::string& line) {
  return line.starts_with("usage:") || line.find(" usage: ") != std::string::npos;
}

bool is_initialize(const Exchange& exchange) { return string_member(exchange.message, "method") == "initialize"; }

bool was_waited_for_in_vain(const Exchange& exchange) {
  if (!exchange.failure) return false;
  const bool gave_up = exchange.failure->kind == FailureKind::cancelled &&
                       exchange.failure->message.find("no response within") != std::string::npos;
  return gave_up || exchange.failure->kind == FailureKind::deadline;
}

bool is_get_stream(const Exchange& exchange) {
  return exchange.request.method == "GET" &&
         find_header(exchange.request.headers, "accept").value_or("").find("text/event-stream") != std::string::npos;
}

bool is_old_stream(const Exchange& exchange) {
  return exchange.request.method == "GET" && exchange.is_event_stream() && !exchange.events.empty() &&
         exchange.events.front().type == "endpoint";
}

const Exchange* old_stream(const Trace& trace) {
  const auto found = std::find_if(trace.exchanges.begin(), trace.exchanges.end(), is_old_stream);
  return found == trace.exchanges.end() ? nullptr : &*found;
}

bool has_result(const Exchange& exchange) {
  const nlohmann::json message = response_in_reply(exchange);
  return message.is_object() && message.contains("result");
}

std::string error_message(const Exchange& exchange) {
  const nlohmann::json message = response_in_reply(exchange);
  const nlohmann::json* error = member(message, "error");
  return error == nullptr ? "" : std::string(string_member(*error, "message"));
}

std::string describe_reply(const Exchange& exchange) {
  if (exchange.status() == 0) return exchange.failure ? exchange.failure->message : "no reply";
  const std::string type = media_type(exchange.header("content-type").value_or(""));
  return std::to_string(exchange.status()) + " " + (type.empty() ? "without a content type" : shortened(type, 60)) +
         ", " + std::to_string(exchange.body_size) + " bytes";
}

std::string describe_answer(const Exchange& exchange) {
  if (exchange.status() == 0)
    return "no reply: " + std::string(exchange.failure ? to_string(exchange.failure->kind) : "cut");
  std::string text = std::to_string(exchange.status());
  const std::string type = media_type(exchange.header("content-type").value_or(""));
  text += type.empty() ? ", no content type" : " " + type;
  if (const auto location = exchange.header("location")) text += " to " + without_own_origin(*location, exchange);
  if (type != "application/json" || exchange.body_cut) return text;
  const Result<nlohmann::json> body = parse_json(exchange.body, {}, nullptr);
  const nlohmann::json* code = body ? error_code(*body) : nullptr;
  return code != nullptr && code->is_number_integer() ? text + ", error " + serialize(*code) : text;
}

std::string describe_proxy(const Exchange& exchange) {
  for (const char* name : {"via", "cf-ray", "x-amz-cf-id", "x-envoy-upstream-service-time", "x-served-by"})
    if (const auto value = exchange.header(name)) return std::string(name) + ": " + shortened(*value, 60);
  const std::string server = exchange.header("server").value_or("");
  for (const char* name :
       {"nginx", "openresty", "cloudflare", "envoy", "haproxy", "Caddy", "Apache", "awselb", "Varnish"})
    if (server.find(name) != std::string::npos) return "server: " + shortened(server, 60);
  return "";
}

std::string sentence_of(std::string words) {
  if (words.starts_with("a ")) words.front() = 'A';
  return words + ".";
}

std::string describe_request(const Exchange& exchange) {
  return exchange.request.method + " " + path_of(exchange.request.url);
}

}  // namespace mcplumb
