#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.hpp"

extern char** environ;

namespace bench {
namespace {

double one_run(const char* program, const char* argument) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  char* arguments[] = {const_cast<char*>(program), const_cast<char*>(argument), nullptr};
  const double start = now_us();
  pid_t child = 0;
  if (posix_spawnp(&child, program, &actions, nullptr, arguments, environ) == 0) waitpid(child, nullptr, 0);
  posix_spawn_file_actions_destroy(&actions);
  return now_us() - start;
}

}  // namespace

void start_of_the_program(const std::string& mcplumb) {
  std::vector<double> ours, curl;
  for (int round = 0; round < 41; ++round) {
    ours.push_back(one_run(mcplumb.c_str(), "--version"));
    curl.push_back(one_run("curl", "--version"));
  }
  print_row("start-up, mcplumb --version", median(ours) / 1000, median(curl) / 1000, "ms", "curl --version");
}

}  // namespace bench
