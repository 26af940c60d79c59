#include "conformance/probes/raw_requests.hpp"

#include <algorithm>

#include "client/http/headers.hpp"
#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"

namespace mcplumb {
namespace {

// What headers say of a body with an envelope; nothing of any other.
Headers repeated(const std::string& body) {
  if (body.find("\"io.modelcontextprotocol/protocolVersion\"") == std::string::npos) return {};
  const Result<nlohmann::json> message = parse_json(body, {}, nullptr);
  return message ? headers_of_message(*message, "") : Headers{};
}

// The port of a server that was started for the run is another one each time.
std::string without_own_origin(const std::string& location, const Exchange& exchange) {
  if (origin_of(location).empty() || origin_of(location) != origin_of(exchange.request.url)) return location;
  const std::string_view path = split_url(location).path;
  return path.empty() ? "/" : location.substr(static_cast<std::size_t>(path.data() - location.data()));
}

}  // namespace

RawRequests::~RawRequests() {
  for (const std::size_t number : open_) http_.abandon(number);
}

const Exchange& RawRequests::start(const RawRequest& wanted) {
  HttpRequest request;
  request.method = wanted.method;
  request.url = wanted.url.empty() ? options_.target.url : wanted.url;
  const bool posts = wanted.method == "POST" || wanted.method == "PUT";
  request.headers = {{"Accept", wanted.method == "GET" ? "text/event-stream" : "application/json, text/event-stream"}};
  if (posts) request.headers.push_back({"Content-Type", "application/json"});
  for (const Header& header : repeated(wanted.body.value_or(""))) request.headers.push_back(header);
  for (const Header& header : options_.target.headers) override_header(request.headers, header);
  for (const Header& header : wanted.headers) override_header(request.headers, header);
  if (posts) request.body = wanted.body.value_or("");
  request.deadline = http_.loop().now() + (wanted.deadline > 0 ? wanted.deadline : options_.deadline);
  Exchange& exchange = http_.start(std::move(request), nobody_, [&](Exchange& record) {
    record.purpose = wanted.purpose;
    record.deliberate = true;
    record.transport = TransportKind::streamable_http;
  });
  open_.push_back(exchange.number);
  return exchange;
}

const Exchange& RawRequests::ask(const RawRequest& request) {
  const Exchange& exchange = start(request);
  http_.loop().run_until([&] { return !running(exchange) || (exchange.status() >= 200 && exchange.is_event_stream()); },
                         kNever);
  close(exchange);
  return exchange;
}

void RawRequests::close(const Exchange& exchange) {
  if (!running(exchange)) return;
  http_.close(exchange.number);
  http_.loop().run_until([&] { return !running(exchange); }, http_.loop().now() + kSecond);
}

std::string opening_body(std::string_view revision) {
  if (era_of(revision) == Era::stateless) return request_body("server/discover", revision);
  return serialize(
      make_request(1, "initialize", initialize_params(revision, nlohmann::json::object(), own_client_info())));
}

std::string request_body(std::string_view method, std::string_view revision, nlohmann::json params) {
  nlohmann::json envelope;
  if (era_of(revision) == Era::stateless)
    envelope = make_envelope(revision, nlohmann::json::object(), own_client_info());
  return serialize(make_request(2, method, with_meta(std::move(params), envelope, nullptr)));
}

std::string answer_in_words(const Exchange& exchange) {
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

}  // namespace mcplumb
