#include "conformance/causes/run_index.hpp"

#include <algorithm>
#include <sstream>

#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/fingerprints.hpp"
#include "conformance/causes/probe_purposes.hpp"

namespace mcplumb {

RunIndex::RunIndex(const Run& run) : run_(run) {
  for (const Received& received : run.trace.received) {
    if (!received.value.is_object()) continue;
    if (is_request(received.value)) requests_of_server_.push_back(&received);
    if (received.value.contains("method")) continue;
    const std::size_t number = received.answers.value_or(received.exchange);
    if (number >= exchanges().size()) continue;
    const Exchange& asked = exchanges()[number];
    const std::string_view method = string_member(asked.message, "method");
    if (!method.empty()) answers_.push_back({&asked, &received.value.json(), method});
  }
}

std::string RunIndex::endpoint() const {
  return run_.trace.exchanges.empty() ? "" : run_.trace.exchanges.front().request.url;
}

const RunIndex::Answer* RunIndex::answer_to(const Exchange& exchange) const {
  const auto found =
      std::find_if(answers_.begin(), answers_.end(), [&](const Answer& each) { return each.asked == &exchange; });
  return found == answers_.end() ? nullptr : &*found;
}

const Exchange* RunIndex::probe(std::string_view purpose) const {
  for (auto each = run_.trace.exchanges.rbegin(); each != run_.trace.exchanges.rend(); ++each)
    if (each->purpose == purpose) return &*each;
  return nullptr;
}

std::vector<const Exchange*> RunIndex::probes(std::string_view prefix) const {
  std::vector<const Exchange*> found;
  for (const Exchange& exchange : run_.trace.exchanges)
    if (exchange.purpose.starts_with(prefix)) found.push_back(&exchange);
  return found;
}

std::vector<const Exchange*> RunIndex::traffic() const {
  std::vector<const Exchange*> found;
  for (const Exchange& exchange : run_.trace.exchanges)
    if (!exchange.deliberate && !exchange.purpose.starts_with(diagnosis_purpose::kAll)) found.push_back(&exchange);
  return found;
}

const Exchange* RunIndex::traffic_with_status(std::initializer_list<int> statuses) const {
  for (const Exchange* each : traffic())
    if (std::find(statuses.begin(), statuses.end(), each->status()) != statuses.end()) return each;
  return nullptr;
}

const Exchange* RunIndex::first_failure() const {
  if (!run_.first_failure || *run_.first_failure >= run_.trace.exchanges.size()) return nullptr;
  return &run_.trace.exchanges[*run_.first_failure];
}

const Exchange* RunIndex::discovery() const {
  for (const Exchange& exchange : run_.trace.exchanges) {
    if (is_initialize(exchange)) break;
    if (string_member(exchange.message, "method") == "server/discover" && exchange.deliberate && exchange.status() != 0)
      return &exchange;
  }
  return nullptr;
}

bool RunIndex::was_open_at_term(const Exchange& stream) const {
  const auto& facts = run_.process_facts;
  return facts && facts->term && facts->term->exchange == stream.number;
}

bool RunIndex::had_session() const {
  for (const Exchange* exchange : traffic())
    if (is_initialize(*exchange) && exchange->status() == 200 && has_result(*exchange)) return true;
  return run_.handshake_problem.empty() && run_.server.has_value();
}

Stack RunIndex::stack() const {
  if (!stack_) stack_ = recognised_stack(run_);
  return *stack_;
}

std::string RunIndex::log() const {
  std::string all;
  for (const ProcessRecord& process : run_.trace.processes) all += process.log.text() + "\n";
  return all;
}

std::string RunIndex::output_line(bool (*fits)(const std::string& line)) const {
  std::string all;
  for (const Exchange& exchange : run_.trace.exchanges)
    if (exchange.is_channel() && !exchange.over_http() && exchange.purpose != diagnosis_purpose::kFramed)
      all += exchange.body + "\n";
  std::istringstream lines(all + log());
  for (std::string line; std::getline(lines, line);)
    if (fits(lower_case(line))) return shortened(line, 200);
  return "";
}

std::string RunIndex::log_line(std::string_view text) const {
  const std::string all = log();
  const std::size_t at = all.find(text);
  if (at == std::string::npos) return "";
  const std::size_t before = all.rfind('\n', at);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  return shortened(all.substr(begin, all.find('\n', at) - begin), 200);
}

namespace {

std::string line_at(const std::string& text, std::size_t begin) {
  return text.substr(begin, text.find('\n', begin) - begin);
}

// The first line behind it that is no frame: frames are indented beyond what the traceback itself is.
std::string python_error(const std::string& log) {
  std::size_t at = log.rfind("Traceback (most recent call last)");
  if (at == std::string::npos) return "";
  const std::size_t newline = log.rfind('\n', at);
  const std::size_t begin = newline == std::string::npos ? 0 : newline + 1;
  const std::string margin = log.substr(begin, at - begin);
  while ((at = log.find('\n', at)) != std::string::npos && ++at < log.size()) {
    const std::string line = line_at(log, at);
    if (line.size() <= margin.size() || !line.starts_with(margin)) return "";
    if (line[margin.size()] != ' ') return line.substr(margin.size());
  }
  return "";
}

// The line above the first of the last frames: "TypeError: x is not a function", of JavaScript, Java and .NET.
std::string error_above_frames(const std::string& log) {
  std::size_t found = std::string::npos;
  for (const std::string_view frame : {"\n    at ", "\n\tat ", "\n   at "})
    if (const std::size_t at = log.find(frame); at < found) found = at;
  if (found == std::string::npos || found == 0) return "";
  const std::size_t newline = log.rfind('\n', found - 1);
  return line_at(log, newline == std::string::npos ? 0 : newline + 1);
}

}  // namespace

std::string RunIndex::error_in_log() const {
  const std::string all = log();
  const std::string error = python_error(all);
  return shortened(error.empty() ? error_above_frames(all) : error, 200);
}

}  // namespace mcplumb
