#include "cli/input/target.hpp"

#include <arpa/inet.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "cli/input/claimed_files.hpp"
#include "cli/input/client_config.hpp"
#include "cli/input/files.hpp"
#include "cli/input/known_secrets.hpp"
#include "cli/input/proxy.hpp"
#include "cli/input/run_options.hpp"
#include "cli/input/usage.hpp"
#include "client/connect/served_program.hpp"
#include "client/http/headers.hpp"
#include "client/http/url.hpp"
#include "client/text/printable.hpp"

namespace mcplumb::cli {
namespace {

void check_url(const std::string& url) {
  const std::string problem = url_problem(url);
  if (problem.empty()) return;
  std::string hint;
  const UrlParts parts = split_url(url);
  if (!parts.has_authority && !url.starts_with('/') && !parts.scheme.starts_with("http"))
    hint = "; did you mean http://" + printable(url) + " ?";
  if (!hint.empty() && !lacks_only_scheme(url))
    hint += " A program that speaks stdio stands behind --: mcplumb … -- " + printable(url);
  if (parts.scheme == "file" && parts.path.size() > 1)
    hint = ". A program that speaks stdio stands behind --: mcplumb … -- " + printable(parts.path);
  throw usage("'" + printable(url) + "' is not an http or https URL that can be asked: " + problem + hint);
}

// One server, named in one way.
void check_kinds(const TargetOptions& options) {
  std::string kinds;
  int count = 0;
  const auto add = [&](bool named, const char* text) {
    if (!named) return;
    kinds += (count++ == 0 ? "" : " and ") + std::string(text);
  };
  add(!options.url.empty() && options.serve.empty(), "a URL");
  add(!options.command.empty(), "a command after --");
  add(!options.serve.empty(), "--serve");
  add(!options.config_file.empty(), "--config");
  if (count == 0)
    throw usage(
        "no server is named; give a URL, or `-- COMMAND ARGUMENTS` to start one that speaks stdio, or --serve "
        "COMMAND --url URL, or --config FILE --server NAME");
  if (count > 1) throw usage("two servers are named, by " + kinds + "; name one");
  if (!options.serve.empty() && options.url.empty())
    throw usage("--serve needs the URL that it will answer on, e.g. --url http://127.0.0.1:{port}/mcp");
}

void check_transport(const Target& target, const std::string& wish) {
  if (wish == "auto") return;
  const bool wants_program = !has_http(*transport_kind_from(wish));
  if (wants_program != target.is_stdio())
    throw usage(wants_program ? "--transport stdio needs a command to start: mcplumb … -- COMMAND ARGUMENTS"
                              : "a command after -- speaks stdio, not " + wish +
                                    "; to start a server that speaks HTTP use --serve");
}

// Of files that libcurl reads itself, anew for each connection.
void check_readable(const std::string& path, const char* option) {
  if (path.empty()) return;
  const std::string cannot = std::string(option) + " " + printable(path) + " cannot be read: ";
  struct stat status {};
  if (access(path.c_str(), R_OK) != 0 || stat(path.c_str(), &status) != 0) throw usage(cannot + std::strerror(errno));
  if (S_ISDIR(status.st_mode)) throw usage(cannot + std::strerror(EISDIR));
  if (S_ISFIFO(status.st_mode)) throw usage(cannot + "it is a pipe, and it is read more than once; write it to a file");
  claim_input(status, path);
}

std::string proxy_of(const TargetOptions& options, const std::string& url) {
  const bool from_environment = options.proxy == "env";
  std::string proxy = from_environment                 ? proxy_from_environment(url)
                      : options.proxy.starts_with('@') ? read_secret(options.proxy, "--proxy")
                                                       : options.proxy;
  if (proxy.empty()) return "";
  if (!split_url(proxy).has_authority) proxy = "http://" + proxy;
  constexpr std::string_view kSchemes[] = {"http", "https", "socks4", "socks4a", "socks5", "socks5h"};
  const std::string_view scheme = split_url(proxy).scheme;
  const bool known = std::find(std::begin(kSchemes), std::end(kSchemes), scheme) != std::end(kSchemes);
  const std::string problem =
      known ? url_problem("http" + proxy.substr(scheme.size())) : "it begins with no known word";
  if (problem.empty()) return proxy;
  throw usage(std::string(from_environment ? "the proxy of the environment" : "--proxy") +
              " is not a proxy URL: " + problem + "; write http://HOST:PORT, https:// or socks5://, or 'env'");
}

bool is_port(std::string_view text) {
  int number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && end == text.data() + text.size() && number > 0 && number < 65536;
}

// "127.0.0.1", "::1", "[::1]"
bool is_address(std::string text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  in6_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1 || inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

// libcurl passes over what it cannot read, and would ask whoever the name leads to.
bool is_resolve(const std::string& entry) {
  const std::size_t host = entry.find(':'), port = entry.find(':', std::min(host, entry.size() - 1) + 1);
  if (host == 0 || host == entry.npos || port == entry.npos) return false;
  if (!is_port(std::string_view(entry).substr(host + 1, port - host - 1))) return false;
  for (std::size_t start = port + 1; start != 0;) {
    const std::size_t comma = entry.find(',', start);
    if (!is_address(entry.substr(start, comma - start))) return false;
    start = comma + 1;
  }
  return true;
}

void check_resolve(const std::vector<std::string>& entries) {
  for (const std::string& entry : entries)
    if (!is_resolve(entry))
      throw usage("--resolve " + printable(entry) +
                  " is not HOST:PORT:ADDRESS; the port is a number and the address one of IPv4 or IPv6");
}

Micros optional_duration(const std::string& text, const char* option) {
  return text.empty() ? kNever : parse_duration(text, option);
}

ConnectionOptions connection_of(const TargetOptions& options, const std::string& url) {
  check_readable(options.ca_file, "--ca-file");
  check_readable(options.certificate, "--cert");
  check_readable(options.key, "--key");
  check_resolve(options.resolve);
  if (!options.key.empty() && options.certificate.empty()) throw usage("--key needs --cert");
  ConnectionOptions connection;
  connection.proxy = proxy_of(options, url);
  connection.ca_file = options.ca_file;
  connection.client_certificate = options.certificate;
  connection.client_key = options.key;
  connection.unix_socket = options.unix_socket;
  connection.resolve = options.resolve;
  connection.insecure = options.insecure;
  connection.http2 = options.http2;
  connection.message_max = parse_size(options.max_reply, "--max-reply");
  connection.connect_deadline = parse_duration(options.connect_deadline, "--connect-deadline");
  connection.headers_deadline = optional_duration(options.headers_deadline, "--headers-deadline");
  connection.first_byte_deadline = optional_duration(options.first_event_deadline, "--first-event-deadline");
  connection.idle_deadline = optional_duration(options.idle_deadline, "--idle-deadline");
  return connection;
}

std::string read_token(const std::string& where, const std::string& option) {
  if (!where.starts_with('@'))
    throw usage(option + " takes @env:VARIABLE or @FILE, because what stands on a command line can be read by others");
  const std::string token = read_secret(where, option);
  if (const std::string problem = header_problem({"Authorization", token}); !problem.empty())
    throw usage(option + ": " + printable(where) + " is no token: " + problem);
  return token;
}

Headers headers_of(const TargetOptions& options, Headers headers) {
  for (const std::string& text : options.headers) headers.push_back(parse_header(text));
  if (!options.bearer.empty()) headers.push_back({"Authorization", "Bearer " + read_token(options.bearer, "--bearer")});
  return headers;
}

std::string config_words(const TargetOptions& options) {
  std::vector<std::string> words = {"--config", options.config_file};
  if (!options.server.empty()) words.insert(words.end(), {"--server", options.server});
  return command_line(words);
}

}  // namespace

bool names_target(const TargetOptions& options) {
  return !options.command.empty() || !options.serve.empty() || !options.config_file.empty();
}

std::vector<std::string> words_behind_target(ServerOptions& options) {
  std::vector<std::string> words;
  for (const std::string& word : {options.first, options.second})
    if (!word.empty()) words.push_back(word);
  words.insert(words.end(), options.rest.begin(), options.rest.end());
  if (words.empty() || names_target(options) || !options.url.empty()) return words;
  options.url = words.front();
  words.erase(words.begin());
  return words;
}

std::string read_secret(const std::string& where, const std::string& option) {
  std::string value;
  if (where.starts_with("@env:")) {
    const std::string name = where.substr(5);
    const char* found = std::getenv(name.c_str());
    if (found == nullptr) throw usage(option + ": the environment variable " + printable(name) + " is not set");
    value = found;
  } else {
    value = read_file(where.substr(1));
  }
  while (value.ends_with('\n') || value.ends_with('\r')) value.pop_back();
  if (value.empty()) throw usage(option + ": " + printable(where) + " is empty");
  if (!may_be_sent(value)) throw usage(option + ": " + printable(where) + " holds more than one line");
  known_secrets().add(value);
  return value;
}

Header parse_header(const std::string& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), [](const char& c) { return is_token({&c, 1}); });
  const std::string name(text.begin(), end);
  const std::string rest(end, text.end());
  const std::string option = "-H " + (name.empty() ? "…" : name + "…");
  if (name.empty() || (!rest.starts_with(':') && !rest.starts_with("=@")))
    throw usage(option + " is not a header; write -H 'Name: value', -H Name=@env:VARIABLE or -H Name=@FILE");
  const std::size_t start = std::min(rest.find_first_not_of(" \t", 1), rest.size());
  Header header{name, rest[0] == '=' ? read_secret(rest.substr(1), "-H " + name) : rest.substr(start)};
  if (const std::string problem = header_problem(header); !problem.empty()) throw usage("-H " + name + ": " + problem);
  return header;
}

Target target_of(const TargetOptions& options) {
  for (const std::string* url : {&options.url, &options.proxy})
    known_secrets().add_url(*url);  // a message may quote it
  check_kinds(options);
  Target target;
  if (!options.config_file.empty())
    target = read_client_config(read_file(options.config_file), options.config_file, options.server);
  if (!options.url.empty()) target.url = options.url;
  if (!options.command.empty()) target.command = options.command;
  target.serve = options.serve;
  if (!options.directory.empty()) target.directory = options.directory;
  if (!target.serve.empty()) {
    target.shown = to_string(target);  // the port that is chosen differs from run to run
    choose_port(target);
  }
  if (!options.config_file.empty()) target.shown = config_words(options);
  if (!target.is_stdio()) check_url(target.url);
  check_transport(target, options.transport);
  if (options.transport != "auto") target.transport = transport_kind_from(options.transport);
  target.headers = headers_of(options, std::move(target.headers));
  if (!options.other_bearer.empty()) target.other_bearer = read_token(options.other_bearer, "--other-bearer");
  if (find_header(target.headers, "authorization") == "Bearer " + target.other_bearer)
    throw usage("--other-bearer is the token of another user, and this is the one that --bearer or -H sends");
  target.connection = connection_of(options, target.url);
  target.start_deadline = parse_duration(options.start_deadline, "--start-deadline");
  known_secrets().add(secrets_of(target));
  return target;
}

}  // namespace mcplumb::cli
