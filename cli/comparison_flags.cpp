// The flags of compare and lock.
#include "cli/command_line.hpp"
#include "cli/command_tree.hpp"

namespace mcplumb::cli {
namespace {

void add_comparison_output(CLI::App& command, ComparisonOutputOptions& options, bool own_target_options) {
  command.add_option("--json", options.json_file, "Write the comparison as JSON ('-' = stdout)")->type_name("FILE");
  command.add_option("--junit", options.junit_file, "Write JUnit XML ('-' = stdout)")->type_name("FILE");
  command.add_option("--markdown", options.markdown_file, "Write Markdown, as for $GITHUB_STEP_SUMMARY ('-' = stdout)")
      ->type_name("FILE");
  command.add_flag("--annotations", options.annotations, "Print GitHub annotations (::error …), too");
  command.add_flag("--strict", options.strict, "What works another way is a regression, too");
  if (own_target_options) return;
  add_color(command, options.color);
  command.add_flag("-v,--verbose", options.verbose, "Show every reworded text");
}

void add_compare(CommandTree& tree) {
  auto [command, options] =
      add_command(tree, "compare", "Compare two runs that were written with --json", &compare_command);
  command.add_option("before", options.before_file, "The run of before ('-' = stdin)")->required();
  command.add_option("after", options.after_file, "The run of after")->required();
  add_comparison_output(command, options, false);
  command.footer(R"(Example:
  mcplumb check http://127.0.0.1:8000/mcp --json before.json     (upgrade, restart)
  mcplumb check http://127.0.0.1:8000/mcp --json after.json
  mcplumb compare before.json after.json

Exit codes: 0 safe or changed, 7 broken (with --strict changed, too), 5 not everything could be compared.)");
}

// The flags of the target hold for the comparison, too.
int lock(const LockOptions& given) {
  LockOptions options = given;
  options.output.color = options.color;
  options.output.verbose = options.verbose;
  return lock_command(options);
}

void add_lock(CommandTree& tree) {
  auto [command, options] = add_command(
      tree, "lock", "Pin what a server offers (tools, prompts, resources, schemas) in a file, or compare it with one",
      &lock);
  add_target(tree, command, options);
  command.add_option("-o,--output", options.out_file, "Write the lock")->type_name("FILE");
  command.add_option("--lock", options.lock_file, "Compare with this lock")->type_name("FILE");
  add_comparison_output(command, options.output, true);
  command.footer(R"(Examples:
  mcplumb lock http://127.0.0.1:8000/mcp -o surface.json
  mcplumb lock http://127.0.0.1:8000/mcp --lock surface.json

Exit codes: 0 nothing breaks, 7 something that was pinned is gone or narrower, 3 and 4 no session.)");
}

}  // namespace

void add_comparison_commands(CommandTree& tree) {
  add_compare(tree);
  add_lock(tree);
}

}  // namespace mcplumb::cli
