#include "reports/terminal_report.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/text/wording.hpp"
#include "client/transport/era.hpp"
#include "reports/broken_eras.hpp"
#include "reports/diagnosis_text.hpp"
#include "reports/exchange_text.hpp"
#include "reports/exercise_text.hpp"
#include "reports/latency_text.hpp"
#include "reports/layout.hpp"
#include "reports/migration_text.hpp"
#include "reports/process_text.hpp"
#include "reports/repeat_line.hpp"

namespace mcplumb {
namespace {

// What the server declares beside the core, whether there are checks of it or not.
std::string extension_names(const Run& run) {
  std::string names;
  const nlohmann::json* extensions = run.server ? member(run.server->capabilities, "extensions") : nullptr;
  if (extensions == nullptr || !extensions->is_object()) return "";
  for (const auto& [name, settings] : extensions->items()) names += (names.empty() ? "" : ", ") + shortened(name, 60);
  return shortened(names, 300);
}

constexpr Micros kWorthAWord = 200 * kMillisecond;  // of latency
constexpr std::size_t kLogLines = 10;               // of a program's log

class TerminalReport {
 public:
  TerminalReport(const Run& run, const TerminalOptions& options)
      : run_(run), options_(options), paint_(options.color) {}

  std::string render() {
    header();
    handshake();
    other_revisions();
    if (run_.migration && !options_.verbose) {
      migration();
      return std::move(out_);
    }
    for (std::size_t i = 0; i < run_.outcomes.size();) {
      std::size_t end = i;
      while (end < run_.outcomes.size() && run_.outcomes[end].suite == run_.outcomes[i].suite) ++end;
      group(i, end);
      i = end;
    }
    out_ += exercise_text(run_, paint_, options_.width, options_.verbose);
    skips();
    if (const std::string text = latency_text(run_, paint_, options_.width, options_.verbose); !text.empty())
      out_ += "\n" + text;
    served();
    stale();
    repetitions();
    diagnosis();
    if (run_.migration) migration();
    footer();
    return std::move(out_);
  }

  std::string render(const std::set<std::string>& ids) {
    for (const Outcome& each : run_.outcomes)
      if (ids.count(each.id) != 0) outcome(each);
    return std::move(out_);
  }

 private:
  void header() {
    field("Target", shortened(run_.target, 200));
    if (!run_.manifest.empty() && run_.manifest != run_.target) field("Manifest", shortened(run_.manifest, 200));
    if (run_.server) {
      const ServerFacts& server = *run_.server;
      std::string name = shortened(server.name, 80) + " " + shortened(server.version, 40);
      if (!server.title.empty() && server.title != server.name) name += " (" + shortened(server.title, 80) + ")";
      field("Server", name);
      field("Protocol",
            (server.revision.empty() ? "none agreed" : shortened(server.revision, 40)) +
                (run_.other_era && run_.other_era->server ? " and " + run_.other_era->revision : "") +
                (run_.wanted_revision.empty() ? "" : ", where " + run_.wanted_revision + " was asked for,") + " over " +
                std::string(to_string(server.transport)));
    }
    if (const std::string names = extension_names(run_); !names.empty()) field("Extensions", names);
    if (!run_.one_at_a_time.empty()) field("Checks", "one after the other: " + run_.one_at_a_time);
    if (run_.latency.value_or(0) >= kWorthAWord)
      field("Latency", "an answer takes " + span_text(*run_.latency) + " (median)");
    attempts();
    if (const std::string likeness = likeness_text(run_); !likeness.empty()) field("Looks like", likeness);
    const auto again = std::count_if(run_.trace.exchanges.begin(), run_.trace.exchanges.end(),
                                     [](const Exchange& each) { return each.request.again; });
    const std::string of_them =
        again == 0 ? "" : " (" + std::to_string(again) + " sent again, as the server had closed the kept connection)";
    field("Run", run_.started + ", " + plural(run_.outcomes.size(), "check", "checks") + ", " +
                     plural(run_.trace.exchanges.size(), "request", "requests") + of_them + ", " +
                     span_text(run_.took) + (run_.strict ? ", strict" : "") +
                     (run_.interrupted ? run_.cancelled ? ", interrupted" : ", not whole" : ""));
  }

  // The first failure comes first, and nothing that follows from it takes its place.
  void handshake() {
    if (run_.stop) {
      out_ += "\n" + paint_.verdict(Verdict::fail, "Stopped: ") +
              wrapped(shortened(run_.stop->problem, 600), 9, options_.width) + "\n";
      if (run_.handshake_problem.empty() || run_.first_failure != run_.stop->exchange) exchange(run_.stop->exchange);
    }
    if (run_.handshake_problem.empty()) return;
    out_ += "\n" + paint_.verdict(Verdict::fail, "No session: ") +
            wrapped(shortened(run_.handshake_problem, 600), 12, options_.width) + "\n";
    if (run_.first_failure)
      exchange(*run_.first_failure);
    else
      for (const ProcessRecord& each : run_.trace.processes) process(each.number, kLogLines);
  }

  // Of a server that works in one era, or in some revisions.
  void other_revisions() {
    for (const BrokenEra& broken : broken_eras(run_)) {
      out_ += "\n" + paint_.verdict(Verdict::fail, "fail") + "  " + wrapped(broken.sentence, 6, options_.width) + "\n";
      if (broken.exchange) exchange(*broken.exchange);
    }
  }

  // Only where the first one did not decide it.
  void attempts() {
    for (const Attempt& attempt : run_.attempts) field("Attempt", attempt_line(attempt));
  }

  void group(std::size_t begin, std::size_t end) {
    std::size_t passed = 0, others = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const Outcome& each = run_.outcomes[i];
      passed += each.verdict == Verdict::pass ? 1 : 0;
      others += each.verdict != Verdict::pass && (each.verdict != Verdict::skip || is_unexpected(run_, each)) ? 1 : 0;
    }
    if (passed + others == 0 && !options_.verbose) return;
    out_ += "\n" + paint_.bold(fitted(run_.outcomes[begin].suite, 40)) +
            paint_.dim("  " + std::to_string(passed) + " passed") + "\n";
    for (std::size_t i = begin; i < end; ++i) outcome(run_.outcomes[i]);
  }

  void outcome(const Outcome& outcome) {
    const bool as_wished = outcome.verdict == Verdict::pass || outcome.verdict == Verdict::skip;
    if (!as_wished || options_.verbose || outcome.flaky() || is_unexpected(run_, outcome))
      title(outcome, in_short(outcome));
    circumstances(outcome);
    if (outcome.verdict == Verdict::fail || outcome.verdict == Verdict::warn) evidence(outcome);
  }

  // Behind the title; what has evidence below it needs no words there.
  static std::string in_short(const Outcome& outcome) {
    const bool has_findings = !outcome.findings.empty();
    if (outcome.verdict == Verdict::note) return has_findings ? short_finding(outcome.findings.front()) : "";
    const bool has_evidence = outcome.verdict == Verdict::fail || outcome.verdict == Verdict::warn;
    return has_evidence && has_findings ? "" : outcome.reason;
  }

  void evidence(const Outcome& outcome) {
    // What is known needs no evidence; -v shows it all the same.
    if (outcome.expected && !is_unexpected(run_, outcome) && !options_.verbose) return;
    const std::size_t shown = std::min<std::size_t>(outcome.findings.size(), options_.verbose ? 100 : 3);
    for (std::size_t i = 0; i < shown; ++i) finding(outcome.findings[i]);
    if (shown < outcome.findings.size())
      out_ += std::string(kIndent, ' ') + "… and " + std::to_string(outcome.findings.size() - shown) +
              " more of the kind\n";
    if (!outcome.cure.empty()) labelled("cure", outcome.cure);
    if (!outcome.spec.empty()) labelled("see", outcome.spec);
  }

  // What the verdict alone does not say: that it is known, that it is news, that it took several tries.
  void circumstances(const Outcome& outcome) {
    if (!outcome.findings.empty() && !outcome.reason.empty()) labelled("because", shortened(outcome.reason, 300));
    if (outcome.expected && outcome.expected->verdict == outcome.verdict && outcome.verdict != Verdict::skip)
      labelled("known", shortened(outcome.expected->reason, 300));
    if (run_.baseline && is_unexpected(run_, outcome))
      labelled("news", outcome.expected ? "the baseline expects " + std::string(to_string(outcome.expected->verdict))
                                        : "the baseline does not name it");
    if (outcome.runs > 1 && outcome.flaky()) labelled("flaky", times_broken(outcome));
    for (std::size_t i = 0; i < outcome.earlier.size(); ++i) {
      labelled("flaky", "try " + std::to_string(i + 1) + ": " + shortened(outcome.earlier[i].problem, 300));
      if (outcome.earlier[i].exchange) exchange(*outcome.earlier[i].exchange);
    }
  }

  // ", in 2025-11-25" if it came out so in one of two revisions only.
  static std::string where_alone(const Outcome& outcome) {
    const auto same = [&](const RevisionVerdict& each) { return each.verdict == outcome.verdict; };
    if (outcome.in.empty() || outcome.verdict == Verdict::pass || outcome.verdict == Verdict::skip) return "";
    if (std::count_if(outcome.in.begin(), outcome.in.end(), same) != 1) return "";
    return ", in " + std::find_if(outcome.in.begin(), outcome.in.end(), same)->revision;
  }

  // A server of both eras: what came out in each.
  void each_era() {
    std::map<std::string, Summary, std::greater<>> eras;
    for (const Outcome& outcome : run_.outcomes)
      for (const RevisionVerdict& each : outcome.in) count(eras[each.revision], each.verdict);
    if (!eras.empty()) out_ += "\n";
    for (const auto& [revision, summary] : eras) field(revision.c_str(), summary_line(summary));
  }

  void title(const Outcome& outcome, const std::string& detail) {
    std::string word(outcome.verdict == Verdict::pass && outcome.flaky() ? "flaky" : to_string(outcome.verdict));
    word.resize(std::max<std::size_t>(4, word.size()), ' ');
    out_ += "  " + paint_.verdict(outcome.verdict, word) + "  " +
            wrapped(outcome.title + "  [" + std::string(to_string(outcome.level)) + ", " + outcome.id +
                        where_alone(outcome) + "]",
                    word.size() + 4, options_.width) +
            "\n";
    if (!detail.empty()) out_ += std::string(8, ' ') + wrapped(shortened(detail, 400), 8, options_.width) + "\n";
  }

  static std::string short_finding(const Finding& finding) {
    return finding.path + ": expected " + finding.expected + ", got " + finding.actual;
  }

  void finding(const Finding& finding) {
    labelled("expected", finding.path + ": " + shortened(finding.expected, 300));
    labelled("actual", shortened(finding.actual, 300));
    if (finding.exchange) exchange(*finding.exchange);
  }

  void exchange(std::size_t number) {
    if (number >= run_.trace.exchanges.size()) return;
    const std::string name = "#" + std::to_string(number);
    if (!shown_.insert(number).second) return labelled("exchange", name + ", shown above");
    const Exchange& exchange = run_.trace.exchanges[number];
    labelled("exchange", name + (exchange.purpose.empty() ? "" : ", sent for " + exchange.purpose));
    for (const std::string& line : exchange_lines(exchange, options_.width - static_cast<int>(kIndent) - 2))
      out_ += std::string(kIndent + 2, ' ') + paint_.dim(line) + "\n";
    out_ += std::string(kIndent, ' ') + label("repeat") + repeat_line(run_.trace, exchange) + "\n";
    if (exchange.failure && exchange.process) process(*exchange.process, kLogLines);
  }

  // Each program once.
  void process(std::size_t number, std::size_t log_lines) {
    if (number >= run_.trace.processes.size() || !processes_shown_.insert(number).second) return;
    const ProcessRecord& process = run_.trace.processes[number];
    labelled("program", process.session.empty() ? "that serves" : "of session " + process.session);
    for (const std::string& line : process_lines(process, options_.width - static_cast<int>(kIndent) - 2, log_lines))
      out_ += std::string(kIndent + 2, ' ') + paint_.dim(line) + "\n";
  }

  // The log of a server that we started tells what its replies do not.
  void served() {
    for (const ProcessRecord& each : run_.trace.processes)
      if (each.session.empty() && processes_shown_.count(each.number) == 0 &&
          (exit_code(run_) != kConforms || options_.verbose)) {
        out_ += "\n" + paint_.bold("server") + "\n";
        process(each.number, options_.verbose ? 10 * kLogLines : kLogLines);
      }
  }

  void skips() {
    std::map<std::string, std::vector<std::string>> reasons;
    for (const Outcome& outcome : run_.outcomes)
      if (outcome.verdict == Verdict::skip) reasons[outcome.reason].push_back(outcome.id);
    if (reasons.empty() || options_.verbose) return;
    out_ += "\n" + paint_.bold("skipped") + "\n";
    for (const auto& [reason, ids] : reasons) {
      std::string count = std::to_string(ids.size());
      count.insert(0, 4 - std::min<std::size_t>(4, count.size()), ' ');
      out_ += "  " + count + "  " +
              wrapped(shortened(reason, 300) + (ids.size() == 1 ? "  [" + ids.front() + "]" : ""), 8, options_.width) +
              "\n";
    }
  }

  void diagnosis() {
    const std::string text = diagnosis_text(run_, paint_, options_.width);
    if (!text.empty()) out_ += "\n" + text;
  }

  // Instead of what the checks found, unless that is wanted, too.
  void migration() {
    out_ += "\n" + migration_text(*run_.migration, paint_, options_.width);
    if (options_.verbose) return;
    diagnosis();
    out_ += "\n" + paint_.dim("The checks: " + summary_line(summarize(run_)) + "; -v shows them.") + "\n";
  }

  void stale() {
    if (!run_.baseline || run_.baseline->stale.empty()) return;
    out_ += "\n" + paint_.bold("stale in " + shortened(run_.baseline->file, 200)) + "\n";
    for (const StaleEntry& entry : run_.baseline->stale)
      out_ += "  " + wrapped(stale_line(entry), 4, options_.width) + "\n";
  }

  void repetitions() {
    if (run_.repetitions.empty()) return;
    std::size_t bad = 0;
    for (const Repetition& one : run_.repetitions) bad += one.exit_code == kConforms ? 0 : 1;
    out_ += "\n" + plural(run_.repetitions.size(), "run", "runs") + ", " + std::to_string(bad) + " of them not good";
    if (bad > 0) {
      out_ += ":";
      for (std::size_t i = 0, named = 0; i < run_.repetitions.size() && named < 10; ++i)
        if (run_.repetitions[i].exit_code != kConforms) {
          out_ += (named++ == 0 ? " run " : ", ") + std::to_string(i + 1);
        }
      out_ += "; the requests shown are those of the first of them";
    }
    out_ += "\n";
  }

  void footer() {
    each_era();
    out_ += "\n" + summary_line(summarize(run_)) + "\n";
    const ExitCode code = exit_code(run_);
    out_ += paint_.verdict(code == kConforms ? Verdict::pass : Verdict::fail, verdict_sentence(run_)) + "\n";
    if (const std::string hint = exercise_hint(run_); !hint.empty()) out_ += wrapped(hint, 0, options_.width) + "\n";
  }

  void field(const char* name, const std::string& value) {
    std::string text(name);
    text.resize(std::max<std::size_t>(10, text.size() + 2), ' ');
    out_ += paint_.dim(text) + wrapped(value, text.size(), options_.width) + "\n";
  }
  static std::string label(const char* name) {
    std::string text(name);
    text.resize(kLabel, ' ');
    return text;
  }
  void labelled(const char* name, const std::string& value) {
    out_ += std::string(kIndent, ' ') + label(name) + wrapped(value, kIndent + kLabel, options_.width) + "\n";
  }

  const Run& run_;
  const TerminalOptions& options_;
  Paint paint_;
  std::set<std::size_t> shown_, processes_shown_;
  std::string out_;
};

}  // namespace

std::string stale_line(const StaleEntry& entry) {
  const std::string verdict(to_string(entry.expected.verdict));
  const bool is_verdict = verdict_from(entry.actual).has_value();
  return shortened(entry.id, 80) + ": expected " + verdict + (is_verdict ? ", and it is " : ", and there is ") +
         shortened(entry.actual, 160);
}

std::string summary_line(const Summary& summary) {
  std::string text = std::to_string(summary.pass) + " passed, " + std::to_string(summary.fail) + " failed, " +
                     plural(summary.warn, "warning", "warnings") + ", " + plural(summary.note, "note", "notes") + ", " +
                     std::to_string(summary.skip) + " skipped";
  if (summary.inconclusive > 0) text += ", " + std::to_string(summary.inconclusive) + " inconclusive";
  if (summary.flaky > 0) text += ", " + std::to_string(summary.flaky) + " flaky";
  if (summary.expected > 0) text += "; " + std::to_string(summary.expected) + " as the baseline expects";
  return text;
}

namespace {

// What was judged: the server, or what is published about it alone.
std::string subject_of(const Run& run) {
  return !run.manifest.empty() && !run.server && run.handshake_problem.empty() ? "The file" : "The server";
}

std::string conforming_sentence(const Run& run, const Summary& summary) {
  if (summary.fail > 0 || summary.inconclusive > 0) return "Nothing new: what is broken is what the baseline expects.";
  if (summary.flaky > 0) return subject_of(run) + " conforms, but not every time.";
  return subject_of(run) + (summary.warn > 0 ? " conforms, with warnings." : " conforms.");
}

std::string failed_sentence(const Run& run, const Summary& summary) {
  if (summary.news > 0 && run.baseline)
    return "The server does not do what the baseline expects in " + plural(summary.news, "check", "checks") + ".";
  if (summary.news > summary.fail)
    return "The server does not conform every time: " + plural(summary.news, "check", "checks") +
           " failed or were flaky, and --strict was given.";
  if (run.stop) return "The server does not work: " + shortened(run.stop->problem, 200) + ".";
  if (summary.fail > 0)
    return subject_of(run) + " does not conform: " + plural(summary.fail, "check", "checks") + " failed.";
  if (run.other_era && !run.other_era->problem.empty())
    return "The server does not conform: in one of its eras no session can be opened.";
  if (run.handshake_problem.empty()) return "The server does not conform: a revision that it speaks does not work.";
  return "The server does not conform: no session could be opened.";
}

// Behind what could not be judged: that it was a bound of ours. Empty: it was not.
std::string own_limit_of(const Run& run) {
  for (const Outcome& outcome : run.outcomes)
    if (outcome.verdict == Verdict::inconclusive && is_own_limit(outcome.reason))
      return " (" + shortened(outcome.reason, 300) + ")";
  return "";
}

std::string unknown_sentence(const Run& run, const Summary& summary) {
  if (run.interrupted) return "No verdict: " + why_not_whole(run) + ".";
  if (run.stop) return "No verdict: " + shortened(run.stop->problem, 200) + ".";
  if (!run.handshake_problem.empty()) return "No verdict: " + shortened(run.handshake_problem, 200) + ".";
  if (!run.wanted_revision.empty())
    return "No verdict on revision " + run.wanted_revision + ": the server answered with " +
           shortened(run.server ? run.server->revision : "", 40) + ", and was judged in that.";
  if (!run.undecided.empty()) return "No verdict: " + shortened(run.undecided, 400) + ".";
  if (summary.inconclusive > 0)
    return "No verdict: " + plural(summary.inconclusive, "check", "checks") + " could not be judged" +
           own_limit_of(run) + ".";
  return "No verdict: nothing was judged.";
}

// Of the exchange that the run, or its handshake, ended with.
std::string authorization_sentence(const Run& run) {
  const std::optional<std::size_t> number = run.stop ? std::optional(run.stop->exchange) : run.first_failure;
  if (!number || *number >= run.trace.exchanges.size()) return "The server asks for authorization.";
  const Exchange& refused = run.trace.exchanges[*number];
  const ReplyOrigin origin = reply_origin(refused);
  if (origin.who == Replier::sign_in)
    return "Somebody has to sign in before the server can be reached: " + origin.sentence + ".";
  const auto given = find_header(refused.request.headers, "authorization");
  if (run.stop) return "The credentials were good at first, and then refused; they may have expired.";
  if (!given) return "The server asks for authorization; give it with -H 'Authorization: Bearer …'.";
  return refused.status() == 403 ? "The server knows the credentials, but they do not allow this."
                                 : "The server refuses the credentials that it was given.";
}

}  // namespace

std::string verdict_sentence(const Run& run) {
  const Summary summary = summarize(run);
  switch (exit_code(run)) {
    case kConforms:
      return conforming_sentence(run, summary);
    case kStaleBaseline:
      return "The baseline has " + plural(run.baseline->stale.size(), "stale entry", "stale entries") +
             "; correct it, or rewrite it with --update-baseline.";
    case kFailed:
      return failed_sentence(run, summary);
    case kHarmful:
      return std::string(run.handshake_problem.empty() ? "The server conforms, but clients"
                                                       : "There is no session, and clients") +
             " will not work well: " + harm_of(run)->title + " (" + harm_of(run)->rule + "; --accept " +
             harm_of(run)->rule + " if that is known).";
    case kUnreachable:
      return "The server could not be reached.";
    case kAuthorization:
      return authorization_sentence(run);
    default:
      return unknown_sentence(run, summary);
  }
}

std::string attempt_line(const Attempt& attempt) {
  return std::string(to_string(attempt.transport)) + (attempt.method.empty() ? "" : ", " + attempt.method) + ", #" +
         std::to_string(attempt.exchange) + ": " +
         (attempt.problem.empty() ? "answered" : shortened(attempt.problem, 300));
}

std::string render_outcomes(const Run& run, const std::set<std::string>& ids, const TerminalOptions& options) {
  return TerminalReport(run, options).render(ids);
}

std::string render_terminal(const Run& run, const TerminalOptions& options) {
  return TerminalReport(run, options).render();
}

}  // namespace mcplumb
