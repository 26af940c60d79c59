#include "bench/bench.hpp"

#include <sched.h>

#include <cstdio>

namespace bench {

void print_row(const std::string& what, double ours, double reference, const std::string& unit,
               const std::string& against) {
  std::printf("%-42s %10.1f %-5s  %-22s %10.1f %-5s  ratio %.2f\n", what.c_str(), ours, unit.c_str(), against.c_str(),
              reference, unit.c_str(), ours / reference);
}

}  // namespace bench

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: mcplumb-bench MCPLUMB MCPLUMB-FIXTURE\n");
    return 2;
  }
  cpu_set_t core;
  CPU_ZERO(&core);
  CPU_SET(0, &core);
  if (sched_setaffinity(0, sizeof core, &core) != 0) std::puts("note: could not pin to one core");
  std::puts("medians, pinned to core 0");
  bench::session_against_plain_libcurl(argv[2]);
  bench::sse_parser_against_memchr();
  bench::start_of_the_program(argv[1]);
  return 0;
}
