#include "cli/flags/trouble.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <new>
#include <system_error>

using namespace mcplumb;
using namespace mcplumb::cli;

TEST_CASE("trouble: what the machine has no more of is no wrong usage, and the sentence says what to do") {
  const Trouble memory = trouble_of(std::bad_alloc());
  CHECK(memory.code == kNothingJudged);
  CHECK(memory.sentence.find("out of memory") == 0);
  CHECK(memory.sentence.find("ulimit -v") != memory.sentence.npos);
  for (const auto& [number, cure] : {std::pair(EMFILE, "ulimit -n"), std::pair(ENFILE, "ulimit -n"),
                                     std::pair(ENOMEM, "ulimit -v"), std::pair(EAGAIN, "ulimit -u")}) {
    const Trouble trouble = trouble_of(std::system_error(number, std::generic_category(), "pipe2"));
    CHECK(trouble.code == kNothingJudged);
    CHECK(trouble.sentence.find("pipe2") != trouble.sentence.npos);
    CHECK(trouble.sentence.find(cure) != trouble.sentence.npos);
  }
}

TEST_CASE("trouble: anything else is the operator's") {
  CHECK(trouble_of(std::runtime_error("writing x failed")).code == kUsage);
}
