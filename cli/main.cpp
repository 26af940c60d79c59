#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <initializer_list>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "cli/flags/command_line.hpp"
#include "client/no_memory.hpp"

namespace {

// Whoever starts us may have closed stdin, stdout or stderr; the next file that we open must not become one of them.
// What is opened here cannot be read from or written to, so that a lost screen is noticed.
void keep_standard_streams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

// The stack grows as it is needed, which ends the program where there is no memory for that. One write at its far end
// lets it have the room now, and takes a page.
[[gnu::noinline]] void make_room_on_stack() {
  char room[1024 * 1024];
  *static_cast<volatile char*>(room) = 0;
}

}  // namespace

int main(int argc, char** argv) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);  // of all threads one runs at a time: an arena for each would be waste
#endif
  make_room_on_stack();
  mcplumb::hold_memory_back();
  keep_standard_streams();
  for (const int number : {SIGPIPE, SIGXFSZ}) std::signal(number, SIG_IGN);  // then writing says that it failed
  return mcplumb::cli::run(argc, argv);
}
