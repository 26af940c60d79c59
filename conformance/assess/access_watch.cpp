#include "conformance/assess/access_watch.hpp"

#include <algorithm>
#include <charconv>

#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

constexpr int kPings = 3;                   // some servers fail now and then
constexpr Micros kPatience = 20 * kSecond;  // for all limits of one run together
constexpr Micros kLeastWait = 200 * kMillisecond;

bool is_refused(const Exchange& exchange) {
  const Replier who = reply_origin(exchange).who;
  return who == Replier::authorization || who == Replier::sign_in;
}

bool is_limited(const Exchange& exchange) { return reply_origin(exchange).who == Replier::rate_limit; }

// A server error, or a reply that ends before its end; over stdio the program's end.
bool is_server_failure(const Exchange& exchange) {
  const bool cut =
      exchange.failure && (exchange.failure->kind == FailureKind::cut || exchange.failure->kind == FailureKind::empty);
  return cut || exchange.status() >= 500;
}

std::string outcome_of(const Exchange& failed) {
  const std::string origin = reply_origin(failed).sentence;
  return (failed.status() >= 300 ? "HTTP " + std::to_string(failed.status()) + (origin.empty() ? "" : ", " + origin)
                                 : failed.failure->message) +
         " (#" + std::to_string(failed.number) + ")";
}

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
    if ((all[number].status() >= 300 || all[number].failure) && is_one(all[number])) return &all[number];
  return nullptr;
}

AccessWatch::Found AccessWatch::look(std::size_t first) {
  if (stop_) return Found::closed;
  if (const Exchange* limit = find(first, is_limited)) return limited(*limit);
  if (const Exchange* refusal = find(first, is_refused)) return refused(*refusal);
  if (const Exchange* failure = find(first, is_server_failure)) return failed(first, *failure);
  return Found::open;
}

const Exchange& AccessWatch::ping(OpenSession& session) {
  return http_.trace().exchanges[needs_.ping(session, "are we still let in").exchange];
}

// A refusal may be about that one request, or about its session. It is about us if a plain one is refused, too, and in
// a new session as well.
AccessWatch::Found AccessWatch::refused(const Exchange& refusal) {
  const std::size_t asked = http_.trace().exchanges.size();
  if (OpenSession* session = needs_.shared()) ping(*session);
  const Exchange* plain = find(asked, is_refused);
  if (plain == nullptr) return Found::open;
  if (OpenSession* fresh = needs_.begin_anew(); fresh != nullptr && !is_refused(ping(*fresh))) return Found::open;
  stop_ = {described(refusal) + ", after other requests had been let in: nothing more can be judged", plain->number};
  return Found::closed;
}

// The last of some requests of which none is served any more, also in a new session. Null: some are.
const Exchange* AccessWatch::last_of_failures() {
  for (int i = 0; i < kPings; ++i) {
    OpenSession* session = http_.loop().stopped() ? nullptr : needs_.shared();
    const Exchange& last = session != nullptr ? ping(*session) : http_.trace().exchanges.back();
    if (!is_server_failure(last) || http_.loop().stopped()) return nullptr;
    if (session == nullptr || i + 1 == kPings) return &last;
    if (i == 0) needs_.begin_anew();
  }
  return nullptr;
}

void AccessWatch::look_at_beginning() {
  bool asked = false;
  for (const Exchange& each : http_.trace().exchanges) {
    const std::string_view method = string_member(each.message, "method");
    if (each.deliberate || !is_request(each.message) || method == "initialize" || method == "server/discover") continue;
    if (!is_server_failure(each)) return;
    asked = true;
  }
  if (const Exchange* last = asked ? last_of_failures() : nullptr)
    stop_ = {"the handshake succeeds, and every request after it fails: " + outcome_of(*last), last->number};
}

// A server error may be about that one request, or come and go.
AccessWatch::Found AccessWatch::failed(std::size_t first, const Exchange& failure) {
  const Exchange* last = last_of_failures();
  if (last == nullptr) return Found::open;
  stop_ = {"every request since #" + std::to_string(failure.number) + " fails: " + outcome_of(*last), last->number};
  const auto& all = http_.trace().exchanges;
  const bool provoked = std::any_of(all.begin() + static_cast<std::ptrdiff_t>(first),
                                    all.begin() + static_cast<std::ptrdiff_t>(failure.number) + 1,
                                    [](const Exchange& each) { return each.deliberate; });
  return provoked ? Found::gone : Found::closed;
}

bool AccessWatch::wait_for(const Exchange& limit) {
  const Micros wait = std::max(retry_after(limit), kLeastWait);
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
