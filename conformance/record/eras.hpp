// A run that judged a server in both of its eras, taken apart again.
#pragma once

#include "conformance/record/run.hpp"

namespace mcplumb {

struct EraPart {
  std::string revision;  // that was judged, or asked for; empty if there was no session
  Run run;               // what the run says of it: without its trace if there are two
};

// One part, or two if the run looked at a second era; the first one is that which the server answered first.
std::vector<EraPart> eras_of(const Run& run);

}  // namespace mcplumb
