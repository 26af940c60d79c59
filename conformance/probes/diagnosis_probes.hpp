// Asks the server what the rules of diagnosis need to know, once something went wrong: a few harmless raw requests,
// each with a purpose that starts with "diagnosis/". The first failure stays what it was.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/probes/raw_requests.hpp"

namespace mcplumb {

struct DiagnosisProbesOptions {
  std::string url;
  Headers headers;  // the user's
  ConnectionOptions connection;
  std::string revision;           // to propose
  Micros deadline = 3 * kSecond;  // of one request
  bool thorough = false;          // also large bodies and several streams at once
  long process = 0;               // pid of the server if we started it: its processor time is looked at; 0 = we did not
};

// A session that the run has open and that pings may go to.
struct ProbedSession {
  std::string id, revision;
};

class DiagnosisProbes {
 public:
  // All references must outlive it.
  DiagnosisProbes(HttpClient& http, DiagnosisProbesOptions options);

  // initialize failed with this exchange: different requests to the endpoint and beside it, and whatever its reply
  // suggests: another Host, another path, the place a redirect named, the transport of 2024-11-05.
  void after_failed_initialize(const Exchange& failed);
  // Requests that a live endpoint refuses in different ways, and a path beside it. For five different rules and the
  // fingerprints of SDKs.
  void ask_differently();
  // Pings on connections of their own, for servers with sessions: do all of them know the session? False: none did.
  bool ping_on_fresh_connections(const ProbedSession& session, int count = 8);
  // What was sent in a session was refused: is initialize answered again, and do all know the session that it begins?
  void begin_again();
  // A GET stream for a client that takes gzip; the same as plain ones unless a middleware compresses.
  void open_compressed_stream(const ProbedSession& session);
  // A GET stream, and once it is closed another one: is it granted again? True: it is, or there is none at all.
  bool reopen_stream(const std::string& revision);
  // Bodies of growing size, and a few streams at once; only if `thorough`.
  void look_for_limits(const ProbedSession& session);
  // A request that only reads met a server error: the same again, a few times.
  void repeat(const Exchange& failed);
  // Something got no answer: does the endpoint, or a path beside it, answer anything any more?
  void look_for_life();
  // Cores that the server's processes used while look_for_life() waited in vain; absent: it did not, or is not ours.
  std::optional<double> stalled_cpu() const { return stalled_cpu_; }
  // HTTP+SSE: is a message for a stream that was closed still accepted?
  void send_into_closed_stream(const std::string& stream_url);
  // The handshake of HTTP+SSE failed: who takes messages for a stream that is open?
  void after_failed_old_handshake(const std::string& stream_url);

 private:
  // `name` goes behind the purpose; an empty URL is that of the endpoint.
  static RawRequest get(std::string_view purpose, std::string_view name = "", std::string url = "");
  static RawRequest post(std::string_view purpose, std::string_view name, std::string body, Headers headers = {});
  static RawRequest with_url(RawRequest request, std::string url);
  RawRequest initialize(std::string_view purpose, std::string_view name = "") const;
  std::vector<RawRequest> different_requests() const;
  std::string twin() const;  // empty: it has none
  void look_again();
  std::string sibling() const;  // a URL beside the endpoint that no server has
  bool go_on() const { return !http_.loop().stopped(); }
  void wait(Micros span);
  void end_session_of(const Exchange& exchange);
  void after_refused_initialize(const Exchange& refused);
  void try_hosts(const Exchange& failed);
  void after_no_reply(const Exchange& failed);
  void try_other_loopback();
  void try_without_tls();
  void ask_again(const Exchange& failed);
  void try_prefix(const std::string& stream_url, const std::string& message_url);
  void try_paths();
  bool is_found_at(const std::string& path);
  void follow(const Exchange& redirect);
  bool look_for_old_transport();
  void let_it_notice();
  int status_of_body(const ProbedSession& session, std::size_t size);
  void measure_body_limit(const ProbedSession& session);
  void open_several_streams(const ProbedSession& session);

  HttpClient& http_;
  DiagnosisProbesOptions options_;
  RawRequests raw_;
  std::optional<double> stalled_cpu_;
};

}  // namespace mcplumb
