#include "conformance/probes/company_probe.hpp"

#include <algorithm>
#include <vector>

#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

constexpr int kTogether = 4;
constexpr Micros kPatienceForPings = 3 * kSecond;
constexpr Micros kNotWorthAWord = 150 * kMillisecond;  // between the first answer and the last

// The time for the connection is not the server's.
Micros sent_at(const Exchange& exchange) {
  return std::max({exchange.request.at, exchange.connection.connected, exchange.connection.tls_done});
}

}  // namespace

std::string why_one_at_a_time(OpenSession& session, HttpClient& http, Micros deadline) {
  RequestOptions options;
  options.purpose = "is the server asked several things at once";
  options.deliberate = true;
  options.cancel_at_deadline = false;
  options.deadline = http.loop().now() + std::min(deadline, kPatienceForPings);
  std::vector<Session::Ticket> pings;
  const char* method = session.session->is_stateless() ? "server/discover" : "ping";
  for (int i = 0; i < kTogether; ++i) pings.push_back(session.session->start(method, nullptr, options));
  const auto is_over = [&](Session::Ticket ping) { return session.session->answer(ping).done(); };
  http.loop().run_until([&] { return std::all_of(pings.begin(), pings.end(), is_over); }, kNever);
  std::vector<Micros> spans;
  for (const Session::Ticket ping : pings) {
    const Answer& answer = session.session->answer(ping);
    const Exchange& exchange = http.trace().exchanges[ping];
    const std::string these = std::to_string(kTogether) + " requests at once";
    if (!answer.received) return "not all of " + these + " were answered (#" + std::to_string(ping) + ")";
    if (exchange.status() == 429 || exchange.status() >= 500)
      return "of " + these + " one was answered " + std::to_string(exchange.status()) + " (#" + std::to_string(ping) +
             ")";
    spans.push_back(http.trace().received[*answer.received].at - sent_at(exchange));
  }
  const auto [first, last] = std::minmax_element(spans.begin(), spans.end());
  if (2 * *last < 5 * *first ||  // with two at a time the last takes twice as long as the first
      *last - *first < kNotWorthAWord)
    return "";
  return "the server takes one request at a time: of " + std::to_string(kTogether) +
         " at once the first was answered after " + rounded_span(*first) + ", the last after " + rounded_span(*last);
}

}  // namespace mcplumb
