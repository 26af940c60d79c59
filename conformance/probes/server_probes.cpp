#include "conformance/probes/server_probes.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "client/transport/era.hpp"
#include "conformance/engine/surface_reader.hpp"
#include "conformance/record/model_view.hpp"

namespace mcplumb {
namespace {

class ServerProbes {
 public:
  ServerProbes(NeedProbes& needs, HttpClient& http, const RunOptions& options)
      : needs_(needs), http_(http), options_(options) {}

  ServerProfile run() {
    OpenSession* session = needs_.shared();
    if (session == nullptr) return std::move(profile_);
    look_at_handshake(*session);
    ping(*session);
    for (const auto& [what, method] :
         {std::pair{"tools", "tools/list"}, std::pair{"prompts", "prompts/list"},
          std::pair{"resources", "resources/list"}, std::pair{"resource templates", "resources/templates/list"}})
      count(*session, what, method);
    look_at_streams(*session);
    return std::move(profile_);
  }

 private:
  Micros deadline() const { return http_.loop().now() + options_.deadline; }

  Answer request(OpenSession& session, const char* method, nlohmann::json params) {
    RequestOptions options;
    options.purpose = "probe";
    options.deadline = deadline();
    return session.session->request(method, std::move(params), options);
  }

  void look_at_handshake(const OpenSession& session) {
    const Exchange& first = http_.trace().exchanges[session.opening().answer.exchange];
    profile_.session_id = !session.transport->session_id().empty();
    if (first.connection.connected != kNever)
      profile_.connect =
          first.connection.connected -
          (first.request.at < first.connection.connected ? first.request.at : first.connection.connected);
    if (const auto received = session.opening().answer.received)
      profile_.initialize = http_.trace().received[*received].at - first.request.at;
  }

  void ping(OpenSession& session) {
    std::vector<Micros> spans;
    for (int i = 0; i < 3 && !http_.loop().stopped(); ++i) {
      RequestOptions options;
      options.purpose = "probe";
      options.deadline = deadline();
      const Answer answer = session.session->ping(options);
      if (!answer.received) return;
      spans.push_back(http_.trace().received[*answer.received].at -
                      http_.trace().exchanges[answer.exchange].request.at);
    }
    std::sort(spans.begin(), spans.end());
    if (!spans.empty()) profile_.ping = spans[spans.size() / 2];
  }

  void count(OpenSession& session, const std::string& what, const std::string& method) {
    const nlohmann::json* capabilities = member(session.opening().result, "capabilities");
    const std::string capability = method.substr(0, method.find('/'));
    if (capabilities == nullptr || member(*capabilities, capability) == nullptr || http_.loop().stopped()) return;
    ServerProfile::Count counted;
    counted.what = what;
    ListOptions listed{"probe", options_.deadline};
    listed.each = [&](const nlohmann::json& item) {
      if (what == "tools") counted.for_model += bytes_of_tool_for_model(item);
    };
    Listing listing = read_list(*session.session, http_.loop(), method, listed);
    counted.items = listing.count;
    counted.pages = listing.pages;
    counted.complete = listing.complete;
    counted.problem = std::move(listing.problem);
    // Not having templates, and saying so by -32601, is common and nowhere forbidden.
    if (listing.no_method && what == "resource templates") return;
    profile_.counts.push_back(std::move(counted));
  }

  static ServerProfile::StreamLook describe_stream(const char* which, const Exchange& exchange) {
    ServerProfile::StreamLook seen;
    seen.which = which;
    seen.status = exchange.status();
    seen.media_type = media_type(exchange.header("content-type").value_or(""));
    seen.x_accel_buffering = exchange.header("x-accel-buffering").value_or("");
    seen.cache_control = exchange.header("cache-control").value_or("");
    seen.content_encoding = exchange.header("content-encoding").value_or("");
    if (exchange.reply() != nullptr) seen.headers = exchange.reply()->at - exchange.request.at;
    for (const StreamEvent& event : exchange.events) seen.has_ids = seen.has_ids || event.id.has_value();
    return seen;
  }

  void look_at_streams(OpenSession& session) {
    for (const Exchange& exchange : http_.trace().exchanges)
      if (exchange.request.method == "POST" && exchange.is_event_stream() && !profile_.post)
        profile_.post = describe_stream("POST", exchange);
    if (http_.loop().stopped()) return;
    SendOptions options;
    options.purpose = "probe";
    options.deadline = std::min(deadline(), http_.loop().now() + 3 * kSecond);
    if (const auto channel = session.transport->channel()) {
      if (has_http(session.transport->kind())) profile_.get = describe_stream("GET", http_.trace().exchanges[*channel]);
      return;
    }
    const std::optional<std::size_t> number = session.transport->listen(options);
    if (!number) return;
    const Exchange& exchange = http_.trace().exchanges[*number];
    http_.loop().run_until([&] { return exchange.status() >= 200 || !session.transport->running(*number); },
                           options.deadline);
    profile_.get = describe_stream("GET", exchange);
    session.transport->close_stream(*number);
    http_.loop().run_until([&] { return !session.transport->running(*number); }, deadline());
  }

  NeedProbes& needs_;
  HttpClient& http_;
  const RunOptions& options_;
  ServerProfile profile_;
};

}  // namespace

std::size_t unread_lists(const ServerProfile& profile) {
  return static_cast<std::size_t>(
      std::count_if(profile.counts.begin(), profile.counts.end(),
                    [](const ServerProfile::Count& count) { return !count.problem.empty(); }));
}

ServerProfile probe_profile(NeedProbes& needs, HttpClient& http, const RunOptions& options) {
  return ServerProbes(needs, http, options).run();
}

}  // namespace mcplumb
