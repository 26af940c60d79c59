// Rules about a process that we started: what it does when idle, how it ends, what it logs.
#include "client/text/wording.hpp"
#include "conformance/causes/rules.hpp"

namespace mcplumb {
namespace {

std::optional<Diagnosis> hangs_on_term(const Rule& rule, const RunIndex& index) {
  const auto& facts = index.run().process_facts;
  if (!facts || !facts->term || facts->term->exited != false) return std::nullopt;
  const TermFacts& term = *facts->term;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::likely);
  add_evidence(diagnosis, "TERM was sent while a stream was open and idle; after " + rounded_span(term.waited) +
                              " the process still ran");
  if (term.stream_open == true) add_evidence(diagnosis, "the stream was still open then");
  if (term.connect_refused == true) add_evidence(diagnosis, "new connections were refused: it was shutting down");
  add_log_evidence(diagnosis, index, "Waiting for connections to close");
  return diagnosis;
}

std::optional<Diagnosis> spins(const Rule& rule, const RunIndex& index) {
  const auto& facts = index.run().process_facts;
  if (!facts || !facts->idle_cpu || *facts->idle_cpu < 0.9) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::likely);
  add_evidence(diagnosis, "while nothing was asked the process used " + describe_cores(*facts->idle_cpu) + " for " +
                              rounded_span(facts->idle_window));
  add_log_sign(diagnosis, rule, index);
  return diagnosis;
}

std::optional<Diagnosis> log_noise(const Rule& rule, const RunIndex& index) {
  if (index.log().find("ClosedResourceError") == std::string::npos) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain);
  if (!add_log_sign(diagnosis, rule, index)) return std::nullopt;
  return diagnosis;
}

constexpr Rule kProcessRules[] = {
    {
        .id = "R-HANG",
        .weight = Weight::warning,
        .affects = Affects::process,
        .title = "The server does not stop while a stream is open",
        .cause = "TERM is waited out for ever: open event streams are not told that the server shuts down.",
        .cure = "End open streams when the server is told to stop, and give the shutdown a bound.",
        .links = {"https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#shutdown",
                  "https://github.com/sysid/sse-starlette/issues/149",
                  "https://github.com/sysid/sse-starlette/pull/141"},
        .stack_cures =
            {{Stack::python,
              "Upgrade sse-starlette to 3.1.0 or newer (3.0.0 to 3.0.4 cannot signal them), and give uvicorn a "
              "bound: `timeout_graceful_shutdown=3`."},
             {Stack::node, "`server.closeAllConnections()` beside `server.close()`."},
             {Stack::go, "`Shutdown` waits for streams: cancel their context first (`RegisterOnShutdown`)."}},
        .predicate = hangs_on_term,
    },
    {
        .id = "R-SPIN",
        .weight = Weight::warning,
        .affects = Affects::process,
        .title = "The idle server keeps a core busy",
        .cause = "Nothing is asked, and the process computes all the same: a loop of it never waits.",
        .cure = "Take a profile of the idle process; it shows the loop.",
        .links = {"https://modelcontextprotocol.io/docs/tools/debugging",
                  "https://github.com/agronholm/anyio/issues/1111"},
        .log_signs =
            {{"exit cancel scope in a different task",
              "A cancel scope was left in another task than it was entered in; anyio before 4.14.2 then spins for "
              "ever. It happens to gateways that close an MCP client from a second task.",
              "Upgrade anyio to 4.14.2 or newer, and close a client in the task that opened it."}},
        .stack_cures = {{Stack::python, "anyio before 4.14.2 does this when a cancel scope is left in another task."}},
        .predicate = spins,
    },
    {
        .id = "R-NOISE",
        .weight = Weight::info,
        .affects = Affects::log,
        .title = "The server's log shows an error for each refused request",
        .cause = "In stateless mode a request that is refused early leaves a closed stream behind, and the log a "
                 "traceback. The replies are right.",
        .cure = "Upgrade the SDK: mcp 1.12.0 to 1.23.1 have it, 1.23.2 does not.",
        .links = {"https://github.com/modelcontextprotocol/python-sdk/issues/1190",
                  "https://github.com/modelcontextprotocol/python-sdk/issues/1219",
                  "https://github.com/modelcontextprotocol/python-sdk/pull/1384"},
        .log_signs = {{"Error in message router", "", ""}},
        .only_on = {Stack::python},
        .predicate = log_noise,
    },
};

}  // namespace

std::span<const Rule> process_rules() { return kProcessRules; }

}  // namespace mcplumb
