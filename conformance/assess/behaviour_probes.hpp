// Probes how a server behaves, so that two runs can be compared: answers to odd requests, sessions over fresh
// connections, headers and timing of streams; and of a server that we started: idle CPU, memory, and how it ends.
//
// Nothing here is judged. Requests that are wrong on purpose are marked so, and no watching check sees any of them: the
// probes come after the judgments.
#pragma once

#include "conformance/assess/run_diagnosis.hpp"
#include "conformance/engine/need_probes.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// Fills run.observations. Ends the server that the run started, if it did: nothing can be asked of it afterwards.
// Stops early, with what it has, once the loop was stopped. A session need not have been opened.
void probe_behaviour(Run& run, SessionPool& sessions, NeedProbes& needs, HttpClient& http, const RunOptions& options,
                     RunDiagnosis& diagnosis);

// The same for a program over stdio (program_behaviour_probes.cpp).
void probe_program_behaviour(Run& run, SessionPool& sessions, HttpClient& http, const RunOptions& options);

}  // namespace mcplumb
