// Which checks a run takes up, and why it leaves the others alone.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "client/result.hpp"
#include "conformance/engine/options.hpp"
#include "conformance/language/check.hpp"

namespace mcplumb {

struct Planned {
  const Check* check = nullptr;
  const Suite* suite = nullptr;
  std::string skip;  // why it will not run, as far as that is known before a session; empty = it will
};

// In suite order. Checks that --only and --skip leave out are not in it. `revision` empty: not known yet. Fails if a
// pattern of --only matches nothing: a gate that checks nothing by a typing error is worse than no gate.
Result<std::vector<Planned>> make_plan(const std::vector<Suite>& suites, const RunOptions& options,
                                       TransportKind transport, std::string_view revision);

}  // namespace mcplumb
