// The flags of check, probe, checks, explain and report.
#include "cli/commands/commands.hpp"
#include "cli/flags/command_tree.hpp"
#include "cli/flags/exit_code_text.hpp"
#include "cli/flags/option_values.hpp"
#include "cli/input/roles.hpp"

namespace mcplumb::cli {
namespace {

void add_tools(CLI::App& command, CheckOptions& options) {
  command
      .add_option(
          "--tool", options.tools,
          "Allow a tool to be called, in this role (below): ROLE=NAME or 'ROLE=NAME {\"arg\": 1}'. Without this option "
          "the built-in checks call no tool")
      ->type_name("ROLE=NAME [JSON]");
  command
      .add_option(
          "--resource", options.resources,
          "Allow a resource to be read, or with a * at the end all whose URIs begin so: 'skill://*' (repeatable). "
          "Without this option none is read")
      ->type_name("URI");
  command
      .add_option("--prompt", options.prompts,
                  "Allow a prompt to be fetched: NAME or 'NAME {\"arg\": \"x\"}' (repeatable). Without this option "
                  "none is fetched")
      ->type_name("NAME [JSON]");
}

// How often, in which revisions, and side by side.
void add_runs(CLI::App& command, CheckOptions& options) {
  CLI::Option* repeat = command
                            .add_option("--repeat", options.repeat,
                                        "Run the suite N times; a check that fails in any run counts as failed, and as "
                                        "flaky if it passed in others. Runs go on side by side where the server copes; "
                                        "one that fails so is made again alone (--jobs 1: all are alone)")
                            ->check(from_to(1, 1000000))
                            ->type_name("N");
  CLI::Option* until_fail = command.add_flag(
      "--until-fail", options.until_fail,
      "Repeat until a run's exit code is not 0, at most --repeat times and no longer than --total-deadline");
  command
      .add_flag("--matrix", options.matrix,
                "Run the suite in every protocol revision that the server speaks, and show one table")
      ->excludes(repeat)
      ->excludes(until_fail)
      ->excludes(command.get_option("--revision"));
  command
      .add_option("-j,--jobs", options.jobs,
                  "Run N checks at once where neither they nor the server stand in the way (default: 24)")
      ->check(from_to(1, 64))
      ->type_name("N");
  command.add_option("--retries", options.retries, "Try a check again up to N times if the connection failed")
      ->check(from_to(0, 10))
      ->type_name("N");
  command.add_flag("--fail-fast", options.fail_fast, "Run no more checks after the first failure");
}

void add_baseline(CLI::App& command, CheckOptions& options) {
  CLI::Option* baseline = command
                              .add_option("--baseline", options.baseline_file,
                                          "Checks that are known not to pass, with reasons (docs/baselines.md)")
                              ->type_name("FILE");
  command.add_flag("--update-baseline", options.update_baseline, "Rewrite the baseline from this run")->needs(baseline);
  command
      .add_option("--lock", options.lock_file,
                  "Check that the server still offers what `mcplumb lock -o FILE` recorded; exit code 7 if it does not")
      ->type_name("FILE")
      ->excludes(command.get_option("--matrix"));
}

// What is run, how strictly it is judged, and how long it may take.
void add_selection(CLI::App& command, CheckOptions& options) {
  command
      .add_option("--suite", options.suites,
                  "Run this suite file instead of the built-in suite; its `use:` adds built-in checks (repeatable)")
      ->type_name("FILE");
  command
      .add_option("--var", options.variables,
                  "Set a variable of the suites: NAME=TEXT, NAME=@FILE or NAME:=JSON (repeatable)")
      ->type_name("NAME=VALUE");
  comma_separated(
      command.add_option("--only", options.only, "Run only checks whose id, area or tag (tag:NAME) matches the glob"))
      ->type_name("GLOB");
  comma_separated(
      command.add_option("--skip", options.skip, "Do not run checks whose id, area or tag matches the glob"))
      ->type_name("GLOB");
  command.add_flag("--strict", options.strict, "A broken SHOULD also fails the run");
  add_accept(command, options.accept);
  add_expect(command, options.expect);
  command.add_flag("--slow", options.slow, "Also run the checks that wait for the whole idle window");
  command.add_option("--idle-window", options.idle_window, "How long an idle stream is watched for a sign of life")
      ->capture_default_str();
}

void add_migrate(CLI::App& command, CheckOptions& options) {
  command
      .add_flag("--migrate", options.migrate,
                "Show what the server would have to change for revision 2026-07-28, judging by this run")
      ->excludes(command.get_option("--revision"))
      ->excludes(command.get_option("--era"))
      ->excludes(command.get_option("--matrix"))
      ->excludes(command.get_option("--repeat"))
      ->excludes(command.get_option("--until-fail"));
}

std::string examples_of_check() {
  return R"(Examples:
  mcplumb check http://127.0.0.1:8000/mcp
  mcplumb check http://127.0.0.1:8000/mcp --strict --junit report.xml
  mcplumb check http://127.0.0.1:8000/mcp --only 'session.*,streams' -v
  mcplumb check https://example.com/mcp -H 'Authorization: Bearer TOKEN' --json run.json
  mcplumb check http://127.0.0.1:8000/mcp --tool 'progress=count {"to": 5}'
  mcplumb check http://127.0.0.1:8000/mcp --suite mine.yaml --var city=Berlin
  mcplumb check http://127.0.0.1:8000/mcp --matrix --json all.json
  mcplumb check --manifest server.json
  mcplumb check http://127.0.0.1:8000/mcp --migrate
  mcplumb check http://127.0.0.1:8000/mcp --repeat 50 --until-fail
  mcplumb check http://127.0.0.1:8000/mcp --tools safe --expect 'tool.*.p95<300ms'
  mcplumb check http://127.0.0.1:8000/mcp --baseline known.json --update-baseline

)" + role_lines() +
         "\n" +
         exit_code_lines({{kConforms},
                          {kFailed},
                          {kUsage},
                          {kUnreachable},
                          {kAuthorization},
                          {kNothingJudged},
                          {kStaleBaseline},
                          {kRegression, "something that --lock recorded is gone"},
                          {kHarmful}});
}

void add_check(CommandTree& tree) {
  auto [command, options] =
      add_command(tree, "check", "Run the conformance suite against a server and give a verdict", &check_command);
  add_target(tree, command, options);
  set_default(command, "--total-deadline", options.total_deadline, "10m");
  add_tools(command, options);
  add_called(command, options);
  add_selection(command, options);
  add_run_reports(command, options.reports);
  add_runs(command, options);
  add_baseline(command, options);
  add_migrate(command, options);
  command
      .add_option(
          "--manifest", options.manifest_file,
          "Also judge what is published about the server: a server.json of the registry, an .mcpb bundle or its "
          "manifest.json, or a server card; without a server the file alone (docs/manifest.md)")
      ->type_name("FILE")
      ->excludes(command.get_option("--matrix"));
  command.add_flag("--list", options.list,
                   "List what would run and what would be skipped, and why, without contacting the server");
  command.footer(examples_of_check());
}

void add_exercise(CommandTree& tree) {
  auto [command, options] =
      add_command(tree, "exercise", "Call the tools with arguments made from their schemas, and judge what comes",
                  &exercise_command);
  add_target(tree, command, options);
  set_default(command, "--total-deadline", options.total_deadline, "10m");
  add_called(command, options);
  command.get_option("--tools")->description(
      "Which tools may be called: safe (those that say that they only read; the default), all, or a glob over names "
      "(repeatable, or with commas: a,b)");
  command
      .add_option(
          "--tool", options.tools,
          "What to call a tool with that --tools allows: 'content=git_log {\"repo_path\": \".\"}'; the first word is "
          "a role, as for check (repeatable)")
      ->type_name("ROLE=NAME JSON");
  command.add_flag("--strict", options.strict, "A broken SHOULD also fails the run");
  add_accept(command, options.accept);
  add_expect(command, options.expect);
  add_run_reports(command, options.reports);
  command.footer(R"(Examples:
  mcplumb exercise http://127.0.0.1:8000/mcp
  mcplumb exercise http://127.0.0.1:8000/mcp --tools all --not 'delete_*'
  mcplumb exercise --tools get_forecast --calls 50 --seed 7 -- python3 weather.py

Each tool is called with arguments that fit its input schema (examples, defaults, limits, Unicode, what is optional
left out), with several of them at once, and with such as break one rule of it. For each fault there is the call that
shows it. No tool is called that --tools does not allow; `safe` believes what a tool says of itself.

)" + exit_code_lines({{kConforms, "what was called works"},
                      {kFailed},
                      {kUsage},
                      {kUnreachable},
                      {kAuthorization},
                      {kNothingJudged, "no tool was called"},
                      {kHarmful, "no check failed, but a tool is silent, breaks inside or ends its session"}}));
}

void add_probe(CommandTree& tree) {
  auto [command, options] =
      add_command(tree, "probe", "Show what a live server is, how it behaves and how fast it answers; calls no tool",
                  &probe_command);
  add_target(tree, command, options);
  add_accept(command, options.accept);
  command.footer(R"(Example:
  mcplumb probe http://127.0.0.1:8000/mcp

Prints the revisions, server name, capabilities, counts, stream headers, timings and problems, in about 20 lines.)");
}

void add_checks(CommandTree& tree) {
  auto [command, options] = add_command(
      tree, "checks", "List all checks with their level, revisions and the requirements they cover", &checks_command);
  command.add_flag("--json", options.json, "Print JSON");
  command.add_option("--suite", options.suites, "Use this suite file instead of the built-in suite (repeatable)")
      ->type_name("FILE");
  command
      .add_option("--coverage", options.catalogues,
                  "Print how much of this catalogue of requirements the checks cover, by level and theme (repeatable)")
      ->type_name("FILE");
  command.add_flag("--shapes", options.shapes, "Print the shapes of messages that `conforms` names");
}

void add_explain(CommandTree& tree) {
  auto [command, options] =
      add_command(tree, "explain",
                  "Explain one check: its rule, level, script, specification link and cure; or a rule of diagnosis",
                  &explain_command);
  command.add_option("id", options.id, "Id of the check, or of the rule of diagnosis")->required();
  command.add_option("--suite", options.suites, "Use this suite file instead of the built-in suite (repeatable)")
      ->type_name("FILE");
  command.footer("Examples:\n  mcplumb explain session.terminated-404\n  mcplumb explain R-LIFESPAN");
}

void add_report(CommandTree& tree) {
  auto [command, options] = add_command(tree, "report", "Show a run that `check --json` wrote", &report_command);
  command.add_option("run", options.run_file, "The JSON file of the run ('-' = stdin)")->required();
  add_run_reports(command, options.reports);
  command.get_option("--json")->description("Write the run as JSON again ('-' = stdout)");
  add_color(command, options.color);
  command.add_flag("-v,--verbose", options.verbose, "Also show passed checks");
  command.footer("Example:\n  mcplumb report run.json --junit report.xml");
}

}  // namespace

void add_check_commands(CommandTree& tree) {
  add_check(tree);
  add_exercise(tree);
  add_probe(tree);
  add_checks(tree);
  add_explain(tree);
  add_report(tree);
}

}  // namespace mcplumb::cli
