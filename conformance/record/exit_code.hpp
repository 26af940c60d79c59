// What the program says to whoever started it (docs/exit-codes.md).
#pragma once

namespace mcplumb {

enum ExitCode : int {
  kConforms = 0,
  kFailed = 1,
  kUsage = 2,
  kUnreachable = 3,
  kAuthorization = 4,
  kNothingJudged = 5,
  kStaleBaseline = 6,
  kRegression = 7,
};

}  // namespace mcplumb
