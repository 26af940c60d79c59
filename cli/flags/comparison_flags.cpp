// The flags of compare, lock, gate and bisect.
#include "cli/commands/commands.hpp"
#include "cli/flags/command_tree.hpp"
#include "cli/flags/exit_code_text.hpp"
#include "cli/flags/option_values.hpp"

namespace mcplumb::cli {
namespace {

constexpr std::string_view kBroken = "broken (with --strict: broken or changed)";

void add_judgement(CLI::App& command, WantedReports& reports, bool& strict) {
  add_comparison_reports(command, reports);
  command.add_flag("--strict", strict, "Treat a change of behaviour as a regression, even if nothing broke");
}

void add_comparison(CLI::App& command, ComparisonOptions& options) {
  add_judgement(command, options.reports, options.strict);
  add_accept(command, options.accept);
  add_expect(command, options.expect);
  add_color(command, options.color);
  command.add_flag("-v,--verbose", options.verbose, "Show every text that was reworded");
}

void add_compare(CommandTree& tree) {
  auto [command, options] =
      add_command(tree, "compare", "Compare two runs that `check --json` wrote", &compare_command);
  command.add_option("before", options.before_file, "The JSON file of the earlier run ('-' = stdin)")->required();
  command.add_option("after", options.after_file, "The JSON file of the later run")->required();
  add_comparison(command, options);
  command.footer(R"(Example:
  mcplumb check http://127.0.0.1:8000/mcp --json before.json     (upgrade, restart)
  mcplumb check http://127.0.0.1:8000/mcp --json after.json
  mcplumb compare before.json after.json

)" + exit_code_lines({{kConforms, "safe or changed"},
                      {kRegression, kBroken},
                      {kHarmful},
                      {kUnreachable, "the run before found no server"},
                      {kAuthorization, "it was not authorized"},
                      {kNothingJudged, "no answer: it had no session for another reason, or too little was judged"}}));
}

void add_gate(CommandTree& tree) {
  auto [command, options] = add_command(
      tree, "gate", "Run a server before and after an upgrade, and say whether the upgrade is safe", &gate_command);
  command.add_option("file", options.file, "The gate file (docs/gate.md)")->required();
  command.add_option("--work", options.work, "Folder for the prepared environments and the JSON files of the runs")
      ->capture_default_str();
  command.add_flag("--no-prepare", options.no_prepare, "Do not prepare the environments; they are ready");
  add_max_reply(command, options.max_reply);
  add_called(command, options);
  add_comparison(command, options);
  command.footer(
      R"(Examples:
  mcplumb gate gate.yaml
  mcplumb gate gate.yaml --annotations --markdown "$GITHUB_STEP_SUMMARY" --junit gate.xml

)" + exit_code_lines(
          {{kConforms, "safe or changed"},
           {kRegression, kBroken},
           {kHarmful},
           {kUsage, "a mistake in the gate file"},
           {kUnreachable, "the server of `before` is unreachable"},
           {kAuthorization, "it requires authorization"},
           {kNothingJudged,
            "no answer: `before` had no session for another reason, an environment could not be prepared, "
            "no check could be judged or is in both runs, or the command was interrupted or had no time left"}}));
}

void add_bisect(CommandTree& tree) {
  auto [command, options] =
      add_command(tree, "bisect", "Find the first version of a package that breaks the server", &bisect_command);
  command.add_option("file", options.file, "The gate file (docs/gate.md); its commands contain {version}")->required();
  command.add_option("--package", options.package, "Name of the package to bisect")->required();
  command.add_option("--good", options.good, "A version that works")->required();
  command.add_option("--bad", options.bad, "A later version that does not work")->required();
  comma_separated(command.add_option("--versions", options.versions,
                                     "The versions to search, oldest first, instead of asking the index"))
      ->type_name("VERSION");
  command.add_option("--index", options.index, "Where to look up the versions: pip or npm")
      ->check(one_of({"pip", "npm"}))
      ->capture_default_str();
  command
      .add_option("--work", options.work,
                  "Folder for the environments and the runs; versions that were run already are not run again")
      ->capture_default_str();
  add_max_reply(command, options.max_reply);
  add_comparison(command, options);
  command.footer(R"(Examples:
  mcplumb bisect gate.yaml --package mcp --good 1.22.0 --bad 1.29.0
  mcplumb bisect gate.yaml --package mcp --good 1.22.0 --bad 1.24.0 --versions 1.22.0,1.23.0,1.23.1,1.24.0
  mcplumb bisect gate.yaml --package @modelcontextprotocol/sdk --index npm --good 1.25.3 --bad 1.29.0

Each version is installed and run once. After an interruption the same command continues where it stopped.
)" + exit_code_lines({{kRegression, "found"}, {kNothingJudged, "not found"}}));
}

void add_lock(CommandTree& tree) {
  auto [command, options] = add_command(
      tree, "lock",
      "Record what a server offers (tools, prompts, resources, schemas) in a lock file, or compare it with one",
      &lock_command);
  add_target(tree, command, options);
  command.add_option("-o,--output", options.out_file, "Write the lock to this file")->type_name("FILE");
  command.add_option("--lock", options.lock_file, "Compare the server with this lock file")->type_name("FILE");
  add_judgement(command, options.reports, options.strict);
  command.footer(R"(Examples:
  mcplumb lock http://127.0.0.1:8000/mcp -o surface.json
  mcplumb lock http://127.0.0.1:8000/mcp --lock surface.json

)" + exit_code_lines({{kConforms, "nothing broke"},
                      {kRegression, "something that the lock records is gone or accepts less"},
                      {kUnreachable},
                      {kAuthorization}}));
}

}  // namespace

void add_comparison_commands(CommandTree& tree) {
  add_compare(tree);
  add_lock(tree);
  add_gate(tree);
  add_bisect(tree);
}

}  // namespace mcplumb::cli
