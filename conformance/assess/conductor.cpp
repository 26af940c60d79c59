#include "conformance/assess/conductor.hpp"

#include <algorithm>
#include <new>
#include <thread>

#include "client/jsonrpc/reply_origin.hpp"
#include "client/strands.hpp"
#include "conformance/assess/beside.hpp"
#include "conformance/assess/spare_sessions.hpp"
#include "conformance/assess/timing_doubt.hpp"
#include "conformance/engine/step_runner.hpp"
#include "conformance/probes/company_probe.hpp"
#include "conformance/record/timing.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kTriesAtLimit = 3;  // of one check that met a limit of the rate
constexpr std::size_t kCompany = 3;       // as few checks are no reason to look how many there may be at once
constexpr std::size_t kTroubles = 8;      // checks that failed in company for want of an answer, until it ends
constexpr Micros kLateInCompany = 150 * kMillisecond;

bool is_transport(FailureKind kind) {
  return kind == FailureKind::resolve || kind == FailureKind::refused || kind == FailureKind::unreachable ||
         kind == FailureKind::cut || kind == FailureKind::empty;
}

// The server could not, or would not, cope.
bool is_trouble(const Exchange& exchange) {
  return exchange.status() >= 500 || (exchange.failure && exchange.failure->kind != FailureKind::local);
}

// One that makes it likely that others meet it, too.
bool is_great_trouble(const Exchange& exchange) {
  if (exchange.failure && exchange.failure->kind == FailureKind::deadline) return true;
  if (exchange.status() < 400) return false;
  const Replier who = reply_origin(exchange).who;
  return who == Replier::rate_limit || who == Replier::authorization || who == Replier::sign_in;
}

bool says_nothing(const Outcome& outcome) {
  return outcome.verdict != Verdict::inconclusive && outcome.findings.empty();
}

bool has_failed(const Outcome& outcome) {
  return std::any_of(outcome.findings.begin(), outcome.findings.end(),
                     [](const Finding& finding) { return finding.severity == Verdict::fail; });
}

// In steps so large that the same link gives the same order of checks each time.
Micros class_of(Micros latency) {
  Micros most = kMillisecond;
  while (most < latency) most *= 4;
  return most;
}

// What was seen in company alone is worth a word, and no more.
void mention_company(Outcome& outcome, const Outcome& in_company) {
  if (outcome.verdict != Verdict::pass || !outcome.findings.empty() || !has_failed(in_company)) return;
  Finding finding = in_company.findings.front();
  finding.severity = Verdict::note;
  finding.actual += " while other checks were running, and as expected when none was";
  outcome.findings.push_back(std::move(finding));
}

}  // namespace

void Conductor::look_at_server(const std::vector<Planned>& plan) {
  if (at_once_ <= 1 || chosen_for_company(plan).size() < kCompany) return;
  OpenSession* session = needs_.shared();
  if (session == nullptr) return;
  looked_ = true;
  if (!has_http(session->transport->kind())) {  // each session is a program, and takes part in our processor
    at_once_ = std::min(at_once_, std::clamp<std::size_t>(std::thread::hardware_concurrency(), 2, 4));
    return;
  }
  run_.one_at_a_time = why_one_at_a_time(*session, http_, options_.deadline);
  if (!run_.one_at_a_time.empty()) at_once_ = 1;
}

void Conductor::carry_out(const std::vector<Planned>& plan, std::vector<Outcome>& outcomes,
                          std::vector<std::function<void()>> more) {
  run_in_company(plan, outcomes, std::move(more));
  for (std::size_t i = 0; i < plan.size(); ++i) {
    if (plan[i].check->steps.empty()) {
      done_.insert(i);
    } else if (done_.count(i) == 0) {
      show_progress(plan, plan[i].check->id);
      unless_no_memory(outcomes[i], [&] { run_alone(plan[i], outcomes[i]); });
      done_.insert(i);
      if (const auto tried = failed_.find(i); tried != failed_.end()) mention_company(outcomes[i], tried->second);
    }
    if (options_.fail_fast && has_failed(outcomes[i]) && stopped_at_.empty()) stopped_at_ = outcomes[i].id;
  }
}

void Conductor::show_progress(const std::vector<Planned>& plan, const std::string& id) {
  if (options_.progress) options_.progress(done_.size(), plan.size(), id);
}

std::vector<std::size_t> Conductor::chosen_for_company(const std::vector<Planned>& plan) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < plan.size(); ++i)
    if (const Check& check = *plan[i].check; !check.steps.empty() && plan[i].skip.empty() && !runs_alone(check))
      chosen.push_back(i);
  return chosen;
}

void Conductor::find_out(const std::vector<Planned>& plan) {
  if (at_once() <= 1) return;
  std::vector<const Check*> checks;
  for (const std::size_t index : chosen_for_company(plan)) checks.push_back(plan[index].check);
  needs_.find_out(checks);
}

void Conductor::run_in_company(const std::vector<Planned>& plan, std::vector<Outcome>& outcomes,
                               std::vector<std::function<void()>> work) {
  if (at_once() <= 1 || access_.stop() || http_.loop().stopped()) return;
  std::vector<std::size_t> chosen = chosen_for_company(plan);
  const auto last = std::remove_if(chosen.begin(), chosen.end(),
                                   [&](std::size_t index) { return !needs_.unmet(*plan[index].check).empty(); });
  chosen.erase(last, chosen.end());
  const Micros latency = class_of(median_latency(run_.trace).value_or(0));
  std::stable_sort(chosen.begin(), chosen.end(), [&](std::size_t a, std::size_t b) {
    return expected_span(*plan[a].check, latency) > expected_span(*plan[b].check, latency);
  });
  SpareSessions spare(sessions_, http_, options_);
  for (const std::size_t index : chosen)
    work.emplace_back([&, index] {
      if (enough_ || http_.loop().stopped()) return;
      show_progress(plan, plan[index].check->id);
      Outcome lost;  // it is tried again alone
      unless_no_memory(lost, [&] { try_in_company(index, plan[index], outcomes[index], spare); });
    });
  side_by_side(http_.loop(), work, at_once());
  spare.end_all();
}

void Conductor::try_in_company(std::size_t index, const Planned& planned, Outcome& outcome, SpareSessions& spare) {
  OpenSession* common = nullptr;
  if (planned.check->session == SessionUse::shared && (common = spare.take()) == nullptr) return;
  const Micros begun = http_.loop().now();
  const std::size_t first = run_.trace.exchanges.size();
  Outcome tried = outcome;
  try_steps(planned, tried, common);
  tried.took = http_.loop().now() - begun;
  const std::vector<std::size_t> sent = sent_for(outcome.id, first);
  const auto is_any = [&](bool (*matches)(const Exchange&)) {
    return std::any_of(sent.begin(), sent.end(), [&](std::size_t n) { return matches(run_.trace.exchanges[n]); });
  };
  const bool trouble = is_any(is_trouble);
  const bool fine = says_nothing(tried) && !(trouble && tried.verdict != Verdict::pass) && !http_.loop().stopped();
  if (common != nullptr) spare.give_back(*common, fine);
  if (fine) {
    outcome = std::move(tried);
    done_.insert(index);
    return;
  }
  if (trouble) ++troubles_;
  enough_ = enough_ || troubles_ >= kTroubles || is_any(is_great_trouble);
  set_aside(sent);
  const Micros late = longest_stall(http_.loop().stalls(), begun, http_.loop().now());
  if (late < kLateInCompany) failed_.emplace(index, std::move(tried));
}

// The exchanges of a check from number `first` on, while others send, too: its own, and all of the sessions that it
// opened.
std::vector<std::size_t> Conductor::sent_for(const std::string& id, std::size_t first) const {
  std::vector<std::size_t> sent;
  std::map<std::string_view, bool> is_own;  // by label of a session
  for (std::size_t number = 0; number < run_.trace.exchanges.size(); ++number) {
    const Exchange& exchange = run_.trace.exchanges[number];
    const bool own = is_own.try_emplace(exchange.session, exchange.purpose == id).first->second;
    if (number >= first && (exchange.purpose == id || (own && !exchange.session.empty()))) sent.push_back(number);
  }
  return sent;
}

// It is tried again; only that is judged, by those who watch as well.
void Conductor::set_aside(const std::vector<std::size_t>& sent) {
  for (const std::size_t number : sent) run_.trace.exchanges[number].deliberate = true;
}

// Why nothing more is begun; empty = it is.
std::string Conductor::why_not_begun() const {
  if (http_.loop().stopped()) return http_.loop().why_stopped() + " before it ran";
  if (!run_.handshake_problem.empty()) return "no session could be opened";
  if (access_.stop()) return "left out: " + access_.stop()->problem;
  return stopped_at_.empty() ? "" : "left out after " + stopped_at_ + " failed";
}

void Conductor::run_alone(const Planned& planned, Outcome& outcome) {
  const Check& check = *planned.check;
  outcome.reason = planned.skip;
  if (outcome.reason.empty()) outcome.reason = why_not_begun();
  outcome.left_out = planned.skip.empty() && !outcome.reason.empty();
  if (outcome.reason.empty()) {
    needs_.verify_shared();
    outcome.reason = needs_.unmet(check);
  }
  if (!outcome.reason.empty()) {
    outcome.verdict = Verdict::skip;
    return;
  }
  const Micros begun = http_.loop().now();
  const std::size_t tries = 1 + std::max(check.retry, options_.retries);
  TimingDoubt timing(check);
  for (std::size_t i = 1, limits = 0; i <= tries; ++i) {
    log_.debug("check " + check.id);
    const std::size_t first = run_.trace.exchanges.size();
    Outcome tried = outcome;
    try_steps(planned, tried, nullptr);
    needs_.remember_unanswered(first);
    const AccessWatch::Found access = access_.look(first);
    if (access == AccessWatch::Found::closed) return leave_open(outcome);
    if (access == AccessWatch::Found::gone) {
      outcome = std::move(tried);
      return;
    }
    if (access == AccessWatch::Found::waited && limits++ < kTriesAtLimit) {
      set_aside(sent_for(check.id, first));
      --i;
      continue;
    }
    run_.trace.stalls = http_.loop().stalls();
    if (!http_.loop().stopped() && timing.wants_another(run_.trace, first, tried)) {
      needs_.verify_shared();
      --i;
      continue;
    }
    std::optional<EarlierTry> lost;
    if (i < tries && !http_.loop().stopped()) lost = lost_connection(tried, first);
    if (!lost) {
      tried.took = http_.loop().now() - begun;
      outcome = std::move(tried);
      return;
    }
    outcome.earlier.push_back(std::move(*lost));
    needs_.verify_shared();
  }
}

// What met a refusal says nothing about the rule.
void Conductor::leave_open(Outcome& outcome) const {
  outcome.verdict = Verdict::inconclusive;
  outcome.reason = access_.stop()->problem;
  outcome.findings.clear();
}

// A check that passes beside a server error has not seen what it was to see.
void Conductor::doubt_pass(Outcome& outcome, std::size_t first) const {
  if (outcome.verdict != Verdict::pass || !outcome.findings.empty()) return;
  for (std::size_t number = first; number < run_.trace.exchanges.size(); ++number) {
    const Exchange& exchange = run_.trace.exchanges[number];
    if (exchange.purpose != outcome.id || exchange.status() < 500) continue;
    outcome.verdict = Verdict::inconclusive;
    outcome.reason =
        "a request was answered " + std::to_string(exchange.status()) + " (#" + std::to_string(number) + ")";
    return;
  }
}

void Conductor::try_steps(const Planned& planned, Outcome& outcome, OpenSession* common) {
  unless_no_memory(outcome, [&] { take_steps(planned, outcome, common); });
}

void Conductor::take_steps(const Planned& planned, Outcome& outcome, OpenSession* common) {
  const Check& check = *planned.check;
  const std::size_t first = run_.trace.exchanges.size();
  const std::string revision = run_.server ? run_.server->revision : "";
  try {
    StepRunner steps({http_, sessions_, needs_, options_, common}, check, *planned.suite,
                     severity_of(check.level_for(revision), options_.strict));
    StepsResult result = steps.run();
    outcome.findings = std::move(result.findings);
    outcome.judged = result.judged;
    if (!result.inconclusive.empty() && outcome.findings.empty()) {
      outcome.verdict = Verdict::inconclusive;
      outcome.reason = result.inconclusive;
      outcome.left_out = http_.loop().stopped();
    } else if (!result.skip.empty() && outcome.findings.empty()) {
      outcome.verdict = Verdict::skip;
      outcome.reason = result.skip;
    } else if (outcome.judged == 0 && outcome.findings.empty() && check.watch == Watch::none) {
      outcome.verdict = Verdict::skip;
      outcome.reason = "the server offers nothing to judge here";
    }
    doubt_pass(outcome, first);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& problem) {  // our fault, and no reason to lose the other checks
    outcome.verdict = Verdict::inconclusive;
    outcome.reason = std::string("internal error: ") + problem.what();
  }
}

// What was found, if all of it comes from a connection that was refused, cut or could not be made: then another try
// says more about the server. A reply that is late or wrong is never tried again.
std::optional<EarlierTry> Conductor::lost_connection(const Outcome& tried, std::size_t first) const {
  if (tried.findings.empty() && tried.verdict != Verdict::inconclusive) return std::nullopt;
  const auto lost = [&](std::size_t number) {
    const Exchange& exchange = run_.trace.exchanges[number];
    return exchange.failure && is_transport(exchange.failure->kind);
  };
  for (const Finding& finding : tried.findings)
    if (!finding.exchange || !lost(*finding.exchange)) return std::nullopt;
  for (std::size_t number = first; number < run_.trace.exchanges.size(); ++number)
    if (lost(number)) return EarlierTry{run_.trace.exchanges[number].failure->message, number};
  return std::nullopt;
}

}  // namespace mcplumb
