#include "client/jsonrpc/reply_origin.hpp"

#include <algorithm>
#include <array>

#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_signatures.hpp"
#include "client/media_type.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 9> kRepliers = {"server",  "authorization", "sign-in", "challenge", "rate-limit",
                                                       "gateway", "router",        "page",    "framework"};

std::string type_of(const Exchange& exchange) { return media_type(exchange.header("content-type").value_or("")); }

// An error object as JSON-RPC has it, and nothing that makes it another protocol's.
bool is_meant_as_error(const json& body) {
  const json* error = member(body, "error");
  const json* code = error != nullptr ? member(*error, "code") : nullptr;
  if (code == nullptr || !code->is_number_integer()) return false;
  return body.contains("id") || body.contains("jsonrpc") || code->get<std::int64_t>() < 0;
}

// A message, or one that lacks a part: that is the server's fault, and for its rules to say.
bool is_meant_as_message(const json& body) {
  if (body.is_array()) return std::any_of(body.begin(), body.end(), is_meant_as_message);
  if (!body.is_object()) return false;
  return body.contains("jsonrpc") || is_meant_as_error(body) || (body.contains("id") && body.contains("result"));
}

bool brings_message(const Exchange& exchange) {
  const int status = exchange.status();
  if (exchange.is_event_stream()) return status / 100 == 2;
  if (status / 100 == 2 && type_of(exchange) == "application/json") return true;
  if (exchange.body_size == 0 || exchange.body_cut) return exchange.body.find("\"jsonrpc\"") != std::string::npos;
  const Result<json> body = parse_json(exchange.body, {}, nullptr);
  return body && is_meant_as_message(*body);
}

bool asks_for_credentials(const Exchange& exchange, bool has_message) {
  if (exchange.status() == 401 || exchange.status() == 407) return true;
  if (exchange.status() != 403) return false;
  // Protection against DNS rebinding refuses names, not persons.
  if (exchange.body.find(" Host") != std::string::npos || exchange.body.find("rigin") != std::string::npos)
    return false;
  return !has_message || exchange.header("www-authenticate").has_value();
}

std::string credentials_sentence(const Exchange& exchange) {
  const int status = exchange.status();
  if (status == 407) return "a proxy asks for credentials of its own";
  const bool given = find_header(exchange.request.headers, "authorization").has_value();
  if (exchange.body.find("insufficient_scope") != std::string::npos ||
      exchange.header("www-authenticate").value_or("").find("insufficient_scope") != std::string::npos)
    return "the token is good, but its scope is not enough";
  if (status == 403) return given ? "the credentials are not enough" : "access is refused";
  return given ? "the credentials were refused" : "credentials are asked for";
}

ReplyOrigin by_status(const Exchange& exchange, ReplyOrigin origin) {
  const int status = exchange.status();
  const auto is = [&](Replier who, std::string sentence) {
    origin.who = who;
    origin.sentence = std::move(sentence);
    return origin;
  };
  if (asks_for_credentials(exchange, origin.has_message))
    return is(Replier::authorization, credentials_sentence(exchange));
  if (status == 429) return is(Replier::rate_limit, "the rate of requests is limited (429)");
  if (origin.has_message) return origin;
  if (status == 502) return is(Replier::gateway, "a gateway got no usable answer from the server behind it");
  // Frameworks send a sentence as text/html, too, if nobody says what it is.
  const bool own_words = exchange.body_size > 0 && (!is_html(exchange) || exchange.body.find('<') == std::string::npos);
  if (status == 503 && !own_words) return is(Replier::gateway, "a gateway knows no server behind it that is up");
  if (status == 504) return is(Replier::gateway, "a gateway did not wait for the server behind it");
  if (status / 100 == 2 && is_html(exchange)) return is(Replier::page, "an HTML page stands where the answer belongs");
  if (status >= 400 && exchange.body_size > 0) return is(Replier::framework, "");
  return origin;
}

}  // namespace

std::string_view to_string(Replier replier) { return kRepliers[static_cast<std::size_t>(replier)]; }

bool is_html(const Exchange& exchange) {
  const std::string type = type_of(exchange);
  if (!type.empty()) return type == "text/html" || type == "application/xhtml+xml";
  const std::string start = lower_case(exchange.body.substr(0, 64));
  const std::size_t first = start.find_first_not_of(" \t\r\n");
  return first != std::string::npos &&
         (start.compare(first, 5, "<html") == 0 || start.compare(first, 9, "<!doctype") == 0);
}

ReplyOrigin reply_origin(const Exchange& exchange) {
  ReplyOrigin origin;
  if (!exchange.over_http() || exchange.status() < 200) return origin;
  origin.has_message = brings_message(exchange);
  // A layer that knows MCP may word its refusal as JSON-RPC; else a message can only be the server's.
  const bool refuses = exchange.status() == 401 || exchange.status() == 403 || exchange.status() == 429;
  if (origin.has_message && !refuses) return origin;
  if (const ReplySignature* known = find_signature(exchange)) {
    origin.who = known->who;
    origin.product = known->product;
    origin.sentence = std::string(known->product) + " " + std::string(known->sentence);
    return origin;
  }
  return by_status(exchange, std::move(origin));
}

}  // namespace mcplumb
