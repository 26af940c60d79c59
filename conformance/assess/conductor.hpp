// Carries out the checks that send something: side by side those that may have company, then the others, one after the
// other. What did not pass in company is tried again alone, and only that counts.
#pragma once

#include <functional>
#include <map>
#include <new>
#include <set>
#include <string>
#include <vector>

#include "client/log.hpp"
#include "client/no_memory.hpp"
#include "conformance/assess/access_watch.hpp"
#include "conformance/engine/plan.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

class SpareSessions;

// Work for the outcome of one check, which is inconclusive where there is no memory for it.
template <class Work>
void unless_no_memory(Outcome& outcome, const Work& work) {
  try {
    work();
  } catch (const std::bad_alloc&) {
    outcome.verdict = Verdict::inconclusive;
    outcome.reason = kNoMemory;
  }
}

class Conductor {
 public:
  // All references must outlive it.
  Conductor(Run& run, HttpClient& http, SessionPool& sessions, NeedProbes& needs, AccessWatch& access,
            const RunOptions& options, Log& log)
      : run_(run),
        http_(http),
        sessions_(sessions),
        needs_(needs),
        access_(access),
        options_(options),
        log_(log),
        at_once_(options.fail_fast ? 1 : options.at_once) {}

  // Finds out how many things the server can be asked at once. Before that, and where there is no session, it is asked
  // for one after the other.
  void look_at_server(const std::vector<Planned>& plan);
  std::size_t at_once() const { return looked_ ? at_once_ : 1; }
  // What checks that may have company need to know, side by side.
  void find_out(const std::vector<Planned>& plan);
  // Fills in the outcomes of the planned checks that have steps, `outcomes` of the same length. Where checks have
  // company, `more` is done at the same time.
  void carry_out(const std::vector<Planned>& plan, std::vector<Outcome>& outcomes,
                 std::vector<std::function<void()>> more);

 private:
  static std::vector<std::size_t> chosen_for_company(const std::vector<Planned>& plan);
  void run_in_company(const std::vector<Planned>& plan, std::vector<Outcome>& outcomes,
                      std::vector<std::function<void()>> work);
  void try_in_company(std::size_t index, const Planned& planned, Outcome& outcome, SpareSessions& spare);
  std::vector<std::size_t> sent_for(const std::string& id, std::size_t first) const;
  void set_aside(const std::vector<std::size_t>& sent);
  void run_alone(const Planned& planned, Outcome& outcome);
  std::string why_not_begun() const;
  void take_steps(const Planned& planned, Outcome& outcome, OpenSession* common);
  void try_steps(const Planned& planned, Outcome& outcome, OpenSession* common);
  std::optional<EarlierTry> lost_connection(const Outcome& tried, std::size_t first) const;
  void doubt_pass(Outcome& outcome, std::size_t first) const;
  void leave_open(Outcome& outcome) const;
  void show_progress(const std::vector<Planned>& plan, const std::string& id);

  Run& run_;
  HttpClient& http_;
  SessionPool& sessions_;
  NeedProbes& needs_;
  AccessWatch& access_;
  const RunOptions& options_;
  Log& log_;
  std::size_t at_once_;
  bool looked_ = false;
  std::set<std::size_t> done_;             // of the plan
  std::map<std::size_t, Outcome> failed_;  // in company: what is to be confirmed
  std::size_t troubles_ = 0;               // that the server had with company
  bool enough_ = false;                    // of it
  std::string stopped_at_;                 // the check that failed, if no other shall run after a failure
};

}  // namespace mcplumb
