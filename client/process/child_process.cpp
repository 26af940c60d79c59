#include "client/process/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <system_error>

#include "client/jsonrpc/message.hpp"
#include "client/no_memory.hpp"

extern char** environ;

namespace mcplumb {
namespace {

constexpr std::size_t kUnwrittenMax = 16 * 1024 * 1024;
constexpr Micros kLinger = 500 * kMillisecond;  // for what outlives the program that we started

struct Ends {
  int ours = -1, theirs = -1;
};

// `reads`: we read, the child writes. Our end never blocks.
Ends make_pipe(bool reads) {
  int both[2];
  if (pipe2(both, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
  const Ends ends = reads ? Ends{both[0], both[1]} : Ends{both[1], both[0]};
  fcntl(ends.ours, F_SETFL, fcntl(ends.ours, F_GETFL) | O_NONBLOCK);
  return ends;
}

bool is_program(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(path.c_str(), X_OK) == 0;
}

std::string value_of(const std::map<std::string, std::string>& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

// By the PATH that the program itself will see, as shells and hosts do it.
std::string find_program(const std::string& name, const std::string& path) {
  if (name.find('/') != std::string::npos) return name;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find(':', start), path.size());
    const std::string folder = path.substr(start, end - start);
    if (const std::string full = (folder.empty() ? "." : folder) + "/" + name; is_program(full)) return full;
    start = end + 1;
  }
  return "";
}

std::map<std::string, std::string> whole_environment(const ChildOptions& options) {
  std::map<std::string, std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (const char* equals = std::strchr(*entry, '='))
      all[std::string(static_cast<const char*>(*entry), equals)] = equals + 1;
  for (const auto& [name, value] : options.environment) all[name] = value;
  return all;
}

std::string why_not(const std::string& name, const std::string& directory, int error) {
  struct stat status {};
  if (!directory.empty() && (stat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)))
    return "the folder " + shortened(directory, 200) + " to start it in does not exist";
  if (error == ENOENT)
    return "the command " + shortened(name, 200) + " was not found" +
           (name.find('/') == std::string::npos ? " in any folder of PATH" : "");
  if (error == EACCES) return "the command " + shortened(name, 200) + " may not be executed (permission denied)";
  if (error == ENOEXEC)
    return "the command " + shortened(name, 200) + " is not a program: it has neither a known format nor a #! line";
  return "the command " + shortened(name, 200) +
         " could not be started: " + (error == ENOMEM ? std::string(kNoMemory) : std::strerror(error));
}

// A program that closed its stdin must not end us by SIGPIPE; nor is the signal ignored for the whole process.
ssize_t write_quietly(int fd, const std::string& bytes) {
  sigset_t broken, before, pending;
  sigemptyset(&broken);
  sigaddset(&broken, SIGPIPE);
  sigpending(&pending);
  const bool was_pending = sigismember(&pending, SIGPIPE) == 1;
  pthread_sigmask(SIG_BLOCK, &broken, &before);
  const ssize_t count = ::write(fd, bytes.data(), bytes.size());
  const int error = errno;
  if (count < 0 && error == EPIPE && !was_pending) {
    const timespec now{};
    sigtimedwait(&broken, nullptr, &now);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return count;
}

}  // namespace

ChildProcess::ChildProcess(EventLoop& loop, Trace& trace, ChildOptions options, Observer* observer)
    : loop_(loop), record_(trace.processes.emplace_back()), options_(std::move(options)), observer_(observer) {
  record_.number = trace.processes.size() - 1;
  record_.session = options_.session;
  record_.command = options_.command;
  record_.started = loop_.now();
  start();
}

ChildProcess::~ChildProcess() {
  observer_ = nullptr;
  if (!running()) return;
  kill();
  if (!leader_ended_) leader_ended();
  if (running()) finish();
}

void ChildProcess::start() {
  const std::map<std::string, std::string> environment = whole_environment(options_);
  const std::string& name = options_.command.front();
  const std::string program = find_program(name, value_of(environment, "PATH"));
  const Ends output = make_pipe(true), errors = make_pipe(true), input = options_.speaks ? make_pipe(false) : Ends{};
  ProgramStart how;
  how.program = program;
  how.arguments = options_.command;
  for (const auto& [key, value] : environment) how.environment.push_back(key + "=" + value);
  how.directory = options_.directory;
  how.input = input.theirs;
  how.output = output.theirs;
  how.errors = errors.theirs;
  const int error = program.empty() ? ENOENT : program_.start(how);
  for (const int fd : {output.theirs, errors.theirs, input.theirs})
    if (fd >= 0) close(fd);
  output_ = {output.ours, !options_.speaks};
  errors_ = {errors.ours, true};
  input_ = input.ours;
  if (error == 0) {
    record_.pid = program_.pid();
    return watch_all();
  }
  for (const int fd : {output_.fd, errors_.fd, input_})
    if (fd >= 0) close(fd);
  output_.fd = errors_.fd = input_ = -1;
  record_.problem = why_not(name, options_.directory, error);
  record_.ended = loop_.now();
}

void ChildProcess::watch_all() {
  loop_.watch(output_.fd, EPOLLIN, [this](std::uint32_t) { read_from(output_); });
  loop_.watch(errors_.fd, EPOLLIN, [this](std::uint32_t) { read_from(errors_); });
  loop_.watch(program_.fd(), EPOLLIN, [this](std::uint32_t) { leader_ended(); });
}

bool ChildProcess::write(std::string_view bytes) {
  if (input_ < 0 || unwritten_.size() + bytes.size() > kUnwrittenMax) return false;
  const bool waiting = !unwritten_.empty();
  unwritten_ += bytes;
  if (!waiting) flush();
  return input_ >= 0;
}

void ChildProcess::flush() {
  while (!unwritten_.empty()) {
    const ssize_t count = write_quietly(input_, unwritten_);
    if (count > 0) {
      written_ += static_cast<std::size_t>(count);
      unwritten_.erase(0, static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      return loop_.watch(input_, EPOLLOUT, [this](std::uint32_t) { flush(); });
    } else if (errno != EINTR) {
      return close_input();
    }
  }
  loop_.unwatch(input_);
}

// What was written and not read lies in the pipe.
bool ChildProcess::input_unread() const {
  if (input_ < 0) return record_.input_unread;
  int left = 0;
  return ioctl(input_, FIONREAD, &left) == 0 && static_cast<std::size_t>(left) == written_;
}

void ChildProcess::close_input() {
  if (input_ < 0) return;
  record_.input_unread = input_unread();
  loop_.unwatch(input_);
  close(input_);
  input_ = -1;
  unwritten_.clear();
}

void ChildProcess::read_from(Pipe& pipe) {
  std::array<char, 64 * 1024> block;
  const ssize_t count = ::read(pipe.fd, block.data(), block.size());
  if (count > 0) {
    const std::string_view bytes(block.data(), static_cast<std::size_t>(count));
    if (pipe.is_log)
      record_.log.add(bytes, options_.log_head, options_.log_tail);
    else if (observer_ != nullptr)
      observer_->on_output(bytes);
    return;
  }
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  const bool is_output = !pipe.is_log;
  close_pipe(pipe);
  if (is_output && observer_ != nullptr) observer_->on_output_end();
  finish_if_over();
}

void ChildProcess::close_pipe(Pipe& pipe) {
  if (pipe.fd < 0) return;
  loop_.unwatch(pipe.fd);
  close(pipe.fd);
  pipe.fd = -1;
}

void ChildProcess::end() {
  if (!running() || record_.input_closed != kNever || record_.terminated != kNever) return;
  if (!options_.speaks) return terminate();
  close_input();
  record_.input_closed = loop_.now();
  if (!leader_ended_) after(options_.grace, &ChildProcess::terminate);
}

void ChildProcess::terminate() {
  program_.signal(SIGTERM);
  record_.terminated = loop_.now();
  after(options_.term_grace, &ChildProcess::kill);
}

void ChildProcess::kill() {
  if (!running()) return;
  program_.signal(SIGKILL);
  if (!leader_ended_ && record_.killed == kNever) record_.killed = loop_.now();
  after(kLinger, &ChildProcess::let_go);
}

void ChildProcess::after(Micros delay, void (ChildProcess::*what)()) {
  loop_.cancel(timer_);
  timer_ = loop_.after(delay, [this, what] {
    timer_ = 0;
    (this->*what)();
  });
}

// Its number stays taken until finish(): so the group cannot become another's.
void ChildProcess::leader_ended() {
  loop_.unwatch(program_.fd());
  const KeptProgram::Ending ending = program_.wait();
  (ending.by_signal ? record_.signal : record_.exit_status) = ending.status;
  record_.ended = loop_.now();
  leader_ended_ = true;
  close_input();
  finish_if_over();
  // Something of its group holds the pipes still; it gets a moment to finish by itself.
  if (running()) after(kLinger, &ChildProcess::let_go);
}

void ChildProcess::let_go() {
  if (!running()) return;
  if (!leader_ended_) return after(kLinger, &ChildProcess::let_go);  // KILL was sent; the kernel needs time
  finish();
}

void ChildProcess::finish_if_over() {
  if (leader_ended_ && output_.fd < 0 && errors_.fd < 0) finish();
}

void ChildProcess::finish() {
  if (!running()) return;
  loop_.cancel(timer_);
  loop_.unwatch(program_.fd());
  program_.let_go();
  const bool had_output = output_.fd >= 0 && !output_.is_log;
  close_pipe(output_);
  close_pipe(errors_);
  if (observer_ == nullptr) return;
  if (had_output) observer_->on_output_end();
  observer_->on_exit();
}

std::string last_lines(const ProcessRecord& process, std::size_t lines) {
  const std::string text = process.log.text();
  std::vector<std::string> found;
  std::size_t end = text.size();
  while (end > 0 && found.size() < lines) {
    const std::size_t start = text.rfind('\n', end - 1);
    const std::size_t first = start == std::string::npos ? 0 : start + 1;
    std::string line = text.substr(first, end - first);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty()) found.insert(found.begin(), shortened(line, 160));
    if (start == std::string::npos) break;
    end = start;
  }
  std::string joined;
  for (const std::string& line : found) joined += (joined.empty() ? "" : " / ") + line;
  return joined;
}

}  // namespace mcplumb
