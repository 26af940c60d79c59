#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "cli/flags/command_line.hpp"

int main(int argc, char** argv) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);  // of all threads one runs at a time: an arena for each would be waste
#endif
  return mcplumb::cli::run(argc, argv);
}
