// Asks the server what the rules of diagnosis need to know, once something went wrong: a few harmless requests, each in
// the trace with a purpose that starts with "diagnosis/", each wrong on purpose or sent beside the suite, so that no
// check judges them. The first failure stays what it was.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/http/http_client.hpp"

namespace mcplumb {

struct ExaminerOptions {
  std::string url;
  Headers headers;  // the user's
  ConnectionOptions connection;
  std::string revision;           // to propose
  Micros deadline = 3 * kSecond;  // of one request
  bool thorough = false;          // also large bodies and several streams at once
  long process = 0;               // pid of the server if we started it: its processor time is looked at; 0 = we did not
};

// A session that the run has open and that pings may go to.
struct ExaminedSession {
  std::string id, revision;
};

class Examiner {
 public:
  // All references must outlive it.
  Examiner(HttpClient& http, ExaminerOptions options) : http_(http), options_(std::move(options)) {}

  // initialize failed with this exchange: different requests to the endpoint and beside it, and whatever its reply
  // suggests: another Host, another path, the place a redirect named, the transport of 2024-11-05.
  void after_failed_initialize(const Exchange& failed);
  // Requests that a live endpoint refuses in different ways, and a path beside it. For five different rules and the
  // fingerprints of SDKs.
  void ask_differently();
  // Pings on connections of their own, for servers with sessions: do all of them know the session?
  void ping_on_fresh_connections(const ExaminedSession& session, int count = 8);
  // A GET stream for a client that takes gzip; the same as plain ones unless a middleware compresses.
  void open_compressed_stream(const ExaminedSession& session);
  // Bodies of growing size, and a few streams at once; only if `thorough`.
  void look_for_limits(const ExaminedSession& session);
  // Something got no answer: does the endpoint, or a path beside it, answer anything any more?
  void look_for_life();
  // Cores that the server's processes used while look_for_life() waited in vain; absent: it did not, or is not ours.
  std::optional<double> stalled_cpu() const { return stalled_cpu_; }
  // HTTP+SSE: is a message for a stream that was closed still accepted?
  void send_into_closed_stream(const std::string& stream_url);

 private:
  struct Ask {
    std::string name;  // the purpose (diagnosis_purposes.hpp)
    std::string method = "POST", url;
    Headers headers;  // beyond the usual; one of the same name replaces it, an empty value takes it away
    std::optional<std::string> body;
    bool fresh = true;           // on a connection of its own: servers close others after an error, and do not say so
    Micros deadline = kNever;    // span
    std::size_t enough = 16384;  // bytes of a body after which nothing more is waited for
    bool until_headers = false;  // a stream is closed once its headers are there
    bool until_event = false;    // … or once its first event is
  };
  class Watcher;
  const Exchange& ask(Ask ask);
  std::vector<const Exchange*> ask_all(std::vector<Ask> asks);  // at the same time
  bool go_on() const { return !http_.loop().stopped(); }
  Headers headers_for(const Ask& ask) const;
  Headers session_headers(const ExaminedSession& session) const;
  std::string initialize_body() const;
  void end_session_of(const Exchange& exchange);
  void try_hosts(const Exchange& failed);
  void try_paths();
  void follow(const Exchange& redirect);
  bool look_for_old_transport();
  void let_it_notice();
  void measure_body_limit(const ExaminedSession& session);
  void open_several_streams(const ExaminedSession& session);

  HttpClient& http_;
  ExaminerOptions options_;
  std::optional<double> stalled_cpu_;
};

}  // namespace mcplumb
