// The flags of call, list, read, prompt, init and healthz: the everyday commands.
#include "cli/commands/commands.hpp"
#include "cli/flags/command_tree.hpp"
#include "cli/flags/exit_code_text.hpp"

namespace mcplumb::cli {
namespace {

// Of the commands that ask a server one thing, below their examples.
std::string with_exit_codes(const std::string& examples) {
  return examples + "\n\n" +
         exit_code_lines(
             {{kConforms, "success"},
              {kFailed, "the server answered with an error or with a result that breaks its own schema"},
              {kUsage, "wrong usage"},
              {kUnreachable},
              {kAuthorization},
              {kNothingJudged, "interrupted, --total-deadline passed, or a limit of mcplumb itself was met"}});
}

// For what the user asked for by name: an image in base64 may take more than any list.
constexpr const char* kOneResult = "6M";

void add_json(CLI::App& command, ServerOptions& options) {
  command.add_flag("--json", options.json, "Print the server's answer as JSON");
}

void add_call(CommandTree& tree) {
  auto [command, options] = add_command(tree, "call", "Call a tool and show its result", &call_command);
  add_target_and_words(tree, command, options,
                       {{"tool", "Name of the tool"},
                        {"arguments",
                         "name=value (typed by the tool's schema), name=@FILE, name:=JSON, or all arguments at once "
                         "as {JSON} or @FILE",
                         true}});
  add_json(command, options);
  command.add_flag("--no-validate", options.no_validate,
                   "Send the arguments as they are, without checking them against the tool's schema");
  command.add_flag("--task", options.task, "Call the tool as a task (2025-11-25), if it can be one");
  command
      .add_option("--log-level", options.log_level,
                  "Ask for log messages of this level and above: debug, info, warning, …")
      ->type_name("LEVEL");
  set_default(command, "--max-reply", options.max_reply, kOneResult);
  set_default(command, "--deadline", options.deadline, "60s");
  set_default(command, "--total-deadline", options.total_deadline, "10m");
  command.footer(with_exit_codes(R"(Examples:
  mcplumb call http://127.0.0.1:8000/mcp get_forecast city=Oslo days=3
  mcplumb call http://127.0.0.1:8000/mcp search '{"query": "mcp", "limit": 5}' --json
  mcplumb call http://127.0.0.1:8000/mcp store text=@notes.txt tags:='["a", "b"]'
  mcplumb call read_file path=/tmp/x -- npx -y @modelcontextprotocol/server-filesystem /tmp
  mcplumb call --config mcp.json --server weather get_forecast city=Oslo

A call that is answered with a task is followed to its result. Ctrl-C cancels it.
Progress and log messages go to stderr while the tool runs, the result to stdout. The arguments are checked
against the tool's input schema before the call, and a structured result against its output schema.)"));
}

void add_list(CommandTree& tree) {
  auto [command, options] =
      add_command(tree, "list", "Show the tools, resources, templates and prompts of a server", &list_command);
  add_target_and_words(
      tree, command, options,
      {{"kinds", "tools, resources, templates or prompts (default: all that the server declares)", true}});
  add_json(command, options);
  command.footer(with_exit_codes(R"(Examples:
  mcplumb list http://127.0.0.1:8000/mcp
  mcplumb list http://127.0.0.1:8000/mcp tools -v          with all arguments and their types
  mcplumb list http://127.0.0.1:8000/mcp tools --json | jq '.tools[].name'
  mcplumb list -- python3 server.py)"));
}

void add_read(CommandTree& tree) {
  auto [command, options] = add_command(tree, "read", "Read a resource", &read_command);
  add_target_and_words(tree, command, options, {{"uri", "URI of the resource"}});
  add_json(command, options);
  set_default(command, "--max-reply", options.max_reply, kOneResult);
  command.add_option("-o,--output", options.output, "Write the contents, text or binary, to this file ('-' = stdout)")
      ->type_name("FILE");
  command.footer(with_exit_codes(R"(Examples:
  mcplumb read http://127.0.0.1:8000/mcp file:///readme.md
  mcplumb read http://127.0.0.1:8000/mcp demo://logo.png -o logo.png)"));
}

void add_prompt(CommandTree& tree) {
  auto [command, options] = add_command(tree, "prompt", "Get a prompt with its arguments filled in", &prompt_command);
  add_target_and_words(tree, command, options,
                       {{"name", "Name of the prompt"}, {"arguments", "name=text or name=@FILE", true}});
  add_json(command, options);
  set_default(command, "--max-reply", options.max_reply, kOneResult);
  command.footer(with_exit_codes(R"(Example:
  mcplumb prompt http://127.0.0.1:8000/mcp review language=C++ code=@main.cpp)"));
}

void add_init(CommandTree& tree) {
  auto [command, options] =
      add_command(tree, "init", "Write a first suite for a server, from what it offers today", &init_command);
  add_target_and_words(tree, command, options, {});
  command.add_option("-o,--output", options.output, "The file to write ('-' = stdout)")
      ->type_name("FILE")
      ->capture_default_str();
  command.add_flag("--force", options.force, "Overwrite the file if it exists");
  command.footer(with_exit_codes(R"(Examples:
  mcplumb init http://127.0.0.1:8000/mcp                   writes mcplumb.yaml
  mcplumb check http://127.0.0.1:8000/mcp --suite mcplumb.yaml
  mcplumb init -o weather.yaml -- python3 weather.py

No tool is called.)"));
}

void add_healthz(CommandTree& tree) {
  auto [command, options] = add_command(
      tree, "healthz", "Say in one line whether a server answers; for container health checks", &healthz_command);
  add_target_and_words(tree, command, options, {});
  set_default(command, "--deadline", options.deadline, "5s");
  set_default(command, "--connect-deadline", options.connect_deadline, "5s");
  set_default(command, "--total-deadline", options.total_deadline, "45s");
  command.footer(R"(Examples:
  mcplumb healthz http://127.0.0.1:8000/mcp
  HEALTHCHECK CMD ["mcplumb", "healthz", "http://127.0.0.1:8000/mcp"]        (Dockerfile)

Opens a session, sends a ping and ends the session. A server of revision 2026-07-28 is asked `server/discover`
instead. )" + exit_code_lines({{kConforms, "healthy"},
                               {kFailed, "the answer is an error or is not MCP"},
                               {kUsage, "wrong usage"},
                               {kUnreachable},
                               {kAuthorization}}));
}

}  // namespace

void add_server_commands(CommandTree& tree) {
  add_call(tree);
  add_list(tree);
  add_read(tree);
  add_prompt(tree);
  add_init(tree);
  add_healthz(tree);
}

}  // namespace mcplumb::cli
