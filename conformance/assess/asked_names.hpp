// Names that the user gave and the server does not have: mistakes of the command line, not reasons to skip.
#pragma once

#include <set>

#include "conformance/engine/options.hpp"
#include "conformance/engine/plan.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// The first tool, prompt or resource of the options that is not in what the server lists, with the nearest name; empty
// if all are there, or if it cannot be known.
std::string missing_name(const RunOptions& options, const Surface& surface);

// Whether the options name a tool, a prompt or a resource.
bool names_anything(const RunOptions& options);

// The first role that no check uses, with the nearest of those that there are; empty if all are known.
std::string unknown_role(const RunOptions& options, const std::vector<Suite>& suites);

// Those of the options that no check of this plan uses which is not skipped anyway: "change-tools, log"; empty if all
// are used.
std::string idle_roles(const RunOptions& options, const std::vector<Planned>& plan);

}  // namespace mcplumb
