#include "cli/commands/check_parts.hpp"
#include "cli/input/run_options.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "client/session/session.hpp"
#include "conformance/engine/need_probes.hpp"
#include "conformance/engine/plan.hpp"
#include "conformance/language/describe_check.hpp"
#include "conformance/record/exit_code.hpp"

namespace mcplumb::cli {

// The transport that is certain without asking.
static TransportKind likely_transport(const Target& target) {
  if (target.is_stdio()) return TransportKind::stdio;
  return target.transport.value_or(TransportKind::streamable_http);
}

int list_plan(const std::vector<Suite>& suites, const RunOptions& options) {
  const std::string revision = options.revision.empty() ? std::string(kNewestHandshakeRevision) : options.revision;
  const Result<std::vector<Planned>> plan = make_plan(suites, options, likely_transport(options.target), revision);
  if (!plan) throw UsageError("mcplumb: error: " + plan.error().what);
  std::string text;
  std::size_t running = 0;
  for (const Planned& planned : *plan) {
    std::string why = planned.skip;
    for (const Need& need : planned.check->needs)
      if (why.empty()) why = NeedProbes::not_allowed(need, options);
    running += why.empty() ? 1 : 0;
    text += (why.empty() ? "run   " : "skip  ") + describe_line(*planned.check) + "\n";
    if (!why.empty())
      text += "        because: " + why + "\n";
    else if (!planned.check->needs.empty()) {
      text += "        if:";
      for (const Need& need : planned.check->needs) text += " " + to_string(need);
      text += "\n";
    }
  }
  print(text + std::to_string(running) + " of " + std::to_string(plan->size()) + " checks would run at revision " +
        revision + " over " + std::string(to_string(likely_transport(options.target))) +
        (options.revision.empty() ? " (of a server without a handshake: --revision 2026-07-28)" : "") + "\n");
  return kConforms;
}

}  // namespace mcplumb::cli
