#include "conformance/assess/trace_merge.hpp"

#include "conformance/record/words.hpp"

namespace mcplumb {
namespace {

// "as in #12" -> "as in #112"
void count_on(std::string& text, std::size_t offset) {
  for (std::size_t at = 0; (at = text.find('#', at)) != std::string::npos; ++at) {
    std::size_t end = at + 1, number = 0;
    while (end < text.size() && is_digit(text[end])) number = number * 10 + static_cast<std::size_t>(text[end++] - '0');
    if (end > at + 1 && end - at < 10) text.replace(at + 1, end - at - 1, std::to_string(number + offset));
  }
}

// Every number of an exchange that a run names outside of its trace.
template <class Use>
void for_each_evidence(Run& run, Use&& use) {
  for (Attempt& attempt : run.attempts) use(attempt.exchange);
  if (run.first_failure) use(*run.first_failure);
  if (run.stop) use(run.stop->exchange);
  const auto if_any = [&](std::optional<std::size_t>& number) {
    if (number) use(*number);
  };
  for (Outcome& outcome : run.outcomes) {
    for (Finding& finding : outcome.findings) if_any(finding.exchange);
    for (EarlierTry& attempt : outcome.earlier) if_any(attempt.exchange);
  }
  for (RevisionLook& look : run.revisions) if_any(look.exchange);
  for (Observation& observation : run.observations) if_any(observation.exchange);
  for (Likeness& likeness : run.looks_like) if_any(likeness.exchange);
  for (Diagnosis& diagnosis : run.diagnoses)
    for (std::size_t& number : diagnosis.exchanges) use(number);
}

}  // namespace

void append_trace(Trace& trace, Run& part, const std::string& prefix) {
  const std::size_t exchanges = trace.exchanges.size(), processes = trace.processes.size();
  for_each_evidence(part, [&](std::size_t& number) { number += exchanges; });
  for (Outcome& outcome : part.outcomes) count_on(outcome.reason, exchanges);
  for (Diagnosis& diagnosis : part.diagnoses)
    for (std::string& line : diagnosis.evidence) count_on(line, exchanges);
  for (ProcessRecord& process : part.trace.processes) {
    process.number += processes;
    if (!process.session.empty()) process.session = prefix + process.session;
    trace.processes.push_back(std::move(process));
  }
  for (Exchange& exchange : part.trace.exchanges) {
    exchange.number += exchanges;
    if (exchange.channel) *exchange.channel += exchanges;
    if (exchange.process) *exchange.process += processes;
    if (!exchange.session.empty()) exchange.session = prefix + exchange.session;
    trace.exchanges.push_back(std::move(exchange));
  }
  part.trace = {};
}

}  // namespace mcplumb
