// Carries out the steps of one check and judges each as its script says.
#pragma once

#include <map>
#include <set>

#include "conformance/engine/facts.hpp"
#include "conformance/engine/view.hpp"
#include "conformance/language/matcher.hpp"

namespace mcplumb {

// What the steps of one check brought to light.
struct StepsResult {
  std::vector<Finding> findings;
  std::string skip;          // a requirement was not met: why
  std::string inconclusive;  // the steps could not be carried out: why
  std::size_t judged = 0;    // steps that expected something
};

class StepRunner {
 public:
  struct Room {  // what all checks of a run share
    HttpClient& http;
    SessionPool& sessions;
    RunFacts& facts;
    const RunOptions& options;
  };
  StepRunner(Room room, const Check& check, const Suite& suite, Verdict severity);

  StepsResult run();

 private:
  struct Stream {
    OpenSession* session = nullptr;
    std::size_t exchange = 0;
    std::size_t next_event = 0;
    bool is_request = false;  // that `as` left in the background
  };
  // A step that was sent and whose view can be had once it is over.
  struct Sent {
    OpenSession* session = nullptr;
    std::size_t exchange = 0;
    bool is_request = false;  // a JSON-RPC request that the session matches
    bool until_headers = false;
  };

  bool go_on() const { return !stopped_ && result_.skip.empty() && result_.inconclusive.empty(); }
  void run_all(const std::vector<Step>& steps);
  void run_step(const Step& step);
  void run_block(const Step& step);
  void run_open(const Step& step, const nlohmann::json& arguments);
  void run_listen(const Step& step, const nlohmann::json& arguments);
  void run_wait(const Step& step);
  void run_close(const Step& step);
  void run_finish(const Step& step);
  void run_await(const Step& step);
  void run_in_background(const Step& step, const nlohmann::json& arguments);
  void leave_in_background(const Step& step, const std::string& name, const Sent& sent);
  void run_pages(const Step& step, const nlohmann::json& arguments);
  void run_parallel(const Step& step);
  void run_for_each(const Step& step);
  std::optional<Sent> send(const Step& step, const nlohmann::json& arguments);
  Sent send_request(const Step& step, OpenSession& session, const std::string& method, nlohmann::json params,
                    const nlohmann::json& arguments);
  std::optional<Sent> send_call(const Step& step, OpenSession& session, const nlohmann::json& arguments);
  std::optional<Sent> send_raw(const Step& step, OpenSession& session, const nlohmann::json& arguments);
  static bool follows(const Step& step, const nlohmann::json& arguments);
  bool is_over(const Sent& sent) const;
  nlohmann::json view_of(const Sent& sent) const;
  void finish(const Step& step, const Sent& sent);

  void unmet(std::string why);
  Expectations that_apply(const Expectations& all, const Step& step) const;
  void judge(const Step& step, nlohmann::json view, std::optional<std::size_t> exchange);
  void add_findings(const std::vector<Mismatch>& mismatches, Verdict severity, const Step& step,
                    const nlohmann::json& view, std::optional<std::size_t> exchange);
  std::optional<nlohmann::json> arguments_of(const Step& step);
  OpenSession* session_for(const Step& step) const;
  SendOptions send_options(const Step& step, const nlohmann::json& arguments, OpenSession* session) const;
  Micros deadline_of(const Step& step) const;
  bool too_late(const Step& step);
  void clean_up();

  Room room_;
  const Check& check_;
  const std::map<std::string, Matcher>& shapes_;
  Verdict severity_;      // of a broken `expect`
  Micros ends_ = kNever;  // the deadline of the whole check, if it has one
  ViewBuilder views_;
  Variables variables_;
  std::map<std::string, OpenSession*> sessions_;
  std::map<std::string, Stream> streams_;
  std::set<OpenSession*> opened_;
  std::size_t awaited_ = 0;  // messages of the trace that `await` looks at no more
  OpenSession* current_ = nullptr;
  StepsResult result_;
  bool stopped_ = false;   // a requirement was not met: the remaining steps make no sense
  bool left_out_ = false;  // expectations that the transport cannot meet or break
};

}  // namespace mcplumb
