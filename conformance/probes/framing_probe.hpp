// Whether a program that is silent over stdio waits for messages in another framing.
#pragma once

#include "client/connect/session_pool.hpp"

namespace mcplumb {

// After a handshake that a program left without any output: another one of it is sent initialize behind a
// Content-Length header, as language servers get their messages. The answer stands in the trace. Runs the loop.
void ask_in_frames(SessionPool& sessions, HttpClient& http, const Exchange& silent, Micros deadline);

}  // namespace mcplumb
