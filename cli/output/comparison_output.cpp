#include "cli/output/comparison_output.hpp"

#include "cli/input/options.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"

#include <unistd.h>

#include "reports/comparison_report.hpp"

namespace mcplumb::cli {

ComparisonOutput::ComparisonOutput(const ComparisonOutputOptions& options)
    : options_(options),
      json_(options.json_file, "--json"),
      junit_(options.junit_file, "--junit"),
      markdown_(options.markdown_file, "--markdown") {
  const int wishes = static_cast<int>(json_.is_stdout()) + static_cast<int>(junit_.is_stdout()) +
                     static_cast<int>(markdown_.is_stdout());
  if (wishes > 1) throw UsageError("mcplumb: error: only one report can go to stdout ('-'); give the others a file");
}

void ComparisonOutput::write(const Comparison& comparison) {
  const bool taken = json_.is_stdout() || junit_.is_stdout() || markdown_.is_stdout();
  if (!taken) {
    TerminalOptions terminal;
    terminal.color = use_color(options_.color, STDOUT_FILENO);
    terminal.width = terminal_width(STDOUT_FILENO);
    terminal.verbose = options_.verbose;
    print(render_comparison(comparison, terminal, options_.strict));
    if (options_.annotations) print(render_annotations(comparison, options_.strict));
  }
  if (json_.wanted()) json_.write(render_comparison_json(comparison, options_.strict));
  if (junit_.wanted()) junit_.write(render_comparison_junit(comparison, options_.strict));
  if (markdown_.wanted()) markdown_.write(render_comparison_markdown(comparison));
}

}  // namespace mcplumb::cli
