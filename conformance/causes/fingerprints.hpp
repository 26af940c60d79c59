// Who may have made the server, judged by how it answers. A guess, never a verdict.
#pragma once

#include <span>
#include <vector>

#include "conformance/causes/stack.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

struct Fingerprint {
  std::string_view what, evidence;
  Stack stack = Stack::unknown;  // what such a server is written in; unknown = that does not follow
  bool (*fits)(const Exchange&) = nullptr;
};

std::span<const Fingerprint> sdk_fingerprints();        // fingerprints_sdk.cpp
std::span<const Fingerprint> framework_fingerprints();  // fingerprints_framework.cpp: what SDKs run in, and gateways

std::vector<Likeness> looks_like(const Run& run);
// By its replies, then by its log and its command line.
Stack recognised_stack(const Run& run);

}  // namespace mcplumb
