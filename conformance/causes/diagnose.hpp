// Rules over a finished run: what explains its failures, strongest first.
//
// Pure: everything is read from the Run; the requests that rules need were made before, by DiagnosisProbes. The log of
// a started server (Trace::processes) and measured facts (Run::process_facts) make rules certain and tell sub-causes.
#pragma once

#include "conformance/record/run.hpp"

namespace mcplumb {

std::vector<Diagnosis> diagnose(const Run& run);

}  // namespace mcplumb
