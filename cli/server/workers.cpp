#include "cli/server/workers.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <nlohmann/json.hpp>
#include <system_error>

#include "client/jsonrpc/message.hpp"

namespace mcplumb::cli {
namespace {

constexpr Micros kGrace = 15 * kSecond;  // after Ctrl-C, to end sessions and hand over

// Never returns.
[[noreturn]] void serve(const std::function<Run(std::size_t)>& work, std::size_t number, int pipe) {
  setpgid(0, 0);  // Ctrl-C goes to the parent, which passes it on: once
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  std::string text;
  try {
    text = to_json(work(number)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  } catch (const std::exception&) {
    _exit(1);  // the parent names the checks that are missing
  }
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = write(pipe, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) _exit(1);
    done += static_cast<std::size_t>(count);
  }
  _exit(0);
}

}  // namespace

Workers::Workers(std::size_t count, const std::function<Run(std::size_t)>& work, EventLoop& loop) : loop_(loop) {
  for (std::size_t number = 0; number < count; ++number) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    const pid_t process = fork();
    if (process < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (process == 0) {
      close(ends[0]);
      serve(work, number, ends[1]);
    }
    close(ends[1]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    workers_.push_back({process, ends[0], ""});
  }
  for (Worker& worker : workers_)
    loop_.watch(worker.pipe, EPOLLIN, [this, &worker](std::uint32_t) { read_some(worker); });
}

Workers::~Workers() {
  for (Worker& worker : workers_) {
    close_pipe(worker);
    if (worker.process > 0) {
      kill(worker.process, SIGKILL);
      waitpid(worker.process, nullptr, 0);
    }
  }
}

void Workers::close_pipe(Worker& worker) {
  if (worker.pipe < 0) return;
  loop_.unwatch(worker.pipe);
  close(worker.pipe);
  worker.pipe = -1;
}

void Workers::read_some(Worker& worker) {
  char block[65536];
  ssize_t count = 0;
  while ((count = read(worker.pipe, block, sizeof block)) > 0)
    worker.text.append(block, static_cast<std::size_t>(count));
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  close_pipe(worker);
}

bool Workers::all_read() const {
  return std::all_of(workers_.begin(), workers_.end(), [](const Worker& worker) { return worker.pipe < 0; });
}

std::vector<Result<Run>> Workers::wait(Micros deadline) {
  const auto done = [&] { return all_read(); };
  loop_.run_until(done, deadline);
  if (loop_.stopped()) {
    for (const Worker& worker : workers_) kill(worker.process, SIGINT);
    loop_.resume();
    loop_.run_until(done, loop_.now() + kGrace);
    loop_.stop();
  }
  std::vector<Result<Run>> runs;
  for (Worker& worker : workers_) {
    const bool complete = worker.pipe < 0;
    close_pipe(worker);
    if (!complete) kill(worker.process, SIGKILL);
    int status = 0;
    waitpid(worker.process, &status, 0);
    worker.process = -1;
    Result<nlohmann::json> value = parse_json(worker.text, {}, nullptr);
    if (complete && value)
      runs.push_back(run_from_json(*value));
    else
      runs.push_back(failure(complete ? "a process of --jobs ended early" : "a process of --jobs was too late"));
  }
  return runs;
}

}  // namespace mcplumb::cli
