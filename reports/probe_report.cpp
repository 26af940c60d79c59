#include "reports/probe_report.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "client/transport/era.hpp"
#include "conformance/record/model_view.hpp"
#include "reports/broken_eras.hpp"
#include "reports/curl_line.hpp"
#include "reports/diagnosis_text.hpp"
#include "reports/exchange_text.hpp"
#include "reports/layout.hpp"
#include "reports/process_text.hpp"
#include "reports/repeat_line.hpp"

namespace mcplumb {
namespace {

std::string capability_text(const nlohmann::json& capabilities) {
  std::string text;
  if (!capabilities.is_object()) return "none";
  for (const auto& [name, value] : capabilities.items()) {
    text += (text.empty() ? "" : ", ") + shortened(name, 40);
    std::string flags;
    if (value.is_object())
      for (const auto& [flag, on] : value.items())
        if ((on.is_boolean() && on.get<bool>()) || name == "extensions")
          flags += (flags.empty() ? "" : " ") + shortened(flag, 40);
    if (!flags.empty()) text += "(" + flags + ")";
  }
  return text.empty() ? "none" : text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string revisions_text(const Run& run) {
  std::vector<std::string> spoken = {run.server->revision}, refused;
  if (run.other_era && run.other_era->problem.empty()) spoken.push_back(run.other_era->revision);
  for (const RevisionLook& look : run.revisions)
    if (look.found == RevisionLook::Found::spoken)
      spoken.push_back(look.revision);
    else if (look.found == RevisionLook::Found::refused)
      refused.push_back(look.revision);
  for (std::vector<std::string>* list : {&spoken, &refused}) std::sort(list->rbegin(), list->rend());
  return joined(spoken) + (refused.empty() ? "" : "  (not " + joined(refused) + ")");
}

std::string eras_text(const Run& run) {
  if (run.other_era && run.other_era->problem.empty()) return "both: without a handshake, and with one";
  return era_of(run.server->revision) == Era::stateless ? "stateless: without a handshake" : "";
}

std::string counts_text(const ServerProfile& profile) {
  std::string text;
  for (const ServerProfile::Count& count : profile.counts) {
    text += (text.empty() ? "" : "; ");
    if (!count.problem.empty())
      text += count.what + ": " + shortened(count.problem, 120);
    else
      text += (count.complete ? "" : "more than ") +
              plural(count.items, count.what.substr(0, count.what.size() - 1).c_str(), count.what.c_str()) +
              (count.pages > 1 ? " in " + std::to_string(count.pages) + " pages" : "") +
              (count.for_model > 0 ? ", " + model_cost_text(count.for_model) : "");
  }
  return text.empty() ? "nothing listed" : text;
}

std::string stream_text(const ServerProfile::StreamLook& look) {
  if (look.status == 0) return "no reply headers within the time allowed";
  if (look.media_type != "text/event-stream") {
    std::string text = "HTTP " + std::to_string(look.status);
    if (look.which == "GET" && look.status == 405)
      text += ": no GET stream is offered";
    else if (!look.media_type.empty())
      text += ", " + shortened(look.media_type, 60);
    return text;
  }
  const auto value = [](const std::string& header) {
    return header.empty() ? std::string("absent") : shortened(header, 60);
  };
  return "headers after " + span_text(look.headers) + "; X-Accel-Buffering: " + value(look.x_accel_buffering) +
         "; Cache-Control: " + value(look.cache_control) +
         (look.content_encoding.empty() ? "" : "; Content-Encoding: " + value(look.content_encoding)) +
         (look.has_ids ? "; event ids" : "; no event ids");
}

// A target is a URL, or arguments that are quoted already.
std::string as_argument(const std::string& target) { return target.starts_with("-") ? target : shell_quoted(target); }

class ProbeReport {
 public:
  ProbeReport(const Probe& probe, const TerminalOptions& options)
      : probe_(probe), options_(options), paint_(options.color) {}

  std::string render() {
    const Run& run = probe_.run;
    field("Target", shortened(run.target, 200));
    if (run.server) server();
    if (const std::string likeness = likeness_text(run); !likeness.empty()) field("Looks like", likeness);
    if (!run.handshake_problem.empty()) first_failure();
    problems();
    out_ += diagnosis_text(run, paint_, options_.width);
    out_ += paint_.verdict(looks_well() ? Verdict::pass : Verdict::fail, verdict()) + "\n";
    return std::move(out_);
  }

 private:
  void server() {
    const ServerFacts& server = *probe_.run.server;
    const ServerProfile& profile = probe_.profile;
    field("Server",
          shortened(server.name, 80) + " " + shortened(server.version, 40) +
              (server.title.empty() || server.title == server.name ? "" : " (" + shortened(server.title, 80) + ")"));
    if (!probe_.run.handshake_problem.empty()) return;
    const bool stateless = era_of(server.revision) == Era::stateless;
    field("Transport",
          std::string(to_string(server.transport)) + (stateless ? ", " : ", negotiated ") +
              shortened(server.revision, 40) +
              (probe_.run.wanted_revision.empty() ? "" : ", where " + probe_.run.wanted_revision + " was asked for"));
    if (const std::string eras = eras_text(probe_.run); !eras.empty()) field("Era", eras);
    field("Revisions", revisions_text(probe_.run));
    for (const RevisionLook& look : probe_.run.revisions)
      if (look.found == RevisionLook::Found::unknown)
        field("", "whether it speaks " + look.revision + " was not found out: " + shortened(look.problem, 160));
    field("Offers", capability_text(server.capabilities));
    field("Lists", counts_text(profile));
    for (const Attempt& attempt : probe_.run.attempts)
      if (!attempt.problem.empty()) field("Not", attempt_line(attempt));
    if (server.transport == TransportKind::streamable_http) streamable_http(profile, stateless);
    if (profile.get) field("GET", stream_text(*profile.get));
    if (!has_http(server.transport)) program();
    timing(profile, stateless);
    if (probe_.run.other_era) other_era(*probe_.run.other_era);
  }

  // What is not the same there.
  void other_era(const OtherEra& era) {
    if (!era.server) return;
    const ServerProfile& profile = *probe_.other;
    out_ += "\n";
    field("Transport",
          std::string(to_string(era.server->transport)) + ", negotiated " + shortened(era.server->revision, 40));
    if (era.server->capabilities != probe_.run.server->capabilities)
      field("Offers", capability_text(era.server->capabilities));
    if (counts_text(profile) != counts_text(probe_.profile)) field("Lists", counts_text(profile));
    if (era.server->transport == TransportKind::streamable_http) streamable_http(profile, false);
    if (profile.get) field("GET", stream_text(*profile.get));
    timing(profile, false);
  }

  // An era or a revision that is offered and does not work.
  void broken_revisions() {
    for (const BrokenEra& broken : broken_eras(probe_.run)) {
      out_ += "  " + paint_.verdict(Verdict::fail, "fail") + "  " + wrapped(broken.sentence, 8, options_.width) + "\n";
      shown_exchange(broken.exchange);
    }
  }

  void shown_exchange(std::optional<std::size_t> number) {
    if (!number || *number >= probe_.run.trace.exchanges.size()) return;
    const Exchange& exchange = probe_.run.trace.exchanges[*number];
    for (const std::string& line : exchange_lines(exchange, options_.width - 2)) out_ += "  " + paint_.dim(line) + "\n";
    out_ += "  repeat: " + repeat_line(probe_.run.trace, exchange) + "\n";
  }

  void timing(const ServerProfile& profile, bool stateless) {
    std::string times = (stateless ? "server/discover " : "initialize ") + span_text(profile.initialize);
    if (profile.connect != kNever) times = "connect " + span_text(profile.connect) + ", " + times;
    if (profile.ping != kNever)
      times += (stateless ? ", again " : ", ping ") + span_text(profile.ping) + " (median of 3)";
    field("Timing", times);
  }

  void streamable_http(const ServerProfile& profile, bool stateless) {
    if (!stateless) sessions(profile);
    if (profile.post)
      field("POST", stream_text(*profile.post));
    else
      field("POST", "answered with application/json");
  }

  // Of the first session that was ended.
  int delete_status() const {
    for (const Exchange& exchange : probe_.run.trace.exchanges)
      if (exchange.request.method == "DELETE" && exchange.status() != 0) return exchange.status();
    return 0;
  }

  void sessions(const ServerProfile& profile) {
    const int status = delete_status();
    field("Sessions", profile.session_id ? std::string("a session id is issued") +
                                               (status != 0 ? "; DELETE answered " + std::to_string(status) : "")
                                         : "no session id is issued");
  }

  void program() {
    const std::deque<ProcessRecord>& all = probe_.run.trace.processes;
    if (all.empty()) return;
    const ProcessRecord& first = all.front();
    std::string text = ending_of(first);
    if (first.input_closed != kNever && first.ended != kNever)
      text += " " + span_text(first.ended - first.input_closed) + " after its stdin was closed";
    if (first.terminated != kNever) text += first.killed != kNever ? ", by KILL" : ", by TERM";
    field("Program", text + "; " + std::to_string(first.log.size) + " bytes on stderr");
  }

  void program_lines(const ProcessRecord& process) {
    for (const std::string& line : process_lines(process, options_.width - 2, 10))
      out_ += "  " + paint_.dim(line) + "\n";
  }

  void first_failure() {
    out_ += paint_.verdict(Verdict::fail, "No session: ") +
            wrapped(shortened(probe_.run.handshake_problem, 600), 12, options_.width) + "\n";
    for (const Attempt& attempt : probe_.run.attempts) field("Attempt", attempt_line(attempt));
    if (!probe_.run.first_failure || *probe_.run.first_failure >= probe_.run.trace.exchanges.size()) {
      for (const ProcessRecord& process : probe_.run.trace.processes) program_lines(process);
      return;
    }
    const Exchange& exchange = probe_.run.trace.exchanges[*probe_.run.first_failure];
    shown_exchange(probe_.run.first_failure);
    for (const ProcessRecord& process : probe_.run.trace.processes)
      if (process.session.empty() || exchange.process == process.number) program_lines(process);
  }

  void problems() {
    broken_revisions();
    for (const Outcome& outcome : probe_.run.outcomes)
      if (outcome.verdict == Verdict::fail || outcome.verdict == Verdict::warn ||
          outcome.verdict == Verdict::inconclusive || (options_.verbose && outcome.verdict == Verdict::note))
        problem(outcome);
  }

  void problem(const Outcome& outcome) {
    const std::string word(to_string(outcome.verdict));
    std::string text = outcome.id + ": ";
    if (outcome.findings.empty())
      text += shortened(outcome.reason.empty() ? outcome.title : outcome.reason, 240);
    else
      text += outcome.findings.front().path + ": expected " + shortened(outcome.findings.front().expected, 120) +
              ", got " + shortened(outcome.findings.front().actual, 120);
    out_ += "  " + paint_.verdict(outcome.verdict, word) + "  " + wrapped(text, word.size() + 4, options_.width) + "\n";
  }

  bool looks_well() const { return exit_code(probe_) == kConforms; }

  std::string verdict() const {
    const Summary summary = summarize(probe_.run);
    const std::size_t unread = unread_lists(probe_);
    const std::string lists = unread == 0 ? "" : plural(unread, "list", "lists") + " could not be read; ";
    const std::string rest = lists + plural(summary.fail, "failure", "failures") + ", " +
                             plural(summary.warn, "warning", "warnings") + ", " +
                             plural(summary.note, "note", "notes") + " in " +
                             plural(probe_.run.trace.exchanges.size(), "request", "requests");
    if (!probe_.run.handshake_problem.empty() || probe_.run.interrupted) return verdict_sentence(probe_.run);
    if (summary.fail == 0 && exit_code(probe_.run) != kConforms) return rest + ". " + verdict_sentence(probe_.run);
    return rest + ". For a verdict: mcplumb check " + as_argument(probe_.run.target);
  }

  void field(const char* name, const std::string& value) {
    std::string text(name);
    text.resize(std::max<std::size_t>(11, text.size() + 1), ' ');
    out_ += paint_.dim(text) + wrapped(value, text.size(), options_.width) + "\n";
  }

  const Probe& probe_;
  const TerminalOptions& options_;
  Paint paint_;
  std::string out_;
};

}  // namespace

std::string render_probe(const Probe& probe, const TerminalOptions& options) {
  return ProbeReport(probe, options).render();
}

}  // namespace mcplumb
