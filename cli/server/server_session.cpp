#include "cli/server/server_session.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>

#include "cli/input/known_secrets.hpp"
#include "cli/input/run_options.hpp"
#include "cli/input/target.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/process/child_process.hpp"
#include "client/text/printable.hpp"
#include "client/text/wording.hpp"
#include "conformance/assess/failure_diagnosis.hpp"
#include "conformance/language/suggestion.hpp"
#include "conformance/record/exit_code.hpp"
#include "conformance/record/redact.hpp"
#include "reports/diagnosis_text.hpp"
#include "reports/exchange_text.hpp"
#include "reports/layout.hpp"

namespace mcplumb::cli {
namespace {

ClientOptions client_options(const TargetOptions& options, std::string purpose, nlohmann::json capabilities) {
  ClientOptions client;
  client.revision = revision_of(options);
  client.deadline = parse_duration(options.deadline, "--deadline");
  client.purpose = std::move(purpose);
  client.capabilities = std::move(capabilities);
  return client;
}

}  // namespace

ServerSession::ServerSession(const TargetOptions& options, std::string purpose, nlohmann::json capabilities)
    : client_(target_of(options), client_options(options, std::move(purpose), std::move(capabilities))),
      revision_(revision_of(options)),
      named_revision_(options.revision),
      deadline_(parse_duration(options.deadline, "--deadline")),
      signals_(client_.loop()),
      verbose_(options.verbose) {
  end_in_time(client_.loop(), options);
}

ServerSession::~ServerSession() { client_.close(); }  // a second Ctrl-C ends the cleaning up

bool ServerSession::open() {
  opened_ = client_.open();
  if (opened_ && !quiet_ && !other_revision().empty()) complain("mcplumb: " + other_revision() + "\n");
  return opened_ || fail(code_of_problem());
}

std::string ServerSession::other_revision() const {
  const std::string& agreed = client_.opening().revision;
  if (named_revision_.empty() || agreed == named_revision_) return "";
  return "revision " + named_revision_ + " was asked for, and the server answered with " + shortened(agreed, 40);
}

// An error that the server answered with needs no cause.
Run ServerSession::diagnosed() {
  const Problem& problem = client_.problem();
  if (opened_ && !problem.error.is_null()) return {};
  return diagnose_failure(client_.loop(), client_.trace(), {trouble_, problem.exchange, opened_},
                          {client_.target(), revision_, deadline_});
}

std::string ServerSession::cause() {
  const Run run = diagnosed();
  if (run.diagnoses.empty() || run.diagnoses.front().weight == Weight::info) return "";
  const Diagnosis& first = run.diagnoses.front();
  std::string title = first.title;
  title.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(title.front())));
  return (first.confidence == Confidence::possible ? "perhaps " : "") + title + ": " +
         (first.sub_cause.empty() ? "" : first.sub_cause + " ") + first.cure + " [" + first.rule + "]";
}

// As the exit code of a run whose handshake fails.
int ServerSession::code_of_problem() const {
  if (is_no_verdict(client_.problem().what)) return kNothingJudged;
  if (!client_.problem().error.is_null()) return kFailed;
  const auto number = client_.problem().exchange;
  return code_without_session(number ? &client_.trace().exchanges[*number] : nullptr);
}

// Of a request in an open session: without an exchange to look at, what came was no good answer.
int ServerSession::code_of_answer() const {
  const Problem& problem = client_.problem();
  return problem.exchange || is_no_verdict(problem.what) ? code_of_problem() : static_cast<int>(kFailed);
}

bool ServerSession::fail(int code) {
  trouble_ = client_.problem().what;
  const std::string over = client_.loop().timed_out() ? client_.loop().why_stopped() : "";
  if (!over.empty() && trouble_.find(over) == std::string::npos) trouble_ += "; " + over;
  interrupted_ = interrupted_ || client_.loop().stopped();
  exit_ = client_.loop().stopped() ? static_cast<int>(kNothingJudged) : code;
  if (!quiet_) tell();
  return false;
}

// The sentence; with it the exchange if the server said anything, and the last lines of a program that ended.
void ServerSession::tell() {
  const int width = terminal_width(STDERR_FILENO);
  const Trace& trace = client_.trace();
  std::string text = "mcplumb: error: " + wrapped(shortened(trouble_, 1000), 2, width) + "\n";
  if (const auto number = client_.problem().exchange) {
    const Exchange exchange = redact_exchange(trace.exchanges[*number], known_secrets());
    if (!exchange.blocks.empty() || verbose_)
      for (const std::string& line : exchange_lines(exchange, width - 2)) text += "  " + line + "\n";
  }
  for (const ProcessRecord& process : trace.processes)
    if (const std::string lines = last_lines(process); !lines.empty() && trouble_.find(lines) == std::string::npos)
      text += "  its stderr ends: " + fitted(lines, static_cast<std::size_t>(std::max(width - 19, 20))) + "\n";
  complain(text);
  if (client_.loop().stopped()) return;
  if (const std::string cause = diagnosis_text(diagnosed(), Paint(false), width); !cause.empty()) complain(cause);
}

void ServerSession::wait(Micros span) {
  client_.loop().run_until([] { return false; }, now() + span);
  interrupted_ = interrupted_ || client_.loop().stopped();
}

void ServerSession::last_words(const std::string& method, nlohmann::json params) {
  constexpr Micros kPatience = 2 * kSecond;
  client_.loop().resume();
  RequestOptions options;
  options.purpose = "the end of a task";
  options.deadline = now() + kPatience;
  client_.session().request(method, std::move(params), std::move(options));
}

bool ServerSession::declares(std::initializer_list<const char*> path) const {
  const nlohmann::json* at = member(client_.opening().result, "capabilities");
  for (const char* key : path)
    if (at != nullptr) at = member(*at, key);
  return at != nullptr && !at->is_null();
}

std::optional<nlohmann::json> ServerSession::request(const std::string& method, nlohmann::json params) {
  auto result = client_.request(method, std::move(params));
  if (!result) fail(code_of_answer());
  return result;
}

std::optional<nlohmann::json> ServerSession::request(
    const std::string& method, nlohmann::json params, Micros at_most,
    const std::function<void(const nlohmann::json& message)>& on_message, nlohmann::json* error) {
  auto result = client_.request(method, std::move(params), {at_most, on_message});
  if (result) return result;
  *error = client_.problem().error;
  exit_ = kFailed;
  if (error->is_null()) fail(code_of_problem());
  return std::nullopt;
}

std::optional<nlohmann::json> ServerSession::named(const std::string& method, const std::string& kind,
                                                   const std::string& name) {
  constexpr std::size_t kMost = 10'000, kLongest = 200;
  std::optional<nlohmann::json> found;
  std::vector<std::string> others;
  const bool was_read = client_.look_through(method, [&](const nlohmann::json& each) {
    const std::string_view other = string_member(each, "name");
    if (other == name) found = each;
    if (others.size() < kMost) others.emplace_back(other.substr(0, kLongest));
    return !found;
  });
  if (found) return found;
  if (was_read)
    throw UsageError("mcplumb: error: the server has no " + kind + " `" + printable(name) + "`" +
                     printable(suggestion(name, others)) + (others.empty() ? "; it lists no " + kind + " at all" : ""));
  fail(code_of_answer());
  return std::nullopt;
}

std::optional<std::vector<nlohmann::json>> ServerSession::pages(const std::string& method, bool may_be_unknown) {
  auto all = client_.list(method);
  if (all) return all;
  const nlohmann::json* code = member(client_.problem().error, "code");
  if (may_be_unknown && code != nullptr && *code == kMethodNotFound) return std::vector<nlohmann::json>();
  fail(code_of_answer());
  return std::nullopt;
}

}  // namespace mcplumb::cli
