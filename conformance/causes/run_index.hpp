// A finished run as rules read it: what was asked for which reason, what came of it, and what the server logged.
#pragma once

#include <deque>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/causes/stack.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

class RunIndex {
 public:
  struct Answer {
    const Exchange* asked;
    const nlohmann::json* message;  // the response
    std::string_view method;        // of the request
  };
  explicit RunIndex(const Run& run);  // the run must outlive it, and not change meanwhile

  const Run& run() const { return run_; }
  const std::deque<Exchange>& exchanges() const { return run_.trace.exchanges; }
  std::string endpoint() const;                                        // URL of the first request
  const Exchange* probe(std::string_view purpose) const;               // the last one that was sent for it
  std::vector<const Exchange*> probes(std::string_view prefix) const;  // whose purpose begins so, in order
  // Requests that were not wrong on purpose and not sent for the diagnosis, to the endpoint, in order.
  std::vector<const Exchange*> traffic() const;
  const Exchange* traffic_with_status(std::initializer_list<int> statuses) const;  // the first of it
  const Exchange* first_failure() const;
  // The server/discover that came before initialize, if it was answered; it is no part of the traffic.
  const Exchange* discovery() const;
  // A stream that the server was told to stop under: that it ends is no fault.
  bool was_open_at_term(const Exchange& stream) const;
  bool had_session() const;  // some initialize was answered with a result

  const std::vector<Answer>& answers() const { return answers_; }
  const Answer* answer_to(const Exchange& exchange) const;
  const std::vector<const Received*>& requests_of_server() const { return requests_of_server_; }

  Stack stack() const;  // what the server is written in, as far as it is recognised

  // The log of what we started, all of it; the first line of it that holds `text`.
  std::string log() const;
  std::string log_line(std::string_view text) const;
  // All that programs over stdio wrote, to stdout and to stderr; the first line of it, in lower case, that fits.
  std::string output_line(bool (*fits)(const std::string& line)) const;
  // What the last traceback in it ends with, or a stack trace begins with: "KeyError: b'x-tenant'"; empty if there is
  // none.
  std::string error_in_log() const;

 private:
  const Run& run_;
  mutable std::optional<Stack> stack_;  // once it was asked for
  std::vector<Answer> answers_;
  std::vector<const Received*> requests_of_server_;
};

}  // namespace mcplumb
