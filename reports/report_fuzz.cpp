// Reports of a run that a hostile server filled: nothing acts on a terminal, and text of the server never becomes
// markup, a command or a row, whatever the format. The input is that text.
#include "client/jsonrpc/message.hpp"
#include "reports/call_line.hpp"
#include "reports/comparison_report.hpp"
#include "reports/content_text.hpp"
#include "reports/curl_line.hpp"
#include "reports/formats.hpp"
#include "reports/junit_report.hpp"
#include "reports/layout.hpp"
#include "reports/sample_comparisons.hpp"
#include "reports/sample_runs.hpp"
#include "tests/fuzz.hpp"

namespace {

using namespace mcplumb;

// Texts of the peer wherever a run has one.
Run run_of(const std::string& text) {
  Run run = sample::diagnosed();
  run.handshake_problem = text;
  run.server = ServerFacts{text, text, text, text, {{text, text}}, TransportKind::streamable_http};
  run.diagnoses[0].title = run.diagnoses[0].cause = run.diagnoses[0].evidence[0] = text;
  Outcome fail = sample::outcome("tools.progress", Level::must, Verdict::fail, text);
  fail.reason = text;
  fail.findings = {{Verdict::fail, text, text, text, 0, text}};
  run.outcomes.push_back(fail);
  Exchange& exchange = run.trace.exchanges[0];
  exchange.blocks[0].reason = exchange.body = text;
  exchange.blocks[0].headers.push_back({text, text});
  exchange.events.push_back({1, text, text, std::nullopt, true, text, false});
  exchange.failure = Failure{FailureKind::cut, text, 1};
  exchange.message = {{"method", text}, {"params", text}};
  exchange.request.body = exchange.message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return run;
}

Comparison comparison_of(const std::string& text) {
  Comparison made = sample::broken();
  made.title = made.before.server = made.after.server = made.harm = text;
  for (Change& change : made.changes) change.id = change.what = change.before = change.after = text;
  made.changes.back().tolerated = text.empty() ? "x" : text;
  made.causes[0].title = made.causes[0].cause = made.causes[0].evidence[0] = text;
  made.doubts = made.notes = {text};
  made.after.versions = made.after.log = {text};
  return made;
}

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + what.size())) ++count;
  return count;
}

// Without what Markdown shows as it is: lines of code, and the zero-width space that keeps a mention from being one.
std::string markup_of(std::string markdown) {
  std::string out;
  for (std::string_view rest = markdown; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    if (!line.starts_with("    ")) out.append(line) += '\n';
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  for (std::size_t at; (at = out.find("@\xE2\x80\x8B")) != out.npos;) out.erase(at + 1, 3);
  return out;
}

// The marks of a format are ours alone: there are as many as with a harmless text in place of it.
void require_same_marks(const std::string& hostile, const std::string& harmless,
                        const std::vector<const char*>& marks) {
  fuzz::require_printable(hostile, "\n\t");
  for (const char* mark : marks)
    fuzz::require(count_of(hostile, mark) == count_of(harmless, mark), std::string("the server writes no ") + mark,
                  hostile);
}

// As a POSIX shell with $'…' would read one word; "no word" if it is not one.
std::string shell_word(std::string_view quoted) {
  if (quoted.starts_with("$'")) return "dollar";
  std::string out;
  for (bool inside = false; !quoted.empty(); quoted.remove_prefix(1)) {
    const char c = quoted.front();
    if (c == '\'') {
      inside = !inside;
    } else if (!inside && c == '\\' && quoted.size() > 1) {
      quoted.remove_prefix(1);
      out += quoted.front();
    } else if (!inside && std::string_view(" \t\n;&|<>()$`\\\"*?[#~!{}").find(c) != std::string_view::npos) {
      return "no word";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

MCPLUMB_FUZZER(report_fuzz) {
  if (input.empty()) return;
  const std::string text(input);
  const Run run = run_of(text);
  const Comparison comparison = comparison_of(text);
  static const std::string kRun = render_junit(run_of("x")), kJunit = render_comparison_junit(comparison_of("x"), true),
                           kAnnotations = render_annotations(comparison_of("x"), true),
                           kMarkdown = markup_of(render_comparison_markdown(comparison_of("x")));
  require_same_marks(render_junit(run), kRun, {"<", ">", "\""});
  require_same_marks(render_comparison_junit(comparison, true), kJunit, {"<", ">", "\""});
  require_same_marks(render_annotations(comparison, true), kAnnotations, {"\n::", "\n", "##["});
  require_same_marks(markup_of(render_comparison_markdown(comparison)), kMarkdown,
                     {"<", "\n|", "\n#", "\n```", "\n\n"});
  for (const ReportFormat& format : report_formats()) {
    if (format.run != nullptr) fuzz::require_printable(format.run(run), "\n\t");
    if (format.comparison != nullptr) fuzz::require_printable(markup_of(format.comparison(comparison, true)), "\n\t");
  }
  TerminalOptions options;
  options.verbose = true;
  options.width = 60;
  fuzz::require_printable(render_terminal(run, options), "\n");
  fuzz::require_printable(render_comparison(comparison, options, true), "\n");

  fuzz::require_printable(xml_escaped(input), "\n\t");
  fuzz::require(xml_escaped(input).find_first_of("<>\"") == std::string::npos, "XML text holds no markup");
  fuzz::require(columns(fitted(input, 30)) <= 60, "a fitted text fits", fitted(input, 30));
  fuzz::require_printable(fitted(input, 30));
  fuzz::require_printable(wrapped(input, 4, 40), "\n");
  fuzz::require_printable(printable_lines(input), "\n\t");
  const std::vector<std::string> rows = folded(input, 20, 3);
  fuzz::require(!rows.empty() && rows.size() <= 3, "text is folded into rows");
  for (const std::string& row : rows) fuzz::require_printable(row);
  const std::string word = shell_quoted(input);
  fuzz::require_printable(word);
  const std::string read = shell_word(word);
  fuzz::require(read == "dollar" || read == input, "a shell reads the word back", word);
  fuzz::require_printable(curl_line(run.trace.exchanges[0]));
  const nlohmann::json block = {{"type", text}, {"text", text}, {"mimeType", text}, {"data", text}};
  fuzz::require_printable(content_text(block), "\n\t");
  fuzz::require_printable(call_result_text({{"content", {block}}, {"structuredContent", text}}), "\n\t");
}
