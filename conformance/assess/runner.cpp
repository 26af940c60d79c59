#include "conformance/assess/runner.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "client/no_memory.hpp"
#include "client/strands.hpp"
#include "conformance/assess/access_watch.hpp"
#include "conformance/assess/asked_names.hpp"
#include "conformance/assess/behaviour_probes.hpp"
#include "conformance/assess/conductor.hpp"
#include "conformance/assess/run_diagnosis.hpp"
#include "conformance/assess/timing_doubt.hpp"
#include "conformance/causes/migration_rules.hpp"
#include "conformance/engine/judges.hpp"
#include "conformance/engine/passive.hpp"
#include "conformance/engine/refusal.hpp"
#include "conformance/engine/surface_reader.hpp"
#include "conformance/exercise/exerciser.hpp"
#include "conformance/exercise/offers.hpp"
#include "conformance/probes/framing_probe.hpp"
#include "conformance/probes/migration_probes.hpp"
#include "conformance/probes/revision_probes.hpp"
#include "conformance/record/latency.hpp"
#include "conformance/record/redact.hpp"
#include "conformance/record/timing.hpp"

namespace mcplumb {
namespace {

constexpr Micros kStreamGrace = 5 * kSecond;  // how long a stream may stay open after its response

std::string shown(Target target) {
  target.command = redact_command(target.command);
  target.url = redact_url(target.url);
  return to_string(target);
}

bool is_worth_a_look(const Outcome& outcome) {
  return !outcome.findings.empty() || outcome.verdict == Verdict::inconclusive;
}

class SuiteRun {
 public:
  // Whoever decides by the options has them from here, where roles are added.
  SuiteRun(RunOptions options, EventLoop& loop, Log& log)
      : options_(std::move(options)),
        loop_(loop),
        log_(log),
        http_(loop, run_.trace, options_.target.connection),
        sessions_(http_, options_.target, options_.revision, run_capabilities(options_)),
        needs_(sessions_, http_, options_),
        access_(http_, needs_, options_),
        conductor_(run_, http_, sessions_, needs_, access_, options_, log),
        diagnosis_(run_, http_, needs_, options_) {}

  // With a profile, active checks are left out.
  Result<Run> carry_out(const std::vector<Suite>& suites, std::string started, ServerProfile* profile);

 private:
  template <class Part>
  void carry_on(const Part& part);
  void open_first_session();
  std::string mistake_of_user();
  void ask_older_revisions(const Opening& refused);
  void list_attempts(bool all_failed);
  void look_at_needs(const Planned& planned, Outcome& outcome);
  void judge_watching(const Planned& planned, Outcome& outcome, PassiveJudge& passive);
  void look_ahead();
  void look_at_others();
  void settle();
  void exercise();
  static void finish(Outcome& outcome, const std::string& remark);
  Outcome describe(const Check& check) const;
  TransportKind transport() const { return sessions_.transport().value_or(TransportKind::streamable_http); }
  std::string revision() const { return run_.server ? run_.server->revision : ""; }
  Verdict severity(const Check& check) const { return severity_of(check.level_for(revision()), options_.strict); }

  RunOptions options_;  // with the roles that tools were seen to play
  EventLoop& loop_;
  Log& log_;
  Run run_;
  HttpClient http_;
  SessionPool sessions_;
  NeedProbes needs_;
  AccessWatch access_;
  ReservedSpace held_{16 * 1024 * 1024};  // for what makes a run of what happened
  bool no_memory_ = false;
  Conductor conductor_;
  RunDiagnosis diagnosis_;
  std::optional<std::vector<RevisionLook>> others_;  // absent: they were not looked at
};

Result<Run> SuiteRun::carry_out(const std::vector<Suite>& suites, std::string started, ServerProfile* profile) {
  Result<std::vector<Planned>> plan = make_plan(suites, options_, TransportKind::streamable_http, "");
  if (!plan) return tl::make_unexpected(plan.error());
  const Micros begun = loop_.now();
  run_.tool_version = MCPLUMB_VERSION;
  run_.target = shown(options_.target);
  run_.started = std::move(started);
  run_.strict = options_.strict;
  const EventLoop::TimerId limit = loop_.after(options_.total_deadline, [&] {
    log_.warning("the deadline of the whole run has passed; stopping");
    loop_.stop();
  });
  carry_on([&] { open_first_session(); });
  if (no_memory_ && run_.handshake_problem.empty()) run_.handshake_problem = kNoMemory;
  const std::size_t opened = run_.trace.exchanges.size();
  carry_on([&] {
    diagnosis_.after_handshake();
    if (run_.first_failure)
      ask_in_frames(sessions_, http_, run_.trace.exchanges[*run_.first_failure], options_.deadline);
  });
  plan = make_plan(suites, options_, transport(), revision());
  if (const std::string idle = idle_roles(options_, *plan);
      !idle.empty() && !revision().empty() && options_.only.empty() && profile == nullptr)
    log_.warning("no check of revision " + revision() + " uses a tool in the role " + idle + " (--tool)");
  if (profile == nullptr && run_.handshake_problem.empty())
    carry_on([&] {
      conductor_.look_at_server(*plan);
      const auto read = [&] {
        if (OpenSession* session = needs_.shared())
          run_.surface = read_surface(*session->session, http_, {"surface", options_.deadline}, conductor_.at_once());
      };
      side_by_side(loop_, {read, [&] { conductor_.find_out(*plan); }}, conductor_.at_once());
    });
  std::string mistake;
  carry_on([&] { mistake = mistake_of_user(); });
  if (!mistake.empty()) {
    loop_.cancel(limit);
    sessions_.end_all(loop_.now() + 2 * kSecond);
    sessions_.stop();
    return failure(mistake);
  }
  if (profile != nullptr) {
    if (run_.handshake_problem.empty()) carry_on([&] { *profile = probe_profile(needs_, http_, options_); });
    plan->erase(std::remove_if(plan->begin(), plan->end(), [](const Planned& p) { return !p.check->steps.empty(); }),
                plan->end());
  }
  if (run_.handshake_problem.empty()) carry_on([&] { access_.look_at_beginning(); });
  if (options_.exact_revision && revision() != options_.revision) plan->clear();
  if (run_.surface && !plan->empty()) carry_on([&] { exercise(); });
  std::vector<Outcome> outcomes;
  for (const Planned& planned : *plan) outcomes.push_back(describe(*planned.check));
  carry_on([&] {
    conductor_.carry_out(*plan, outcomes, {[&] { look_at_others(); }, [&] { diagnosis_.ask_in_company(); }});
  });
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    unless_no_memory(outcomes[i], [&] { look_at_needs((*plan)[i], outcomes[i]); });
  if (options_.migrate) carry_on([&] { look_ahead(); });
  const std::size_t unwatched = profile != nullptr ? opened : run_.trace.exchanges.size();
  carry_on([&] {
    if (others_)
      look_again(*others_, sessions_, http_, options_);
    else
      look_at_others();
  });
  if (others_) run_.revisions.insert(run_.revisions.end(), others_->begin(), others_->end());
  if (run_.handshake_problem.empty()) carry_on([&] { access_.look(unwatched); });
  carry_on([&] { settle(); });
  carry_on([&] {
    if (profile != nullptr)
      diagnosis_.after_probe();
    else
      diagnosis_.after_checks(std::any_of(outcomes.begin(), outcomes.end(), is_worth_a_look));
  });
  // How a program ends is judged, too.
  if (!has_http(transport())) carry_on([&] { sessions_.end_all(loop_.now() + 2 * kSecond); });
  held_.let_go();
  run_.trace.stalls = loop_.stalls();
  PassiveJudge passive(run_.trace, sessions_, loop_.now(), revision());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    unless_no_memory(outcomes[i], [&] { judge_watching((*plan)[i], outcomes[i], passive); });
    finish(outcomes[i], (*plan)[i].check->remark);
  }
  if (options_.observing && !run_.trace.exchanges.empty() && !access_.stop())
    carry_on([&] { probe_behaviour(run_, sessions_, needs_, http_, options_, diagnosis_); });
  loop_.cancel(limit);
  run_.interrupted = loop_.stopped();
  loop_.resume();
  carry_on([&] { sessions_.end_all(loop_.now() + 2 * kSecond); });
  carry_on([&] { sessions_.stop(); });
  loop_.cleaned_up();
  run_.cancelled = loop_.interrupted();  // perhaps just now
  run_.interrupted = run_.interrupted || run_.cancelled;
  run_.outcomes = std::move(outcomes);
  run_.stop = access_.stop();
  carry_on([&] {
    run_.latency = median_latency(run_.trace);
    add_latencies(run_);
  });
  if (run_.server && !options_.revision.empty() && revision() != options_.revision)
    run_.wanted_revision = options_.revision;
  run_.took = loop_.now() - begun;
  carry_on([&] { diagnosis_.conclude(); });
  if (options_.migrate) carry_on([&] { run_.migration = plan_migration(run_); });
  run_.no_memory = no_memory_;
  run_.interrupted = run_.interrupted || no_memory_;
  Secrets secrets = secrets_of(options_.target);
  for (const Suite& suite : suites)
    for (const std::string& value : suite.secrets) secrets.add(value);
  Run bare;
  carry_on([&] { bare = without_evidence(run_); });
  try {
    return redact(std::move(run_), secrets);
  } catch (const std::bad_alloc&) {
    log_.warning("the report holds no exchanges: " + std::string(kNoMemory));
    const LastOfMemory all;
    return redact(std::move(bare), secrets);
  }
}

// A part of the run. Without memory it ends early, and the run goes on.
template <class Part>
void SuiteRun::carry_on(const Part& part) {
  try {
    part();
  } catch (const std::bad_alloc&) {
    if (!no_memory_) log_.warning("a part of the run is left out: " + std::string(kNoMemory));
    no_memory_ = true;
  }
}

// What was asked for and cannot be had of this server. Empty if there is no such thing.
std::string SuiteRun::mistake_of_user() {
  if (options_.exact_revision || options_.all_of_era) return "";
  if (run_.handshake_problem.empty()) {
    if (!options_.names_must_exist || !run_.surface) return "";
    // On a server of both eras it may exist in the other one.
    const std::string missing = missing_name(options_, *run_.surface);
    if (names_anything(options_) && !run_.surface->problems.empty())
      log_.warning("whether the server has what the options name is not known: " + run_.surface->problems.front());
    const bool other = sessions_.era() == Era::stateless && options_.revision.empty() && !options_.one_era;
    return missing.empty() || (other && !needs_.stateless_only()) ? "" : missing;
  }
  if (options_.revision.empty() || !run_.first_failure || loop_.stopped()) return "";
  if (found_of_refusal(run_.trace.exchanges[*run_.first_failure]) != RevisionLook::Found::refused) return "";
  OpenOptions open;
  open.revision = era_of(options_.revision) == Era::stateless ? kNewestHandshakeRevision : kStatelessRevision;
  open.send.purpose = "the other era";
  open.send.deadline = loop_.now() + options_.deadline;
  const OpenSession& other = sessions_.open(open);
  if (!other.usable()) return "";
  return "the server refuses revision " + options_.revision + " (" + shortened(run_.handshake_problem, 200) +
         ") and speaks " + other.opening().revision + "; leave out --era and --revision, or name that one";
}

void SuiteRun::open_first_session() {
  run_.handshake_problem = sessions_.start();
  if (!run_.handshake_problem.empty()) return;
  OpenSession* session = needs_.shared();
  if (session == nullptr && access_.wait_for(run_.trace.exchanges[sessions_.first().opening().answer.exchange]))
    session = needs_.shared();
  // The first failure is the one that counts, whatever was tried after it.
  const OpenSession& first = session != nullptr ? *session : sessions_.first();
  const Opening& opening = first.opening();
  if (session == nullptr) {
    run_.handshake_problem = opening.problem.empty() ? loop_.why_stopped() + " during the handshake" : opening.problem;
    run_.first_failure = opening.failed_at();
  }
  if (session != nullptr && options_.exact_revision && leaves_out(opening.result, options_.revision))
    run_.handshake_problem =
        "the server supports " + shortened(serialize(opening.result.json()["supportedVersions"]), 120);
  list_attempts(session == nullptr);
  if (session == nullptr) ask_older_revisions(opening);
  if (opening.discovered && session != nullptr) {
    const Exchange& discovery = run_.trace.exchanges[opening.discovered->exchange];
    run_.revisions.push_back(
        {std::string(kStatelessRevision), found_of_refusal(discovery), opening.discovered->problem, discovery.number});
  }
  if (session == nullptr && !opening.result.is_object()) return;
  ServerFacts facts;
  facts.transport = transport();
  facts.revision = session != nullptr ? opening.revision : "";
  if (const nlohmann::json* capabilities = member(opening.result, "capabilities")) facts.capabilities = *capabilities;
  if (const nlohmann::json* info = server_info(opening.result)) {
    facts.name = std::string(string_member(*info, "name"));
    facts.version = std::string(string_member(*info, "version"));
    facts.title = std::string(string_member(*info, "title"));
  }
  run_.server = std::move(facts);
}

// initialize was refused, where a server that does not speak the revision has to answer with one that it does.
void SuiteRun::ask_older_revisions(const Opening& refused) {
  const Exchange& asked = run_.trace.exchanges[*run_.first_failure];
  if (!options_.revision.empty() || options_.exact_revision || !asked.over_http()) return;
  if (found_of_refusal(asked) != RevisionLook::Found::refused || !refused.answer.received) return;
  run_.revisions = look_for_revision(sessions_, http_, options_);
}

// That a server with a handshake does not know server/discover is worth a word only where nothing worked.
void SuiteRun::list_attempts(bool all_failed) {
  for (const auto& each : sessions_.all()) {
    const Opening& opening = each->opening();
    const TransportKind transport = each->transport->kind();
    if (opening.problem.empty() && run_.trace.exchanges[opening.answer.exchange].deliberate) continue;
    if (all_failed && opening.discovered && opening.discovered->problem != opening.problem) {
      const Answer& answer = *opening.discovered;
      const nlohmann::json* error = member(each->session->response(answer), "error");
      const std::string answered = "answered" + (error != nullptr ? " with the error " + serialize(*error) : "");
      run_.attempts.push_back(
          {transport, answer.exchange, answer.problem.empty() ? answered : answer.problem, "server/discover"});
    }
    run_.attempts.push_back({transport, opening.answer.exchange, opening.problem, ""});
  }
  if (run_.attempts.size() == 1) run_.attempts.clear();
}

Outcome SuiteRun::describe(const Check& check) const {
  Outcome outcome;
  outcome.id = check.id;
  outcome.title = check.title;
  outcome.suite = check.suite;
  outcome.level = check.level_for(revision());
  outcome.spec = spec_url(check, revision());
  outcome.cure = check.cure;
  outcome.covers = check.covers;
  return outcome;
}

// Of the checks that only watch; the others were looked at before their steps.
void SuiteRun::look_at_needs(const Planned& planned, Outcome& outcome) {
  if (!planned.check->steps.empty()) return;
  outcome.reason = planned.skip;
  if (outcome.reason.empty() && run_.handshake_problem.empty()) outcome.reason = needs_.unmet(*planned.check);
  if (!outcome.reason.empty()) outcome.verdict = Verdict::skip;
}

void SuiteRun::judge_watching(const Planned& planned, Outcome& outcome, PassiveJudge& passive) {
  const Check& check = *planned.check;
  if (check.watch == Watch::none || outcome.verdict != Verdict::pass) return;
  JudgeResult result;
  if (const Judge judge = find_judge(check.judge); judge != nullptr && !check.binds(revision(), transport()))
    result.nothing = "no revision was agreed on";
  else if (judge != nullptr)
    result = judge({run_.trace, sessions_, check, severity(check), run_.exercise ? &*run_.exercise : nullptr});
  else
    result = passive.judge(check, *planned.suite, [&](std::string_view revision) {
      return severity_of(check.level_for(revision), options_.strict);
    });
  outcome.judged += result.judged;
  if (!result.inconclusive.empty()) {
    outcome.verdict = Verdict::inconclusive;
    outcome.reason = result.inconclusive;
  }
  for (Finding& found : result.findings)
    if (!is_doubtful(run_.trace, found, outcome)) outcome.findings.push_back(std::move(found));
  if (result.judged == 0 && outcome.findings.empty() && result.inconclusive.empty()) {
    outcome.verdict = Verdict::skip;
    outcome.reason = result.nothing;
  }
}

// Calls what may be called, before the checks: so it is known which tool can serve for what.
void SuiteRun::exercise() {
  if (options_.exercise.empty() || access_.stop() || loop_.stopped()) return;
  run_.exercise = exercise_all(needs_, sessions_, http_, options_, *run_.surface,
                               [&](const Exchange& limited) { return access_.wait_for(limited); });
  assign_roles(*run_.exercise, options_.roles);
  allow_offers(*run_.exercise, options_);
}

// The revisions that are not judged. What is asked of a revision that was named is that one.
void SuiteRun::look_at_others() {
  if (!run_.handshake_problem.empty() || access_.stop() || options_.exact_revision || loop_.stopped()) return;
  if (options_.one_era || (!options_.revision.empty() && !options_.all_of_era)) return;
  if (!options_.only.empty() && !options_.observing) return;
  if (OpenSession* session = needs_.shared())
    others_ = look_at_revisions(sessions_, *session, http_, options_, conductor_.at_once());
}

// What a server with a handshake does with requests that have none.
void SuiteRun::look_ahead() {
  if (!run_.handshake_problem.empty() || sessions_.era() == Era::stateless || loop_.stopped()) return;
  needs_.verify_shared();
  if (OpenSession* session = needs_.shared()) send_migration_probes(*session, loop_, options_.deadline);
}

// Streams whose response came are given the grace that the rule about ending them allows; then we close what is left.
void SuiteRun::settle() {
  const auto quiet = [&] {
    return std::none_of(run_.trace.exchanges.begin(), run_.trace.exchanges.end(), [&](const Exchange& exchange) {
      return exchange.ended == kNever && !exchange.is_channel() && http_.running(exchange.number);
    });
  };
  if (!quiet()) loop_.run_until(quiet, loop_.now() + kStreamGrace + 100 * kMillisecond);
  for (const Exchange& exchange : run_.trace.exchanges)
    if (!exchange.is_channel()) http_.close(exchange.number);
  loop_.run_until(quiet, loop_.now() + kSecond);
}

void SuiteRun::finish(Outcome& outcome, const std::string& remark) {
  std::stable_sort(outcome.findings.begin(), outcome.findings.end(),
                   [](const Finding& a, const Finding& b) { return is_worse(a.severity, b.severity); });
  if (!outcome.findings.empty()) outcome.verdict = outcome.findings.front().severity;
  if (!remark.empty() && outcome.reason.empty() && outcome.verdict != Verdict::pass)
    outcome.reason = "level " + std::string(to_string(outcome.level)) + " here: " + remark;
}

}  // namespace

Result<Run> run_suites(const std::vector<Suite>& suites, const RunOptions& options, EventLoop& loop,
                       std::string started, Log& log) {
  SuiteRun run(options, loop, log);
  return run.carry_out(suites, std::move(started), nullptr);
}

std::size_t unread_lists(const Probe& probe) {
  return unread_lists(probe.profile) + (probe.other ? unread_lists(*probe.other) : 0);
}

ExitCode exit_code(const Probe& probe) {
  ExitCode code = exit_code(probe.run);
  if (probe.run.interrupted) return code;
  const auto weigh = [&](const ServerProfile& profile) {
    for (const ServerProfile::Count& count : profile.counts)
      if (!count.problem.empty()) code = weightier(code, is_no_verdict(count.problem) ? kNothingJudged : kFailed);
  };
  weigh(probe.profile);
  if (probe.other) weigh(*probe.other);
  return code;
}

Result<Probe> probe_server(const std::vector<Suite>& suites, const RunOptions& options, EventLoop& loop,
                           std::string started, Log& log) {
  SuiteRun run(options, loop, log);
  Probe probe;
  Result<Run> done = run.carry_out(suites, std::move(started), &probe.profile);
  if (!done) return tl::make_unexpected(done.error());
  probe.run = std::move(*done);
  return probe;
}

}  // namespace mcplumb
