#include "conformance/assess/behaviour_probes.hpp"

#include <algorithm>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "client/text/wording.hpp"
#include "client/transport/era.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/probes/cost_probes.hpp"
#include "conformance/probes/observation_writer.hpp"
#include "conformance/probes/process_usage.hpp"
#include "conformance/probes/raw_requests.hpp"

namespace mcplumb {
namespace {

constexpr Micros kLogGrace = 200 * kMillisecond;  // for what a server logs about connections that went away
constexpr int kFreshConnections = 20;
constexpr int kSilencesInARow = 3;           // then a server is taken to be deaf, and not asked all the rest
constexpr Micros kNotice = 3 * kSecond;      // within which a server has to notice that a stream was closed
constexpr Micros kWithheld = 2 * kSecond;    // headers that take longer than this wait for the first event
constexpr Micros kIdleBeforeTerm = kSecond;  // sent at once, the known hang is flaky

Headers headers_of(const OpenSession& session) {
  return session_headers(session.transport->session_id(), session.opening().revision);
}

class BehaviourProbes : private ObservationWriter {
 public:
  BehaviourProbes(Run& run, SessionPool& sessions, NeedProbes& needs, HttpClient& http, const RunOptions& options,
                  RunDiagnosis& diagnosis)
      : ObservationWriter(run, http.loop()),
        sessions_(sessions),
        needs_(needs),
        http_(http),
        options_(options),
        how_(*options.observing),
        diagnosis_(diagnosis),
        raw_(http, {options.target.url, options.target.headers, options.target.connection, options.deadline,
                    TransportKind::streamable_http}) {}

  void run() {
    const bool http = sessions_.transport() != TransportKind::http_sse;
    ProcessRecord* process = run_.trace.processes.empty() ? nullptr : &run_.trace.processes.front();
    if (process != nullptr && process->ended != kNever) process = nullptr;
    // The first exchange of the run comes right after the server was found to be up.
    if (process != nullptr && !run_.trace.exchanges.empty() && process->started != kNever)
      start_cost(run_.trace.exchanges.front().request.at - process->started);
    if (http) {
      headers();
      answers();
      sessions();
      progress("stream.progress", {});
      progress("stream.progress-gzip", {{"Accept-Encoding", "gzip"}});
      priming();
    }
    streams_and_idling(http, process);
    if (process != nullptr) costs(http, process->pid);
    if (http) after_a_bad_session();
    if (process != nullptr) term(*process, http);
  }

 private:
  void answered(const char* id, const std::string& title, const Exchange& exchange) {
    status(id, title, describe_answer(exchange), exchange.status(), &exchange);
  }
  std::string revision() const {
    return run_.server && !run_.server->revision.empty() ? run_.server->revision
                                                         : std::string(kNewestHandshakeRevision);
  }

  bool is_stateless() const { return era_of(revision()) == Era::stateless; }
  std::string opening_method() const { return is_stateless() ? "server/discover" : "initialize"; }
  // The exchange that opened the first session: server/discover may have been tried before.
  const Exchange* opening() const {
    for (const Exchange& exchange : run_.trace.exchanges)
      if (!exchange.deliberate) return &exchange;
    return nullptr;
  }
  RawRequest stream_request(const char* id, const Headers& headers, Micros deadline) const;

  void headers();
  void answers();
  // A request that is odd or wrong, and the observation that its answer is.
  struct Question {
    const char* id;
    std::string title;
    RawRequest request;
  };
  std::vector<Question> questions() const;
  void sessions();
  OpenSession& open(const char* purpose, bool confirm, const std::string& revision = "");
  void progress(const char* id, Headers headers);
  void priming();
  void streams_and_idling(bool http, const ProcessRecord* process);
  bool shows_life(const Exchange& stream) const;
  void get_stream(const Exchange& stream, const Headers& headers);
  void reopen(const std::string& how, const Headers& headers);
  void describe_stream(const Exchange& stream, const std::string& how, bool late);
  void wait(Micros until) {
    loop_.run_until([] { return false; }, until);
  }
  void costs(bool http, long group);
  void after_a_bad_session();
  const Exchange* idle_stream();
  void term(const ProcessRecord& process, bool http);
  bool refuses_connections();
  void describe_end(const ProcessRecord& process, Micros sent, const Exchange* stream, bool still_open);

  SessionPool& sessions_;
  NeedProbes& needs_;
  HttpClient& http_;
  const RunOptions& options_;
  const Observing& how_;
  RunDiagnosis& diagnosis_;
  RawRequests raw_;
};

// A stream that nothing need come on: GET, or a subscription.
RawRequest BehaviourProbes::stream_request(const char* id, const Headers& headers, Micros deadline) const {
  if (!is_stateless()) return {id, "GET", "", headers, std::nullopt, deadline};
  const nlohmann::json filter = {{"notifications", {{"toolsListChanged", true}}}};
  return {id, "POST", "", {}, request_body("subscriptions/listen", revision(), filter), deadline};
}

// Of replies that the checks brought about anyway.
void BehaviourProbes::headers() {
  const Exchange* stream = nullptr;
  for (const Exchange& exchange : run_.trace.exchanges) {
    if (exchange.request.method != "POST" || exchange.deliberate || exchange.status() != 200) continue;
    if (exchange.is_event_stream() && stream == nullptr) stream = &exchange;
  }
  const Exchange* first = opening();
  if (first != nullptr && first->status() == 200) {
    word("header.session-id", "a session id is issued", first->header("mcp-session-id") ? "yes" : "no", first);
    word("header.server", "header Server", first->header("server").value_or("absent"), first);
    word("header.reply-type", "media type of the reply to " + opening_method(),
         media_type(first->header("content-type").value_or("")), first);
  }
  if (stream == nullptr) return;
  for (const auto& [id, name] :
       {std::pair{"header.x-accel-buffering", "x-accel-buffering"}, std::pair{"header.cache-control", "cache-control"},
        std::pair{"header.content-encoding", "content-encoding"}}) {
    word(id, "header " + std::string(name) + " of an event stream", stream->header(name).value_or("absent"), stream);
  }
}

void BehaviourProbes::answers() {
  int unanswered = 0;  // in a row
  for (Question& question : questions()) {
    if (!go_on() || unanswered >= kSilencesInARow) return;
    question.request.purpose = question.id;
    const Exchange& exchange = raw_.ask(question.request);
    unanswered = exchange.failure && exchange.failure->kind == FailureKind::deadline ? unanswered + 1 : 0;
    answered(question.id, question.title, exchange);
  }
}

std::vector<BehaviourProbes::Question> BehaviourProbes::questions() const {
  const std::string& url = options_.target.url;
  const std::string opening = opening_body(revision()), list = request_body("tools/list", revision());
  const auto post = [&](Headers headers) { return RawRequest{.headers = std::move(headers), .body = opening}; };
  const auto post_body = [](std::string body, Headers headers = {}) {
    return RawRequest{.headers = std::move(headers), .body = std::move(body)};
  };
  const auto other = [](const char* method) { return RawRequest{.method = method}; };
  RawRequest put = post({}), slash = post({}), sibling = other("GET");
  put.method = "PUT";
  slash.url = url.ends_with('/') ? url.substr(0, url.size() - 1) : url + "/";
  sibling.url = origin_of(url) + "/mcplumb-no-such-path";
  std::string large = opening;
  large.insert(large.size() - 1, ",\"padding\":\"" + std::string(how_.large_body, 'x') + "\"");
  return {
      {"answer.initialize", "POST " + opening_method(), post({})},
      {"answer.malformed-body", "POST with the body `{`", post_body("{")},
      {"answer.accept-text", "POST with Accept: text/plain", post({{"Accept", "text/plain"}})},
      {"answer.accept-any", "POST with Accept: */*", post({{"Accept", "*/*"}})},
      {"answer.accept-json", "POST with Accept: application/json", post({{"Accept", "application/json"}})},
      {"answer.type-text", "POST with Content-Type: text/plain", post({{"Content-Type", "text/plain"}})},
      {"answer.get-without-session", "GET without a session", other("GET")},
      {"answer.delete-without-session", "DELETE without a session", other("DELETE")},
      {"answer.put", "PUT", put},
      {"answer.options", "OPTIONS", other("OPTIONS")},
      {"answer.host-foreign", "POST with Host: gate.example", post({{"Host", "gate.example"}})},
      {"answer.host-without-port", "POST with Host: 127.0.0.1", post({{"Host", "127.0.0.1"}})},
      {"answer.origin-foreign", "POST with Origin: https://gate.example", post({{"Origin", "https://gate.example"}})},
      {"answer.no-session", "a request without a session id", post_body(list)},
      {"answer.unknown-session", "a request with an unknown session id",
       post_body(list, {{"MCP-Session-Id", "00000000000000000000000000000000"}})},
      {"answer.unknown-version", opening_method() + " with MCP-Protocol-Version: 2099-01-01",
       post({{"MCP-Protocol-Version", "2099-01-01"}})},
      {"answer.slash", "POST to the path with or without its last slash", slash},
      {"answer.sibling", "GET of a path that no server has", sibling},
      {"limit.body-5-mib", "POST of 5 MiB", post_body(large)},
  };
}

OpenSession& BehaviourProbes::open(const char* purpose, bool confirm, const std::string& wanted) {
  OpenOptions open;
  open.revision = wanted;
  open.confirm = confirm;
  open.send.purpose = purpose;
  open.send.deadline = loop_.now() + options_.deadline;
  return sessions_.open(open);
}

// Behind workers or replicas that share nothing, a session is known to some of them only. Each request comes over a
// connection of its own.
void BehaviourProbes::sessions() {
  if (!go_on() || !run_.handshake_problem.empty()) return;
  OpenSession& session = open("session.second", true);
  const Exchange& opening = http_.trace().exchanges[session.opening().answer.exchange];
  status("session.second", "a second session beside the first", session.usable() ? "opened" : session.opening().problem,
         session.usable()          ? 200
         : opening.status() == 200 ? 400
                                   : opening.status(),
         &opening);
  if (!session.usable()) return;
  RawRequest request;
  request.purpose = "session.fresh-connections";
  request.headers = headers_of(session);
  request.headers.push_back({"Connection", "close"});
  request.body = request_body(is_stateless() ? "server/discover" : "ping", revision());
  int fine = 0;
  const Exchange* odd = nullptr;
  for (int i = 0; i < kFreshConnections && go_on(); ++i) {
    const Exchange& exchange = raw_.ask(request);
    if (exchange.status() == 200)
      ++fine;
    else if (odd == nullptr)
      odd = &exchange;
  }
  std::string value = std::to_string(fine) + " of " + std::to_string(kFreshConnections) + " answered 200";
  if (odd != nullptr) value += ", another " + describe_answer(*odd);
  status("session.fresh-connections", "one session over 20 fresh connections", std::move(value),
         odd == nullptr ? 200 : odd->status(), odd);
}

// How the progress of a tool arrives that the user allows to be called.
void BehaviourProbes::progress(const char* id, Headers headers) {
  const auto role = options_.roles.find("progress");
  OpenSession* session =
      go_on() && run_.handshake_problem.empty() && role != options_.roles.end() ? needs_.shared() : nullptr;
  if (session == nullptr) return;
  RequestOptions request;
  request.purpose = id;
  request.headers = std::move(headers);
  request.deadline = loop_.now() + std::max(options_.deadline, 30 * kSecond);
  std::vector<Micros> at;
  request.on_progress = [&](const nlohmann::json&) { at.push_back(loop_.now()); };
  const Micros begun = loop_.now();
  const Answer answer = session->session->request(
      "tools/call",
      {{"name", role->second.tool}, {"arguments", role->second.arguments}, {"_meta", {{"progressToken", id}}}},
      request);
  const Exchange& exchange = http_.trace().exchanges[answer.exchange];
  std::string value;
  if (const auto encoding = exchange.header("content-encoding"))
    value = "none that can be read: the stream is compressed (" + *encoding + ")";
  else if (!answer.received)
    value = "none: " + answer.problem;
  else if (at.empty())
    value = exchange.is_event_stream() ? "none" : "none: the reply is not an event stream";
  else if (at.size() > 1 && (at.back() - at.front()) * 5 < loop_.now() - begun)
    value = "one burst";
  else
    value = "spread out";
  word(id, "arrival of progress events", std::move(value), &exchange);
}

// An event with an id and no data, in a revision that does not know it: strict clients read it as JSON.
void BehaviourProbes::priming() {
  if (!go_on() || !run_.handshake_problem.empty() || is_stateless()) return;
  OpenSession& session = open("stream.priming", true, "2025-06-18");
  if (!session.usable() || session.opening().revision != "2025-06-18") return;
  RequestOptions request;
  request.purpose = "stream.priming";
  request.deadline = loop_.now() + options_.deadline;
  const Answer answer = session.session->request("tools/list", nullptr, request);
  const Exchange& exchange = http_.trace().exchanges[answer.exchange];
  const bool primed = !exchange.events.empty() && exchange.events.front().id && exchange.events.front().data.empty();
  word("stream.priming", "first event of a stream in revision 2025-06-18",
       primed                    ? "empty, with an id"
       : exchange.events.empty() ? "no stream"
                                 : "a message",
       &exchange);
}

// One wait serves two: the stream is watched for a sign of life while the server has nothing to do.
void BehaviourProbes::streams_and_idling(bool http, const ProcessRecord* process) {
  const Exchange* stream = nullptr;
  Headers headers;
  if (http && go_on() && run_.handshake_problem.empty()) {
    OpenSession& session = open("stream.get", true);
    if (session.usable()) {
      headers = headers_of(session);
      stream = &raw_.start(stream_request("stream.get", headers, how_.stream_window + options_.deadline));
      loop_.run_until([&] { return stream->status() >= 200 || !raw_.running(*stream); }, loop_.now() + kWithheld);
    }
  }
  if (process != nullptr && go_on()) idle(process->pid, how_.idle_window);
  if (stream != nullptr) get_stream(*stream, headers);
}

// A subscription begins with its acknowledgement, which says nothing about how it is when idle.
bool BehaviourProbes::shows_life(const Exchange& stream) const {
  if (!is_stateless()) return stream.body_size > 0;
  return stream.body.starts_with(':') || stream.body.find("\n:") != std::string::npos;
}

void BehaviourProbes::get_stream(const Exchange& stream, const Headers& headers) {
  const std::string how = is_stateless() ? "subscriptions/listen" : "GET";
  const bool late = stream.blocks.empty() || stream.reply()->at - stream.request.at > kWithheld;
  if (raw_.running(stream)) {
    if (!late)
      answered("stream.second-get", is_stateless() ? "a second subscription" : "a second GET stream of one session",
               raw_.ask(stream_request("stream.second-get", headers, 0)));
    loop_.run_until([&] { return shows_life(stream) || !raw_.running(stream); },
                    stream.request.at + how_.stream_window);
  }
  if (!go_on()) return;
  answered("stream.get", how + " for a stream", stream);
  if (stream.is_event_stream() || stream.blocks.empty()) describe_stream(stream, how, late);
  raw_.close(stream);
  if (!stream.is_event_stream()) return;
  reopen(how, headers);
}

// A server needs a moment to notice that a stream was closed, some more and some less.
void BehaviourProbes::reopen(const std::string& how, const Headers& headers) {
  const Micros closed = loop_.now();
  const Exchange* again = &raw_.ask(stream_request("stream.reopen", headers, 0));
  while (again->status() >= 400 && loop_.now() < closed + kNotice && go_on()) {
    wait(loop_.now() + 200 * kMillisecond);
    again = &raw_.ask(stream_request("stream.reopen", headers, 0));
  }
  answered("stream.reopen", how + " again, after the stream was closed", *again);
}

void BehaviourProbes::describe_stream(const Exchange& stream, const std::string& how, bool late) {
  word("stream.get-headers", "headers of the " + how + " stream", late ? "withheld for more than 2 s" : "at once",
       &stream);
  const bool comments = is_stateless() || stream.body.starts_with(':');
  const std::string kind = !shows_life(stream) ? "silent" : comments ? "comments" : "events";
  word("stream.keep-alive", "sign of life on an idle " + how + " stream",
       kind == "silent" ? kind + " for " + seconds_text(how_.stream_window) : kind, &stream);
}

void BehaviourProbes::costs(bool http, long group) {
  if (!go_on() || !run_.handshake_problem.empty()) return;
  const auto logged = [&] { return run_.trace.processes.empty() ? 0 : run_.trace.processes.front().log.size; };
  if (!run_.process_facts) run_.process_facts.emplace();
  run_.process_facts->costs_logged_from = logged();
  if (http)
    probe_costs_over_http(run_, loop_, options_, revision(), group);
  else if (OpenSession* session = needs_.shared())
    probe_costs_in_session(run_, loop_, options_, *session->session, group);
  loop_.run_until([] { return false; }, loop_.now() + kLogGrace);
  run_.process_facts->costs_logged_to = logged();
}

// Some servers keep one task group for all sessions, and one bad session takes it down.
void BehaviourProbes::after_a_bad_session() {
  if (!go_on() || !run_.handshake_problem.empty()) return;
  if (OpenSession& early = open("session.bad", false); early.usable()) {
    RawRequest request{"session.bad", "POST", "", headers_of(early), request_body("tools/list", revision()), 0};
    raw_.ask(request);
    request.body = R"({"jsonrpc":"2.0","id":3,"method":"tools/call","params":[null]})";
    raw_.ask(request);
  }
  RawRequest broken{"session.bad", "POST", "", {}, R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{}})", 0};
  raw_.ask(broken);
  RawRequest fine{"session.after-a-bad-one", "POST", "", {}, opening_body(revision()), 0};
  answered("session.after-a-bad-one", opening_method() + ", after a session that went wrong", raw_.ask(fine));
  diagnosis_.after_a_bad_session();
}

// On a connection of its own, for those that are open may be served to their end.
bool BehaviourProbes::refuses_connections() {
  RawRequest request;
  request.purpose = "exit.connect";
  request.method = "GET";
  request.url = origin_of(options_.target.url) + "/mcplumb-no-such-path";
  request.deadline = kSecond;
  request.fresh_connection = true;
  const Exchange& seen = raw_.ask(request);
  return seen.failure && seen.failure->kind == FailureKind::refused;
}

// A stream that is open and idle when TERM comes; null if there is none.
const Exchange* BehaviourProbes::idle_stream() {
  if (!run_.handshake_problem.empty()) return nullptr;
  OpenSession& session = open("exit.term", true);
  const Micros patience = kIdleBeforeTerm + how_.exit_deadline + options_.deadline;
  const Exchange* stream =
      session.usable() ? &raw_.start(stream_request("exit.term", headers_of(session), patience)) : nullptr;
  wait(loop_.now() + kIdleBeforeTerm);
  return stream != nullptr && stream->is_event_stream() && raw_.running(*stream) ? stream : nullptr;
}

void BehaviourProbes::term(const ProcessRecord& process, bool http) {
  if (!go_on() || process.ended != kNever) return;
  const Exchange* stream = http ? idle_stream() : nullptr;
  const Micros sent = loop_.now();
  if (!go_on() || !terminate_group(process.pid)) return;
  loop_.run_until([&] { return process.ended != kNever; }, sent + how_.exit_deadline);
  const bool still_open = stream != nullptr && raw_.running(*stream);
  if (stream != nullptr && process.ended != kNever)
    loop_.run_until([&] { return !raw_.running(*stream); }, loop_.now() + kSecond);
  if (go_on()) describe_end(process, sent, stream, still_open && process.ended == kNever);
}

void BehaviourProbes::describe_end(const ProcessRecord& process, Micros sent, const Exchange* stream, bool still_open) {
  const bool exited = process.ended != kNever;
  TermFacts term;
  term.waited = loop_.now() - sent;
  term.exited = exited;
  if (exited) term.exit_after = process.ended - sent;
  if (process.exit_status) term.exit_code = process.exit_status;
  if (process.signal) term.exit_code = -*process.signal;
  if (stream != nullptr) {
    term.stream_open = still_open;
    term.last_chunk = !still_open && !stream->failure;
    term.exchange = stream->number;
  }
  if (!exited) term.connect_refused = refuses_connections();
  facts_of_process().term = term;
  const std::string with = stream == nullptr ? "" : " with an idle stream open";
  word("exit.term", "TERM", (exited ? "exited" : "did not exit within " + seconds_text(how_.exit_deadline)) + with,
       stream);
  if (exited) end_cost(process, sent);
  if (stream == nullptr) return;
  word("exit.stream", "the open stream after TERM",
       still_open        ? "still open"
       : stream->failure ? "cut: " + std::string(to_string(stream->failure->kind))
                         : "ended properly",
       stream);
}

}  // namespace

void probe_behaviour(Run& run, SessionPool& sessions, NeedProbes& needs, HttpClient& http, const RunOptions& options,
                     RunDiagnosis& diagnosis) {
  if (sessions.transport() && !has_http(*sessions.transport()))
    probe_program_behaviour(run, sessions, http, options);
  else
    BehaviourProbes(run, sessions, needs, http, options, diagnosis).run();
}

}  // namespace mcplumb
