#include "client/machine.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace mcplumb {

bool are_files_short() {
  std::array<int, 3> some{};
  bool lacking = false;
  for (int& fd : some) {
    fd = eventfd(0, EFD_CLOEXEC);
    lacking = lacking || (fd < 0 && (errno == EMFILE || errno == ENFILE));
  }
  for (const int fd : some)
    if (fd >= 0) close(fd);
  return lacking;
}

}  // namespace mcplumb
