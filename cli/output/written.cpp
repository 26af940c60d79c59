#include "cli/output/written.hpp"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace mcplumb::cli {
namespace {

constexpr int kUsualPause = 1000;  // ms, of a reader

// So little of it that a pipe with room takes all without waiting.
std::size_t portion_for(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? SSIZE_MAX : PIPE_BUF;
}

void wait_for_room(int fd) {
  pollfd ready{fd, POLLOUT, 0};
  if (poll(&ready, 1, kUsualPause) != 0) return;
  sigset_t none;
  sigemptyset(&none);
  ppoll(&ready, 1, nullptr, &none);
}

}  // namespace

int write_all(int fd, std::string_view bytes) {
  const std::size_t portion = portion_for(fd);
  while (!bytes.empty()) {
    if (portion == PIPE_BUF) wait_for_room(fd);
    const ssize_t count = write(fd, bytes.data(), std::min(bytes.size(), portion));
    if (count > 0)
      bytes.remove_prefix(static_cast<std::size_t>(count));
    else if (count == 0 || (errno != EINTR && errno != EAGAIN))
      return count == 0 ? EIO : errno;
  }
  return 0;
}

}  // namespace mcplumb::cli
