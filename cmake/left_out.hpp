// For unit tests that need what a machine may lack (a right, a device). Do not just return: a run that left something
// out would look like one that did not.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace mcplumb {

// Notes that the test `what` was not run, and why, for the list that script/test ends with (MCPLUMB_NOT_RUN). Under
// MCPLUMB_NO_SKIP, as in CI, that is a failure.
inline void left_out(const std::string& what, const std::string& why) {
  MESSAGE("not run: ", what, ": ", why);
  if (const char* file = std::getenv("MCPLUMB_NOT_RUN"))
    std::ofstream(file, std::ios::app) << what << ": " << why << '\n';
  CHECK_MESSAGE(std::getenv("MCPLUMB_NO_SKIP") == nullptr, what, ": ", why);
}

}  // namespace mcplumb
