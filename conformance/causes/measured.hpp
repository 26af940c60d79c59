// A finished run as the rules of a migration read it: which request was answered how. And the signs that a rule
// applies.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/record/run.hpp"

namespace mcplumb {

// What of a run shows that a rule applies.
struct Sight {
  std::string line;
  const Exchange* exchange = nullptr;
};
using Sights = std::vector<Sight>;

class Measured {
 public:
  struct Answer {
    const Exchange* asked;
    const nlohmann::json* message;  // the response
    std::string_view method;        // of the request
  };
  explicit Measured(const Run& run);

  const Run& run() const { return run_; }
  const std::vector<Answer>& answers() const { return answers_; }
  const std::vector<const Received*>& requests() const { return requests_; }  // of the server's
  const Answer* answer_to(const Exchange& exchange) const;
  // The first exchange that was sent for that purpose.
  const Exchange* probe(std::string_view purpose) const;

 private:
  const Run& run_;
  std::vector<Answer> answers_;
  std::vector<const Received*> requests_;
};

// Why the probes were sent (probes.hpp).
namespace migration_purpose {
inline constexpr std::string_view kAlone = "migration/alone";      // a request of 2026-07-28, outside any session
inline constexpr std::string_view kHeaders = "migration/headers";  // with an Mcp-Method that is not the body's
}  // namespace migration_purpose

// One sign each; `words` are what it looks for. Empty = not seen.
namespace sign {
using Words = std::span<const std::string_view>;
Sights undiscovered(const Measured& measured, Words);        // server/discover got no result
Sights refused_alone(const Measured& measured, Words);       // the probe kAlone got no result
Sights headers_ignored(const Measured& measured, Words);     // the probe kHeaders got one
Sights answered(const Measured& measured, Words methods);    // with a result
Sights asked_back(const Measured& measured, Words methods);  // by the server
Sights errors(const Measured& measured, Words codes);
Sights declared(const Measured& measured, Words capabilities);         // as paths: "tools.listChanged"
Sights without_result_type(const Measured& measured, Words);           // results
Sights without_cache_hints(const Measured& measured, Words methods);   // results of these
Sights other_status(const Measured& measured, Words code_and_status);  // of errors with that code, over HTTP
Sights unknown_revision(const Measured& measured, Words code);         // in a header, and not refused with that code
Sights buffered(const Measured& measured, Words);                      // streams without X-Accel-Buffering: no
Sights sessions(const Measured& measured, Words);                      // ids that were issued, DELETE that was obeyed
Sights get_stream(const Measured& measured, Words);
Sights event_ids(const Measured& measured, Words);
Sights remote_references(const Measured& measured, Words);  // in schemas of tools
Sights transport(const Measured& measured, Words kinds);
Sights notifications_elsewhere(const Measured& measured, Words capabilities);  // GET stream, subscriptions
}  // namespace sign

}  // namespace mcplumb
