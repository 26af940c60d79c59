// The flags of every command that asks a server: which one, how to reach it, how long to wait.
#include <limits>

#include "cli/flags/command_tree.hpp"
#include "cli/flags/option_values.hpp"

namespace mcplumb::cli {
namespace {

void add_server(CLI::App& command, TargetOptions& options, const char* url) {
  command.add_option(url, options.url, "The server's MCP endpoint, e.g. http://127.0.0.1:8000/mcp")->type_name("URL");
  command
      .add_option(
          "--serve", options.serve,
          "Shell command that starts a server at --url and is stopped at the end; {port} in both is replaced by a "
          "free port")
      ->type_name("COMMAND");
  CLI::Option* server =
      command.add_option("--server", options.server, "Name of the server in the file of --config")->type_name("NAME");
  command
      .add_option("--config", options.config_file,
                  "Take the server from this configuration file of an MCP client (mcpServers: command, args, env, url, "
                  "headers)")
      ->type_name("FILE");
  server->needs("--config");
  command.add_option("--cwd", options.directory, "Start the server in this folder")->type_name("FOLDER");
  command.add_option("--transport", options.transport, "auto, streamable-http, http-sse or stdio")
      ->check(one_of({"auto", "streamable-http", "http-sse", "stdio"}))
      ->capture_default_str();
  add_max_reply(command, options.max_reply);
  command.add_option("--revision", options.revision,
                     "Protocol revision to propose (default: the newest of the server's era)");
  command
      .add_option("--era", options.era,
                  "Talk to the server with a handshake (stateful, up to 2025-11-25) or without one (stateless, "
                  "2026-07-28); auto asks the server")
      ->check(one_of({"auto", "stateful", "stateless"}))
      ->capture_default_str();
}

void add_connection(CLI::App& command, TargetOptions& options) {
  const char* group = "Connection";
  command
      .add_option(
          "-H,--header", options.headers,
          "Add a header to every request: 'Name: value', Name=@env:VARIABLE or Name=@FILE (repeatable; its value "
          "is redacted in reports)")
      ->type_name("HEADER")
      ->group(group);
  command
      .add_option("--bearer", options.bearer, "Send 'Authorization: Bearer' with the token in @env:VARIABLE or @FILE")
      ->type_name("@WHERE")
      ->group(group);
  command
      .add_option("--other-bearer", options.other_bearer,
                  "Token of a second user, in @env:VARIABLE or @FILE: checks then look whether sessions are kept apart")
      ->type_name("@WHERE")
      ->group(group);
  command
      .add_option("--ca-file", options.ca_file,
                  "Trust the certificates in this PEM file instead of those of the system")
      ->type_name("FILE")
      ->group(group);
  command.add_option("--cert", options.certificate, "Client certificate (PEM)")->type_name("FILE")->group(group);
  command
      .add_option("--key", options.key, "Private key of the client certificate (PEM; default: in the file of --cert)")
      ->type_name("FILE")
      ->group(group);
  command.add_flag("--insecure", options.insecure, "Accept any server certificate")->group(group);
  command
      .add_option("--proxy", options.proxy,
                  "Proxy URL, or 'env' to obey http_proxy, https_proxy, all_proxy and no_proxy (default: no proxy)")
      ->type_name("URL")
      ->group(group);
  command
      .add_option("--unix-socket", options.unix_socket, "Connect to this Unix socket instead of the host in the URL")
      ->type_name("PATH")
      ->group(group);
  command.add_option("--resolve", options.resolve, "Use this address for a host: HOST:PORT:ADDRESS (repeatable)")
      ->type_name("HOST:PORT:ADDR")
      ->group(group);
  command.add_flag("--http2", options.http2, "Offer HTTP/2 (over TLS, by ALPN)")->group(group);
}

void add_deadlines(CLI::App& command, TargetOptions& options) {
  const char* group = "Deadlines (500ms, 10s, 2m)";
  const auto add = [&](const char* name, std::string& value, const char* text) {
    CLI::Option* option = command.add_option(name, value, text)->type_name("TIME")->group(group);
    if (!value.empty()) option->capture_default_str();
  };
  add("--deadline", options.deadline, "Longest wait for one reply");
  add("--connect-deadline", options.connect_deadline, "Longest wait for a connection, including TLS");
  add("--headers-deadline", options.headers_deadline, "Longest wait for the headers of a reply");
  add("--first-event-deadline", options.first_event_deadline,
      "Longest wait between the headers of a reply and the first byte of its body");
  add("--idle-deadline", options.idle_deadline, "Longest silence in the middle of a reply");
  add("--start-deadline", options.start_deadline, "Longest wait for a started server to answer for the first time");
  add("--total-deadline", options.total_deadline, "Longest time for the whole command, whatever the server does");
}

void add_flags(CLI::App& command, TargetOptions& options, const char* url) {
  add_server(command, options, url);
  add_connection(command, options);
  add_deadlines(command, options);
  add_color(command, options.color);
  command.add_flag("-v,--verbose", options.verbose, "Show more details, and log what happens");
}

}  // namespace

void set_default(CLI::App& command, const char* option, std::string& value, const char* text) {
  value = text;
  command.get_option(option)->capture_default_str();
}

void add_max_reply(CLI::App& command, std::string& size) {
  command
      .add_option("--max-reply", size,
                  "Largest message that is taken from the server, over any transport (500k, 16M, 1G)")
      ->type_name("SIZE")
      ->capture_default_str();
}

void add_accept(CLI::App& command, std::vector<std::string>& rules) {
  comma_separated(
      command.add_option("--accept", rules,
                         "A cause that is known and shall not count, by its rule: R-BUFFERED; see `mcplumb explain`"))
      ->type_name("RULE");
}

void add_called(CLI::App& command, CalledOptions& options) {
  comma_separated(
      command.add_option("--tools", options.call_tools,
                         "Call tools with arguments made from their schemas: none, safe (those that say that they only "
                         "read), all, or a glob over names"))
      ->type_name("none|safe|all|GLOB");
  command
      .add_option(
          "--resources", options.call_resources,
          "Read resources by themselves: none, safe (all that are listed), all (templates, too), or a glob over "
          "URIs (repeatable)")
      ->type_name("none|safe|all|GLOB");
  comma_separated(
      command.add_option("--prompts", options.call_prompts,
                         "Fetch prompts by themselves, with texts for their arguments: none, safe or all, or a glob "
                         "over names"))
      ->type_name("none|safe|all|GLOB");
  comma_separated(
      command.add_option("--not", options.call_not,
                         "Never call, read or fetch these by --tools, --resources and --prompts: a glob, in which ? "
                         "stands for a comma of a URI"))
      ->type_name("GLOB");
  command.add_option("--seed", options.seed, "Of what --tools decides by chance: the same calls for the same number")
      ->check(from_to(0, std::numeric_limits<std::int64_t>::max()))
      ->default_str(std::to_string(ExerciseOptions{}.seed));
  command
      .add_option("--calls", options.calls,
                  "Largest number of calls that --tools, --resources and --prompts make in all")
      ->check(from_to(1, 1000000))
      ->default_str(std::to_string(ExerciseOptions{}.calls));
}

void add_expect(CLI::App& command, std::vector<std::string>& budgets) {
  command
      .add_option("--expect", budgets,
                  "How long the server may take, of what was called or asked: GLOB.STAT<LIMIT, as in "
                  "'tool.*.p95<300ms' or 'request.ping.median<=50ms' (repeatable; docs/suite-language.md)")
      ->type_name("BUDGET");
}

void add_color(CLI::App& command, std::string& color) {
  command.add_option("--color", color, "Use colours: auto, always or never (NO_COLOR is obeyed)")
      ->check(one_of({"auto", "always", "never"}))
      ->capture_default_str();
  command.add_flag_callback(
      "--no-color", [&color] { color = "never"; }, "Same as --color never");
}

void add_target(CommandTree& tree, CLI::App& command, TargetOptions& options) {
  tree.targets.emplace_back(&command, &options);
  add_flags(command, options, "url,--url");
}

void add_target_and_words(CommandTree& tree, CLI::App& command, ServerOptions& options,
                          const std::vector<Word>& words) {
  tree.targets.emplace_back(&command, &options);
  command.add_option("target", options.first,
                     "URL of the server's MCP endpoint; omit it if the server is named by --, --serve or --config");
  for (const Word& word : words)
    if (word.many)
      command.add_option(word.name, options.rest, word.description);
    else
      command.add_option(word.name, options.second, word.description);
  add_flags(command, options, "--url");
}

}  // namespace mcplumb::cli
