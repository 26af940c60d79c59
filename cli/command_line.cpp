#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/support.hpp"
#include "client/http/http_client.hpp"

namespace mcplumb::cli {
namespace {

void add_target(CLI::App& command, TargetOptions& options) {
  command.add_option("url", options.url, "The server's MCP endpoint, e.g. http://127.0.0.1:8000/mcp")->required();
  command
      .add_option("-H,--header", options.headers,
                  "Header for every request, 'Name: value' (repeatable; redacted in reports)")
      ->type_name("HEADER");
  command.add_option("--revision", options.revision,
                     "Protocol revision to propose (default: the newest with a handshake)");
  command.add_option("--deadline", options.deadline, "Longest wait for one reply, e.g. 500ms, 10s, 2m")
      ->capture_default_str();
  command.add_option("--color", options.color, "auto, always or never (NO_COLOR is obeyed)")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command.add_flag_callback(
      "--no-color", [&options] { options.color = "never"; }, "The same as --color never");
  command.add_flag("-v,--verbose", options.verbose, "Show passes too, and what is going on");
}

void add_tools(CLI::App& command, CheckOptions& options) {
  command
      .add_option("--tool", options.tools,
                  "Allow a tool to be called and say what for: ROLE=NAME or 'ROLE=NAME {\"arg\": 1}'. Without it no "
                  "tool is called")
      ->type_name("ROLE=NAME [JSON]");
  command.add_option("--resource", options.resources, "Allow a resource to be read (repeatable). Without it none is")
      ->type_name("URI");
  command
      .add_option("--prompt", options.prompts,
                  "Allow a prompt to be fetched: NAME or 'NAME {\"arg\": \"x\"}' (repeatable). Without it none is")
      ->type_name("NAME [JSON]");
}

CLI::App* add_check(CLI::App& app, CheckOptions& options) {
  CLI::App* command = app.add_subcommand("check", "Run the conformance suite against a server and give a verdict");
  add_target(*command, options);
  add_tools(*command, options);
  command->add_option("--suite", options.suites, "Suite file to run instead of the built-in ones (repeatable)")
      ->type_name("FILE");
  command->add_option("--only", options.only, "Run only checks whose id, area or tag matches the glob (repeatable)")
      ->type_name("GLOB");
  command->add_option("--skip", options.skip, "Leave such checks out (repeatable)")->type_name("GLOB");
  command->add_flag("--strict", options.strict, "A broken SHOULD fails the run, too");
  command->add_flag("--slow", options.slow, "Also run the checks that wait for the idle window");
  command->add_option("--idle-window", options.idle_window, "How long an idle stream is watched for a sign of life")
      ->capture_default_str();
  command->add_option("--total-deadline", options.total_deadline, "Longest time for the whole run")
      ->capture_default_str();
  command->add_option("--json", options.json_file, "Write the whole run as JSON ('-' = stdout)")->type_name("FILE");
  command->add_option("--junit", options.junit_file, "Write JUnit XML ('-' = stdout)")->type_name("FILE");
  command->add_flag("--list", options.list, "Show what would run and what would be skipped and why; contacts nobody");
  command->footer(R"(Examples:
  mcplumb check http://127.0.0.1:8000/mcp
  mcplumb check http://127.0.0.1:8000/mcp --strict --junit report.xml
  mcplumb check http://127.0.0.1:8000/mcp --only 'session.*' --only streams -v
  mcplumb check https://example.com/mcp -H 'Authorization: Bearer TOKEN' --json run.json
  mcplumb check http://127.0.0.1:8000/mcp --tool 'progress=count {"to": 5}'

Exit codes: 0 conforms, 1 a check failed, 2 usage or suite error, 3 unreachable, 4 authorization,
5 nothing was judged or the run is incomplete.)");
  return command;
}

CLI::App* add_probe(CLI::App& app, CheckOptions& options) {
  CLI::App* command =
      app.add_subcommand("probe", "Look at a live server: what speaks here, how well, how fast. Calls no tool");
  add_target(*command, options);
  command->footer(R"(Example:
  mcplumb probe http://127.0.0.1:8000/mcp

Prints revisions, server, capabilities, counts, stream headers, timings and what is wrong, in about 20 lines.)");
  return command;
}

CLI::App* add_checks(CLI::App& app, ChecksOptions& options) {
  CLI::App* command =
      app.add_subcommand("checks", "List all checks with level, revisions and the requirements they cover");
  command->add_flag("--json", options.json, "As JSON");
  command->add_option("--suite", options.suites, "Of this suite file instead of the built-in ones (repeatable)")
      ->type_name("FILE");
  return command;
}

CLI::App* add_explain(CLI::App& app, ExplainOptions& options) {
  CLI::App* command = app.add_subcommand("explain", "Explain one check: rule, level, script, specification, cure");
  command->add_option("id", options.id, "Id of the check")->required();
  command->add_option("--suite", options.suites, "Of this suite file instead of the built-in ones (repeatable)")
      ->type_name("FILE");
  command->footer("Example:\n  mcplumb explain session.terminated-404");
  return command;
}

CLI::App* add_report(CLI::App& app, ReportOptions& options) {
  CLI::App* command = app.add_subcommand("report", "Show a run that was written with --json");
  command->add_option("run", options.run_file, "The JSON file ('-' = stdin)")->required();
  command->add_option("--json", options.json_file, "Write it as JSON again ('-' = stdout)")->type_name("FILE");
  command->add_option("--junit", options.junit_file, "Write JUnit XML ('-' = stdout)")->type_name("FILE");
  command->add_option("--color", options.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command->add_flag("-v,--verbose", options.verbose, "Show passes too");
  command->footer("Example:\n  mcplumb report run.json --junit report.xml");
  return command;
}

void add_comparison_output(CLI::App& command, ComparisonOutputOptions& options, bool own_target_options) {
  command.add_option("--json", options.json_file, "Write the comparison as JSON ('-' = stdout)")->type_name("FILE");
  command.add_option("--junit", options.junit_file, "Write JUnit XML ('-' = stdout)")->type_name("FILE");
  command.add_option("--markdown", options.markdown_file, "Write Markdown, as for $GITHUB_STEP_SUMMARY ('-' = stdout)")
      ->type_name("FILE");
  command.add_flag("--annotations", options.annotations, "Print GitHub annotations (::error …), too");
  command.add_flag("--strict", options.strict, "What works another way is a regression, too");
  if (own_target_options) return;
  command.add_option("--color", options.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command.add_flag("-v,--verbose", options.verbose, "Show every reworded text");
}

CLI::App* add_compare(CLI::App& app, ComparisonFiles& options) {
  CLI::App* command = app.add_subcommand("compare", "Compare two runs that were written with --json");
  command->add_option("before", options.before_file, "The run of before ('-' = stdin)")->required();
  command->add_option("after", options.after_file, "The run of after")->required();
  add_comparison_output(*command, options, false);
  command->footer(R"(Example:
  mcplumb check http://127.0.0.1:8000/mcp --json before.json     (upgrade, restart)
  mcplumb check http://127.0.0.1:8000/mcp --json after.json
  mcplumb compare before.json after.json

Exit codes: 0 safe or changed, 7 broken (with --strict changed, too), 5 not everything could be compared.)");
  return command;
}

CLI::App* add_gate(CLI::App& app, GateOptions& options) {
  CLI::App* command =
      app.add_subcommand("gate", "Run a server before and after an upgrade, and say whether the upgrade is safe");
  command->add_option("file", options.file, "The gate file (docs/gate.md)")->required();
  command->add_option("--work", options.work, "Folder for the environments and the runs")->capture_default_str();
  command->add_flag("--no-prepare", options.no_prepare, "The environments are prepared already");
  add_comparison_output(*command, options, false);
  command->footer(R"(Examples:
  mcplumb gate gate.yaml
  mcplumb gate gate.yaml --annotations --markdown "$GITHUB_STEP_SUMMARY" --junit gate.xml

Exit codes: 0 safe or changed, 7 broken (with --strict changed, too); 2 a mistake in the gate file; 3 and 4 the
server cannot be reached as it is before; 5 no answer: an environment could not be prepared, or interrupted.)");
  return command;
}

CLI::App* add_bisect(CLI::App& app, BisectOptions& options) {
  CLI::App* command = app.add_subcommand("bisect", "Find the first version of a package that breaks the server");
  command->add_option("file", options.file, "The gate file; its commands mention {version}")->required();
  command->add_option("--package", options.package, "The package that has versions")->required();
  command->add_option("--good", options.good, "A version that works")->required();
  command->add_option("--bad", options.bad, "A later one that does not")->required();
  command->add_option("--versions", options.versions, "All versions, oldest first, instead of asking the index")
      ->delimiter(',')
      ->type_name("A,B,C");
  command->add_option("--index", options.index, "Whom to ask for versions: pip or npm")
      ->check(CLI::IsMember({"pip", "npm"}))
      ->capture_default_str();
  command
      ->add_option("--work", options.work, "Folder for the environments and the runs; what is there is not run again")
      ->capture_default_str();
  add_comparison_output(*command, options, false);
  command->footer(R"(Examples:
  mcplumb bisect gate.yaml --package mcp --good 1.22.0 --bad 1.29.0
  mcplumb bisect gate.yaml --package mcp --good 1.22.0 --bad 1.24.0 --versions 1.22.0,1.23.0,1.23.1,1.24.0
  mcplumb bisect gate.yaml --package @modelcontextprotocol/sdk --index npm --good 1.25.3 --bad 1.29.0

Each version is installed and run once; interrupted, the same command goes on. Exit codes: 7 found, 5 not found.)");
  return command;
}

CLI::App* add_lock(CLI::App& app, LockOptions& options) {
  CLI::App* command = app.add_subcommand(
      "lock", "Pin what a server offers (tools, prompts, resources, schemas) in a file, or compare it with one");
  add_target(*command, options);
  command->add_option("-o,--output", options.out_file, "Write the lock")->type_name("FILE");
  command->add_option("--lock", options.lock_file, "Compare with this lock")->type_name("FILE");
  add_comparison_output(*command, options.output, true);
  command->footer(R"(Examples:
  mcplumb lock http://127.0.0.1:8000/mcp -o surface.json
  mcplumb lock http://127.0.0.1:8000/mcp --lock surface.json

Exit codes: 0 nothing breaks, 7 something that was pinned is gone or narrower, 3 and 4 no session.)");
  return command;
}

}  // namespace

int run(int argc, const char* const* argv) {
  CLI::App app("A plumb line for MCP servers: probes them, and checks them against a scripted conformance suite.",
               "mcplumb");
  app.set_version_flag("--version", [] { return "mcplumb " MCPLUMB_VERSION " (" + HttpLibrary::version() + ")"; });
  app.require_subcommand(1);
  app.footer(R"(Start here:
  mcplumb probe http://127.0.0.1:8000/mcp       what speaks here?
  mcplumb check http://127.0.0.1:8000/mcp       is it straight?
  mcplumb explain ping.respond                  what does a check want?)");
  CheckOptions check, probe;
  ChecksOptions checks;
  ExplainOptions explain;
  ReportOptions report;
  ComparisonFiles compare;
  LockOptions lock;
  GateOptions gate;
  BisectOptions bisect;
  const CLI::App* check_app = add_check(app, check);
  const CLI::App* probe_app = add_probe(app, probe);
  const CLI::App* checks_app = add_checks(app, checks);
  const CLI::App* explain_app = add_explain(app, explain);
  const CLI::App* report_app = add_report(app, report);
  const CLI::App* compare_app = add_compare(app, compare);
  const CLI::App* gate_app = add_gate(app, gate);
  const CLI::App* bisect_app = add_bisect(app, bisect);
  add_lock(app, lock);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    const int code = app.exit(problem);
    return code == 0 ? kConforms : kUsage;
  }
  try {
    if (check_app->parsed()) return check_command(check);
    if (probe_app->parsed()) return probe_command(probe);
    if (checks_app->parsed()) return checks_command(checks);
    if (explain_app->parsed()) return explain_command(explain);
    if (report_app->parsed()) return report_command(report);
    if (compare_app->parsed()) return compare_command(compare);
    if (gate_app->parsed()) return gate_command(gate);
    if (bisect_app->parsed()) return bisect_command(bisect);
    lock.output.color = lock.color;
    lock.output.verbose = lock.verbose;
    return lock_command(lock);
  } catch (const UsageError& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return kUsage;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "mcplumb: error: %s\n", problem.what());
    return kUsage;
  }
}

}  // namespace mcplumb::cli
