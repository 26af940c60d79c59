// Looks how a server behaves, so that two runs can be compared: answers to odd requests, sessions over fresh
// connections, headers and timing of streams; and of a server that we started: idle CPU, memory, and how it ends.
//
// Nothing here is judged. Requests that are wrong on purpose are marked so, and no watching check sees any of them: the
// observer comes after the judgments.
#pragma once

#include "conformance/assess/investigation.hpp"
#include "conformance/engine/facts.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// Fills run.observations. Ends the server that the run started, if it did: nothing can be asked of it afterwards.
// Stops early, with what it has, once the loop was stopped. A session need not have been opened.
void observe(Run& run, SessionPool& sessions, RunFacts& facts, HttpClient& http, const RunOptions& options,
             Investigation& investigation);

// The same for a program over stdio (observer_stdio.cpp).
void observe_program(Run& run, SessionPool& sessions, HttpClient& http, const RunOptions& options);

}  // namespace mcplumb
