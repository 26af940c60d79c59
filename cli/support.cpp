#include "cli/support.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>

#include "cli/target.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/session/session.hpp"
#include "conformance/judge/judges.hpp"
#include "conformance/script/builtin.hpp"
#include "conformance/script/reader.hpp"

namespace mcplumb::cli {
namespace {

constexpr std::size_t kFileMax = 64 * 1024 * 1024;

// ROLE=NAME or ROLE=NAME {json}
std::pair<std::string, ToolRole> parse_tool(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string wrong = "--tool '" + printable(text) + "' is not ROLE=NAME or 'ROLE=NAME {\"argument\": value}'";
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) throw usage(wrong);
  const std::size_t brace = text.find('{', equals);
  ToolRole role;
  role.tool = text.substr(equals + 1, brace == std::string::npos ? brace : brace - equals - 1);
  role.tool.erase(role.tool.find_last_not_of(' ') + 1);
  if (role.tool.empty()) throw usage(wrong);
  if (brace != std::string::npos) {
    Result<nlohmann::json> arguments = parse_json(text.substr(brace), {}, nullptr);
    if (!arguments)
      throw usage("--tool " + text.substr(0, equals) + ": its arguments are no JSON: " + arguments.error().what);
    role.arguments = std::move(*arguments);
  }
  return {text.substr(0, equals), std::move(role)};
}

// NAME or NAME {json}, as params of prompts/get
nlohmann::json parse_prompt(const std::string& text) {
  const std::size_t brace = text.find('{');
  std::string name = text.substr(0, brace);
  name.erase(name.find_last_not_of(' ') + 1);
  if (name.empty()) throw usage("--prompt '" + printable(text) + "' is not NAME or 'NAME {\"argument\": \"value\"}'");
  nlohmann::json params = {{"name", name}};
  if (brace == std::string::npos) return params;
  Result<nlohmann::json> arguments = parse_json(text.substr(brace), {}, nullptr);
  if (!arguments) throw usage("--prompt " + printable(name) + ": its arguments are no JSON: " + arguments.error().what);
  for (const auto& [key, value] : arguments->items())
    if (!value.is_string())
      throw usage("--prompt " + printable(name) + ": the argument " + printable(key) + " must be text, in quotes");
  params["arguments"] = std::move(*arguments);
  return params;
}

}  // namespace

std::string read_file(const std::string& path) {
  std::string text;
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) throw usage(path + " cannot be read: " + std::strerror(errno));
  }
  std::istream& in = path == "-" ? std::cin : file;
  char block[65536];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(in.gcount()));
    if (text.size() > kFileMax) throw usage(path + " is larger than 64 MiB");
  }
  if (in.bad()) throw usage(path + " cannot be read");
  return text;
}

Run read_run(const std::string& path) { return parse_run(read_file(path), path); }

Run parse_run(const std::string& text, const std::string& path) {
  const Result<nlohmann::json> parsed = parse_json(text, {}, nullptr);
  if (!parsed) throw usage(path + " is no JSON: " + parsed.error().what);
  Result<Run> run = run_from_json(*parsed);
  if (!run) throw usage(path + (run.error().where.empty() ? "" : " at " + run.error().where) + ": " + run.error().what);
  return std::move(*run);
}

Micros parse_duration(const std::string& text, const std::string& option) {
  const auto span = mcplumb::parse_duration(text);
  if (!span || span->count() <= 0)
    throw usage(option + " " + printable(text) + " is no duration; write 500ms, 10s or 2m");
  return span->count() * kMillisecond;
}

std::string revision_of(const TargetOptions& options) {
  const std::string& revision = options.revision;
  if (options.transport == "http-sse" && (options.era == "stateless" || revision == kStatelessRevision))
    throw usage("the transport http-sse is older than revision 2026-07-28; there is no such server");
  if (!revision.empty() && !is_published_revision(revision))
    throw usage("--revision " + printable(revision) +
                " is no published revision; known are 2024-11-05, 2025-03-26, 2025-06-18, 2025-11-25 and 2026-07-28");
  if (options.era == "auto") return revision;
  const Era era = options.era == "stateless" ? Era::stateless : Era::stateful;
  if (revision.empty()) return std::string(era == Era::stateless ? kStatelessRevision : kNewestHandshakeRevision);
  if (era_of(revision) != era) throw usage("--revision " + revision + " does not belong to --era " + options.era);
  return revision;
}

RunOptions run_options(const CheckOptions& options) {
  RunOptions run;
  run.target = target_of(options);
  run.revision = revision_of(options);
  run.only = options.only;
  run.skip = options.skip;
  for (const std::string& tool : options.tools) run.roles.insert(parse_tool(tool));
  run.resources = options.resources;
  for (const std::string& prompt : options.prompts) run.prompts.push_back(parse_prompt(prompt));
  run.strict = options.strict;
  run.slow = options.slow;
  run.fail_fast = options.fail_fast;
  run.migrate = options.migrate;
  run.retries = static_cast<std::size_t>(options.retries);
  run.deadline = parse_duration(options.deadline, "--deadline");
  run.idle_window = parse_duration(options.idle_window, "--idle-window");
  run.total_deadline = parse_duration(options.total_deadline, "--total-deadline");
  return run;
}

bool use_color(const std::string& wish, int fd) {
  if (wish != "auto") return wish == "always";
  const auto is_set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  if (is_set("NO_COLOR")) return false;
  if (is_set("CLICOLOR_FORCE")) return true;
  const char* terminal = std::getenv("TERM");
  return isatty(fd) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

int terminal_width(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  const int width = columns != nullptr ? std::atoi(columns) : 0;
  return width >= 20 && width <= 1000 ? width : 80;
}

std::string now_rfc3339() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace mcplumb::cli
