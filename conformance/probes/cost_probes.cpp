#include "conformance/probes/cost_probes.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "client/text/wording.hpp"
#include "client/transport/era.hpp"
#include "conformance/probes/growth.hpp"
#include "conformance/probes/observation_writer.hpp"
#include "conformance/probes/raw_requests.hpp"

namespace mcplumb {
namespace {

constexpr Micros kAnswerPatience = 2 * kSecond;  // for one answer
// Over a session each request is in its trace; and a tool may do anything, so it is called a few times only.
constexpr GrowthBounds kFew = {.warm_up = 5, .batch = 25, .most = 100, .time = 4 * kSecond};
constexpr GrowthBounds kCalls = {.warm_up = 5, .batch = 10, .most = 30, .time = 4 * kSecond};

// "712 KiB", "1", "0.3"
std::string kept_text(double amount, bool bytes) {
  if (bytes) return std::to_string(std::max(0L, std::lround(amount / 1024))) + " KiB";
  const long tenths = std::max(0L, std::lround(amount * 10));
  return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10));
}

class CostWriter : private ObservationWriter {
 public:
  CostWriter(Run& run, EventLoop& loop) : ObservationWriter(run, loop) {}

  // `what` in words: "session that is not ended".
  void growth(const std::string& name, const std::string& what, const Growth& growth) {
    const auto write = [&](const char* part, const char* title, double amount, bool bytes) {
      this->amount(("cost." + name + "." + part).c_str(), std::string(title) + " kept for each " + what,
                   kept_text(amount, bytes) + " (" + std::to_string(growth.times) + " of them)", std::max(amount, 0.0),
                   bytes ? "bytes each" : "each");
    };
    write("memory", "memory", growth.memory, true);
    write("descriptors", "open descriptors", growth.descriptors, false);
    write("threads", "threads", growth.threads, false);
    write("processes", "processes", growth.processes, false);
  }

  void time(const char* id, const std::string& title, const Growth& growth) {
    const auto at = [&](std::size_t percent) { return growth.took[(growth.took.size() - 1) * percent / 100]; };
    spread(id, title,
           span_text(at(50)) + " (" + span_text(at(10)) + " to " + span_text(at(90)) + ", " +
               std::to_string(growth.took.size()) + " of them)",
           {at(10), at(50), at(90)});
  }

  void size(const char* id, const std::string& title, std::size_t bytes) {
    amount(id, title, std::to_string((bytes + 1023) / 1024) + " KiB", static_cast<double>(bytes), "size");
  }
};

class HttpCosts {
 public:
  HttpCosts(Run& run, EventLoop& loop, const RunOptions& options, const std::string& revision, long group)
      : writer_(run, loop), loop_(loop), options_(options), revision_(revision), group_(group) {}

  void run() {
    if (era_of(revision_) == Era::stateless) return requests({});
    restart();
    const std::optional<std::string> first = open();
    if (!first) return;
    if (!first->empty() && end(*first)) ended_sessions();
    restart();
    if (const std::optional<std::string> session = open()) {
      requests(*session);
      tool_calls(*session);
      if (!session->empty()) end(*session);
    }
    dropped_sessions();
  }

 private:
  // With a trace of its own, which is thrown away.
  void restart() {
    raw_.reset();
    http_.reset();
    trace_ = std::make_unique<Trace>();
    http_ = std::make_unique<HttpClient>(loop_, *trace_, options_.target.connection);
    raw_ = std::make_unique<RawRequests>(
        *http_, RawRequestOptions{options_.target.url, options_.target.headers, options_.target.connection,
                                  std::min(options_.deadline, kAnswerPatience), TransportKind::streamable_http});
  }

  const Exchange& ask(const char* method, Headers headers, std::optional<std::string> body) {
    RawRequest request;
    request.purpose = "cost";
    request.method = method;
    request.headers = std::move(headers);
    request.body = std::move(body);
    request.until = ReadUntil::end;
    return raw_->ask(request);
  }

  static bool fine(const Exchange& exchange) { return exchange.status() / 100 == 2 && !exchange.failure; }

  // The id of a new session, empty if the server issues none. Absent: it opens none.
  std::optional<std::string> open() {
    const Exchange& opened = ask("POST", {}, opening_body(revision_));
    if (!fine(opened)) return std::nullopt;
    const std::string id = opened.header("mcp-session-id").value_or("");
    const bool confirmed = fine(ask("POST", session_headers(id, revision_), confirmation_body()));
    return confirmed ? std::optional(id) : std::nullopt;
  }
  bool end(const std::string& id) { return fine(ask("DELETE", session_headers(id, revision_), std::nullopt)); }

  void ended_sessions() {
    const auto growth = measure_growth(loop_, group_, [&] {
      const auto session = open();
      return session && end(*session);
    });
    if (growth) writer_.growth("ended-session", "session that was ended by DELETE", *growth);
  }

  void dropped_sessions() {
    restart();
    std::vector<std::string> opened;
    const auto growth = measure_growth(loop_, group_, [&] {
      auto session = open();
      if (session) opened.push_back(std::move(*session));
      return session.has_value();
    });
    if (growth) {
      writer_.growth("session", "session that is not ended", *growth);
      writer_.time("time.session", "time to open a session", *growth);
    }
    // What comes next shall not meet a limit of sessions.
    const Micros latest = loop_.now() + 2 * kSecond;
    for (const std::string& session : opened)
      if (session.empty() || loop_.stopped() || loop_.now() > latest || !end(session)) return;
  }

  void requests(const std::string& session) {
    restart();
    const char* method = "tools/list";
    const std::string body = request_body(method, revision_);
    std::size_t size = 0;
    const auto growth = measure_growth(loop_, group_, [&] {
      const Exchange& answered = ask("POST", session_headers(session, revision_), body);
      size = std::max(size, answered.body_size);
      return fine(answered);
    });
    if (!growth) return;
    writer_.growth("request", "request (tools/list)", *growth);
    writer_.time("time.request", "time of an answer to tools/list", *growth);
    writer_.size("size.tools-list", "size of the answer to tools/list", size);
  }

  void tool_calls(const std::string& session) {
    const auto role = options_.roles.find("progress");
    if (role == options_.roles.end()) return;
    restart();
    const std::string body =
        request_body("tools/call", revision_, {{"name", role->second.tool}, {"arguments", role->second.arguments}});
    const auto growth = measure_growth(
        loop_, group_, [&] { return fine(ask("POST", session_headers(session, revision_), body)); }, kCalls);
    if (growth) writer_.growth("call", "call of a tool", *growth);
  }

  CostWriter writer_;
  EventLoop& loop_;
  const RunOptions& options_;
  const std::string& revision_;
  long group_;
  std::unique_ptr<Trace> trace_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<RawRequests> raw_;
};

}  // namespace

void probe_costs_over_http(Run& run, EventLoop& loop, const RunOptions& options, const std::string& revision,
                           long group) {
  HttpCosts(run, loop, options, revision, group).run();
}

void probe_costs_in_session(Run& run, EventLoop& loop, const RunOptions& options, Session& session, long group) {
  CostWriter writer(run, loop);
  const char* method = session.is_stateless() ? "server/discover" : "ping";
  const auto growth = measure_growth(
      loop, group,
      [&] {
        RequestOptions request;
        request.purpose = "cost";
        request.deliberate = true;
        request.deadline = loop.now() + std::min(options.deadline, kAnswerPatience);
        return session.request(method, nullptr, request).received.has_value();
      },
      kFew);
  if (!growth) return;
  writer.growth("request", std::string("request (") + method + ")", *growth);
  writer.time("time.request", std::string("time of an answer to ") + method, *growth);
}

}  // namespace mcplumb
