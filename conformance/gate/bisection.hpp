// Finds the first bad version between a good and a bad one, trying as few as possible.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mcplumb {

class Bisection {
 public:
  // In order; the first is good and the last is bad. At least two.
  explicit Bisection(std::vector<std::string> versions);

  // The version to try next: the one in the middle of what is open. Absent: it is decided.
  std::optional<std::string> next() const;
  void good(const std::string& version);
  void bad(const std::string& version);
  void untestable(const std::string& version);  // it could not be installed: neither good nor bad

  const std::string& last_good() const { return versions_[good_]; }
  const std::string& first_bad() const { return versions_[bad_]; }
  // Between the two: versions that could not be tried. Empty: the first bad one is exact.
  std::vector<std::string> doubtful() const;
  int steps_left() const;  // at most

 private:
  std::vector<std::string> versions_;
  std::size_t good_ = 0, bad_;
  std::set<std::size_t> untestable_;
};

// Nothing but characters that PEP 440 or semver allow: a version goes into the lines of a shell.
bool is_version(std::string_view text);

// What `pip index versions NAME` or `npm view NAME versions --json` printed, oldest first; versions for testing
// (1.0rc1, 1.0.0-beta.1) are left out. Text of neither kind is taken as one version a line.
std::vector<std::string> versions_from_index(std::string_view text);

// The versions from `good` to `bad`. The text says why there are none; empty = there are.
std::string between(std::vector<std::string>& versions, const std::string& good, const std::string& bad);

}  // namespace mcplumb
