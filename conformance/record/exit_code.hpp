// What the program says to whoever started it: the one table of it. `--help` and the manual page are made from it,
// README.md and docs/exit-codes.md are held against it.
#pragma once

#include <array>
#include <string_view>

namespace mcplumb {

struct Exchange;

enum ExitCode : int {
  kConforms = 0,
  kFailed = 1,
  kUsage = 2,
  kUnreachable = 3,
  kAuthorization = 4,
  kNothingJudged = 5,
  kStaleBaseline = 6,
  kRegression = 7,
  kHarmful = 8,
};

struct ExitCodeText {
  ExitCode code;
  std::string_view brief;    // in a list of them: "unreachable"
  std::string_view meaning;  // "the server is unreachable"
};

inline constexpr std::array<ExitCodeText, 9> kExitCodes = {{
    {kConforms, "conforms", "the server conforms, or the command succeeded"},
    {kFailed, "a check failed",
     "a check failed, the server answered with an error, or what answered is not an MCP server"},
    {kUsage, "usage or suite error", "wrong usage, or a mistake in a file"},
    {kUnreachable, "unreachable", "the server is unreachable"},
    {kAuthorization, "authorization", "the server requires authorization"},
    {kNothingJudged, "nothing was judged or the run is incomplete",
     "no verdict: nothing was judged, or the run is incomplete"},
    {kStaleBaseline, "the baseline has stale entries", "an entry of the baseline no longer holds"},
    {kRegression, "something that worked no longer works", "something that worked before no longer works"},
    {kHarmful, "a harmful cause is certain",
     "no check failed, but it is certain that something keeps clients from working"},
}};

// With several causes the first of these that holds is the code.
inline constexpr std::array<ExitCode, 8> kExitCodesByWeight = {
    kAuthorization, kUnreachable, kRegression, kFailed, kHarmful, kNothingJudged, kStaleBaseline, kConforms};
ExitCode weightier(ExitCode one, ExitCode other);

// It says that a bound of ours was reached, or that this machine lacked something: that is no verdict on a server.
bool is_no_verdict(std::string_view sentence);

// Why there is no session: of the exchange that its handshake ended with, null if there was not even one.
ExitCode code_without_session(const Exchange* last);

}  // namespace mcplumb
