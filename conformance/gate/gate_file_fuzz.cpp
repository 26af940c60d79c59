// A gate file from anybody: mistakes have places, and what is accepted can be carried out.
#include "client/http/headers.hpp"
#include "client/http/url.hpp"
#include "conformance/gate/gate_file.hpp"
#include "tests/fuzz.hpp"

namespace {

bool is_variable(std::string_view name) {
  return !name.empty() && name.find_first_of(std::string_view("=\0", 2)) == name.npos;
}

void require_usable(const mcplumb::GateEnvironment& environment) {
  using namespace mcplumb;
  fuzz::require(!environment.command.empty(), "an environment has a command");
  for (const std::string& line : environment.prepare) fuzz::require(!line.empty(), "a command is not empty");
  for (const auto& [name, value] : environment.variables)
    fuzz::require(is_variable(name) && value.find('\0') == value.npos, "a variable can be set", name);
}

}  // namespace

MCPLUMB_FUZZER(gate_file_fuzz) {
  using namespace mcplumb;
  const GateFileResult read = read_gate_file(input, "fuzz.yaml");
  for (const Diagnostic& problem : read.problems) {
    fuzz::require(!problem.message.empty() && problem.line >= 1 && problem.column >= 1, "a mistake has its place");
    fuzz::require_printable(render(problem), "\n");
  }
  if (!read.problems.empty()) return;
  const GateFile& gate = read.gate;
  require_usable(gate.before);
  require_usable(gate.after);
  for (const Header& header : gate.headers)
    fuzz::require(is_token(header.name) && may_be_sent(header.value), "a header can be sent", header.name);
  for (const Tolerance& each : gate.tolerances)
    fuzz::require(!each.change.empty() && !each.reason.empty(), "what is tolerated has a reason");
  for (const Micros span : {gate.prepare_deadline, gate.ready_deadline, gate.request_deadline, gate.run_deadline,
                            gate.exit_deadline, gate.idle_window, gate.stream_window})
    fuzz::require(span >= 0 && span < 1000 * 24 * 3600 * kSecond, "a span is one that can be waited for");
  const std::string filled = fill_in(gate.before.command, {{"port", "8000"}});
  fuzz::require(fill_in(filled, {{"port", "8000"}}) == filled || gate.before.command.find("{{") != std::string::npos,
                "what was filled in holds no place for it", filled);
  static_cast<void>(secrets_of(gate));
}
