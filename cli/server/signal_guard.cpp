#include "cli/server/signal_guard.hpp"

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <utility>

namespace mcplumb::cli {
namespace {

bool any_seen = false;

// A closed terminal ends a program as Ctrl-C does, unless it was started by nohup.
sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  struct sigaction hangup {};
  sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

void hold_signals() {
  const sigset_t set = stop_signals();
  sigprocmask(SIG_BLOCK, &set, nullptr);
}

bool was_interrupted() { return any_seen; }

SignalGuard::SignalGuard(EventLoop& loop) : loop_(loop) {
  hold_signals();
  const sigset_t set = stop_signals();
  fd_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd_ < 0) return;  // then the signals end the process as ever
  loop_.watch(fd_, EPOLLIN, [this](std::uint32_t) {
    signalfd_siginfo info;
    if (read(fd_, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return;
    any_seen = true;
    loop_.interrupt();
    // The second one also ends the waits of our cleaning up, so programs that we started are killed at once; after that
    // the signals end the process as ever.
    if (!std::exchange(seen_, true)) return;
    const sigset_t again = stop_signals();
    sigprocmask(SIG_UNBLOCK, &again, nullptr);
  });
}

SignalGuard::~SignalGuard() {
  if (fd_ < 0) return;
  loop_.unwatch(fd_);
  close(fd_);
}

}  // namespace mcplumb::cli
