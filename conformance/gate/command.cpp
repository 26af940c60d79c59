#include "conformance/gate/command.hpp"

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kOutputMax = 256 * 1024;
constexpr std::size_t kLineMax = 300;

struct Output : ChildProcess::Observer {
  void on_output(std::string_view bytes) override {
    text += bytes.substr(0, kOutputMax - std::min(kOutputMax, text.size()));
  }
  std::string text;
};

}  // namespace

CommandResult run_command(EventLoop& loop, const std::string& line, const std::string& directory,
                          std::vector<std::pair<std::string, std::string>> environment, Micros deadline,
                          bool take_output) {
  Trace trace;
  Output output;
  ChildOptions options;
  options.command = {"/bin/sh", "-c", line};
  options.environment = std::move(environment);
  options.directory = directory;
  options.speaks = take_output;
  options.grace = 0;
  options.log_tail = 64 * 1024;
  const std::string shown = "`" + shortened(line, 200) + "` ";
  ChildProcess child(loop, trace, std::move(options), &output);
  CommandResult result;
  const ProcessRecord& record = child.record();
  if (!record.problem.empty()) {
    result.problem = record.problem;
    return result;
  }
  loop.run_until([&] { return !child.running(); }, loop.now() + deadline);
  if (child.running()) {
    const bool stopped = loop.stopped();
    loop.resume();
    child.end();
    loop.run_until([&] { return !child.running(); }, loop.now() + 10 * kSecond);
    loop.cleaned_up();
    if (stopped) loop.stop();
    result.problem = shown + (stopped ? "was interrupted" : "did not end within " + whole_seconds(deadline));
  } else if (record.exit_status != 0) {
    result.problem = shown + ending_of(record);
  }
  result.succeeded = result.problem.empty();
  result.output = std::move(output.text);
  result.log = last_of(record.log.text());
  return result;
}

std::vector<std::string> last_of(const std::string& log, std::size_t most) {
  std::vector<std::string> lines;
  std::string_view rest = log;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (end > 0) lines.push_back(shortened(rest.substr(0, end), kLineMax));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (lines.size() > most) lines.erase(lines.begin(), lines.end() - static_cast<long>(most));
  return lines;
}

}  // namespace mcplumb
