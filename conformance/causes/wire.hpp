// A finished run as rules read it: what was asked for which reason, what came of it, and what the server logged.
#pragma once

#include <initializer_list>
#include <utility>

#include "conformance/causes/rules.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// Why the Examiner sent a request: "diagnosis/" and one of these.
namespace asked {
inline constexpr std::string_view kAll = "diagnosis/";
inline constexpr std::string_view kUniform = "uniform/";      // requests that a live endpoint refuses in different ways
inline constexpr std::string_view kSibling = "sibling";       // a path beside the endpoint
inline constexpr std::string_view kHost = "host/";            // initialize with another Host
inline constexpr std::string_view kPath = "path/";            // initialize at another path
inline constexpr std::string_view kRedirect = "redirect";     // initialize where a redirect led
inline constexpr std::string_view kOldStream = "old-stream";  // GET, for the transport of 2024-11-05
inline constexpr std::string_view kFresh = "fresh/";          // ping on a connection of its own
inline constexpr std::string_view kAlive = "alive/";          // does anything answer any more
inline constexpr std::string_view kVoid = "void/";            // a message for a stream that was closed
inline constexpr std::string_view kProgress = "progress/";    // a call with a GET stream open
inline constexpr std::string_view kGzip = "gzip/";            // requests of a client that takes gzip
inline constexpr std::string_view kSize = "size/";            // a ping of so many bytes
inline constexpr std::string_view kStreams = "streams/";      // several streams at once
inline constexpr std::string_view kCleanUp = "clean-up";      // DELETE of a session that a request of ours began
}  // namespace asked

class Wire {
 public:
  explicit Wire(const Run& run) : run_(run) {}

  const Run& run() const { return run_; }
  std::string endpoint() const;                                        // URL of the first request
  const Exchange* probe(std::string_view name) const;                  // the last one of that name
  std::vector<const Exchange*> probes(std::string_view prefix) const;  // in order
  // Requests that were not wrong on purpose and not sent for the diagnosis, to the endpoint, in order.
  std::vector<const Exchange*> traffic() const;
  const Exchange* first_failure() const;
  // The server/discover that came before initialize, if it was answered; it is no part of the traffic.
  const Exchange* discovery() const;
  bool had_session() const;  // some initialize was answered with a result

  // The log of what we started, all of it; the first line of it that holds `text`.
  std::string log() const;
  std::string log_line(std::string_view text) const;

 private:
  const Run& run_;
};

// A diagnosis with the texts of the rule, {name} filled in.
Diagnosis from_rule(std::string_view id, Confidence confidence,
                    std::initializer_list<std::pair<std::string_view, std::string>> fill = {});
// Adds a line of evidence that speaks of this exchange.
void add_evidence(Diagnosis& diagnosis, std::string line, const Exchange* exchange = nullptr);
// The first log sign of the rule that is in the log: makes it certain, and tells sub-cause and cure. False: none.
bool take_log_sign(Diagnosis& diagnosis, const Wire& wire);

bool is_initialize(const Exchange& exchange);
bool was_connected(const Exchange& exchange);  // somebody accepted the connection
// The reply is, or brought, a JSON-RPC result.
bool has_result(const Exchange& exchange);
// The reply body as JSON-RPC error message; empty if it is none.
std::string error_message(const Exchange& exchange);
// "500 text/plain, 21 bytes", "no reply within the time allowed"
std::string reply_in_words(const Exchange& exchange);

}  // namespace mcplumb
