#include "conformance/assess/access_watch.hpp"

#include <charconv>

#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

constexpr Micros kPatience = 20 * kSecond;  // for all limits of one run together

bool is_refused(const Exchange& exchange) {
  const Replier who = reply_origin(exchange).who;
  return who == Replier::authorization || who == Replier::sign_in;
}

bool is_limited(const Exchange& exchange) { return reply_origin(exchange).who == Replier::rate_limit; }

std::string described(const Exchange& exchange) {
  return reply_origin(exchange).sentence + " (HTTP " + std::to_string(exchange.status()) + ", #" +
         std::to_string(exchange.number) + ")";
}

}  // namespace

Micros retry_after(const Exchange& exchange) {
  const std::string value = exchange.header("retry-after").value_or("");
  std::int64_t seconds = 0;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  const bool whole = problem == std::errc() && end == value.data() + value.size() && seconds >= 0;
  return whole ? std::min<std::int64_t>(seconds, 86400) * kSecond : kSecond;
}

const Exchange* AccessWatch::find(std::size_t first, bool (*is_one)(const Exchange&)) const {
  const std::deque<Exchange>& all = http_.trace().exchanges;
  for (std::size_t number = first; number < all.size(); ++number)
    if (all[number].status() >= 300 && is_one(all[number])) return &all[number];
  return nullptr;
}

AccessWatch::Found AccessWatch::look(std::size_t first) {
  if (stop_) return Found::closed;
  if (const Exchange* limit = find(first, is_limited)) return limited(*limit);
  if (const Exchange* refusal = find(first, is_refused)) return refused(*refusal);
  return Found::open;
}

const Exchange& AccessWatch::ping(OpenSession& session) {
  RequestOptions options;
  options.purpose = "are we still let in";
  options.deadline = http_.loop().now() + options_.deadline;
  return http_.trace().exchanges[session.session->ping(options).exchange];
}

// A refusal may be about that one request, or about its session. It is about us if a plain one is refused, too, and in a
// new session as well.
AccessWatch::Found AccessWatch::refused(const Exchange& refusal) {
  const std::size_t asked = http_.trace().exchanges.size();
  if (OpenSession* session = needs_.shared()) ping(*session);
  const Exchange* plain = find(asked, is_refused);
  if (plain == nullptr) return Found::open;
  if (OpenSession* fresh = needs_.begin_anew(); fresh != nullptr && !is_refused(ping(*fresh))) return Found::open;
  stop_ = {described(refusal) + ", after other requests had been let in: nothing more can be judged", plain->number};
  return Found::closed;
}

void AccessWatch::look_at_beginning() {
  OpenSession* session = needs_.shared();
  if (session == nullptr || !has_http(session->transport->kind())) return;
  const auto is_later = [&](const Exchange& each) {
    return each.session == session->label && each.request.method == "POST" &&
           string_member(each.message, "method") != "initialize";
  };
  bool asked = false;
  for (const Exchange& each : http_.trace().exchanges) {
    if (!is_later(each)) continue;
    if (each.status() < 500) return;
    asked = true;
  }
  if (!asked || http_.loop().stopped()) return;
  const Exchange& pinged = ping(*session);
  if (pinged.status() < 500) return;
  stop_ = {"the handshake succeeds, and every request after it is answered " + std::to_string(pinged.status()) + " (#" +
               std::to_string(pinged.number) + "): nothing more can be judged",
           pinged.number};
}

bool AccessWatch::wait_for(const Exchange& limit) {
  const Micros wait = retry_after(limit);
  if (!is_limited(limit) || wait > options_.deadline || waited_ + wait > kPatience || http_.loop().stopped())
    return false;
  waited_ += wait;
  http_.loop().run_until([] { return false; }, http_.loop().now() + wait);
  return !http_.loop().stopped();
}

AccessWatch::Found AccessWatch::limited(const Exchange& limit) {
  const Micros wait = retry_after(limit);
  if (wait_for(limit)) return Found::waited;
  if (http_.loop().stopped()) return Found::open;
  stop_ = {described(limit) + ", and Retry-After asks for " + rounded_span(wait) +
               (waited_ > 0 ? " more, after " + rounded_span(waited_) + " of waiting" : "") +
               ": what is left is not judged",
           limit.number};
  return Found::closed;
}

}  // namespace mcplumb
