#include "client/connect/served_program.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "client/http/url.hpp"
#include "client/machine.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

constexpr Micros kPause = 50 * kMillisecond;    // between two attempts
constexpr Micros kOneAttempt = 5 * kSecond;     // a server that is up answers sooner
constexpr Micros kStopPatience = 10 * kSecond;  // more than the graces of a program together
constexpr std::size_t kLogHead = 32 * 1024, kLogTail = 96 * 1024;

// A path that no server has: it answers 404, and no session is made by asking.
constexpr const char* kNoSuchPath = "/mcplumb-is-it-up";

int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool done = fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  if (!done) throw std::system_error(error, std::generic_category(), "finding a free port");
  return ntohs(address.sin_port);
}

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
}

bool is_gateway_error(int status) { return status == 502 || status == 503 || status == 504; }

}  // namespace

// Requests go into a trace of their own: dozens of refused connections tell nobody anything.
struct ServedProgram::Attempt : HttpObserver {
  Attempt(EventLoop& loop, const ConnectionOptions& connection) : http(loop, trace, connection) {}
  void on_headers(Exchange& exchange) override { http.close(exchange.number); }

  Trace trace;
  HttpClient http;
  int status = 0;
  std::optional<Failure> failure;
};

ServedProgram::ServedProgram(EventLoop& loop, Trace& trace, const Target& target)
    : loop_(loop), trace_(trace), target_(target) {}
ServedProgram::~ServedProgram() = default;

std::string ServedProgram::start() {
  if (child_) return "";
  if (std::string why = why_taken(); !why.empty()) return why;
  ChildOptions options;
  options.command = {"/bin/sh", "-c", target_.serve};
  options.environment = target_.environment;
  options.directory = target_.directory;
  options.speaks = false;
  options.log_head = kLogHead;
  options.log_tail = kLogTail;
  child_ = std::make_unique<ChildProcess>(loop_, trace_, std::move(options));
  if (!child_->record().problem.empty()) return child_->record().problem;
  return wait();
}

void ServedProgram::ask(Attempt& attempt, Micros deadline) {
  attempt.trace.exchanges.clear();
  HttpRequest request;
  request.method = "GET";
  request.url = origin_of(target_.url) + kNoSuchPath;
  request.deadline = std::min(deadline, loop_.now() + kOneAttempt);
  const Exchange& exchange = attempt.http.start(std::move(request), attempt);
  loop_.run_until([&] { return !attempt.http.running(exchange.number) || (child_ && !child_->running()); }, kNever);
  attempt.status = exchange.status();
  attempt.failure = exchange.failure;
  attempt.http.abandon(exchange.number);
}

// Whoever answers there before the start would be tested in place of the server.
std::string ServedProgram::why_taken() {
  if (!target_.connection.unix_socket.empty()) return "";
  Attempt before(loop_, target_.connection);
  ask(before, loop_.now() + kSecond);
  const bool nobody = before.failure && (before.failure->kind == FailureKind::refused ||
                                         before.failure->kind == FailureKind::unreachable ||
                                         before.failure->kind == FailureKind::resolve);
  if (nobody || loop_.stopped()) return "";
  if (before.failure && is_lack_of_machine(before.failure->message)) return before.failure->message;
  return "something else listens at " + origin_of(target_.url) +
         " already, so the server cannot be started there; stop it, or write {port} in --serve and in the URL to get a "
         "free port";
}

std::string ServedProgram::wait() {
  const Micros deadline = loop_.now() + target_.start_deadline;
  Attempt attempt(loop_, target_.connection);
  const auto decided = [&] {
    const bool hopeless = attempt.failure && (attempt.failure->kind == FailureKind::malformed ||
                                              attempt.failure->kind == FailureKind::tls);
    return (attempt.status != 0 && !is_gateway_error(attempt.status)) || hopeless;
  };
  const auto said_so = [&] {
    return target_.ready_log.empty() || child_->record().log.text().find(target_.ready_log) != std::string::npos;
  };
  while (!(decided() && said_so()) && child_->running() && !loop_.stopped() && loop_.now() < deadline) {
    if (!decided()) ask(attempt, deadline);
    if (!(decided() && said_so()))
      loop_.run_until([&] { return !child_->running(); }, std::min(deadline, loop_.now() + kPause));
  }
  if (child_->running() && !loop_.stopped() && !said_so()) return why_silent();
  if (child_->running() && attempt.status != 0) return "";  // a gateway error stays to be judged
  return why_not_up(attempt);
}

std::string ServedProgram::why_silent() const {
  const std::string lines = last_lines(child_->record());
  return "the server's output did not hold \"" + target_.ready_log + "\" within " +
         whole_seconds(target_.start_deadline) + (lines.empty() ? "; it wrote nothing" : "; its last lines: " + lines);
}

std::string ServedProgram::why_not_up(const Attempt& last) const {
  const ProcessRecord& process = child_->record();
  const std::string lines = last_lines(process);
  const std::string said = lines.empty() ? "; it wrote nothing" : "; its last lines: " + lines;
  if (!child_->running()) return "the server " + ending_of(process) + " before it answered" + said;
  if (loop_.stopped()) return loop_.why_stopped() + " while the server started";
  const std::string after = " within " + whole_seconds(target_.start_deadline);
  const std::string where = origin_of(target_.url);
  if (!last.failure || last.failure->kind == FailureKind::deadline)
    return "the server accepts connections at " + where + ", but answered no HTTP request" + after + said;
  if (last.failure->kind == FailureKind::refused) return "the server did not listen at " + where + after + said;
  return "the server at " + where + " did not answer HTTP: " + last.failure->message + said;
}

void ServedProgram::stop() {
  if (!child_ || !child_->running()) return;
  child_->end();
  loop_.run_until([&] { return !child_->running(); }, loop_.now() + kStopPatience);
}

void choose_port(Target& target) {
  if (target.serve.find("{port}") == std::string::npos && target.url.find("{port}") == std::string::npos) return;
  const std::string port = std::to_string(free_port());
  replace_all(target.serve, "{port}", port);
  replace_all(target.url, "{port}", port);
}

}  // namespace mcplumb
