#include "client/connect/target.hpp"

namespace mcplumb {
namespace {

std::string quoted(const std::string& word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

bool may_name_variable(std::string_view name) {
  return !name.empty() && name.find_first_of(std::string_view("=\0", 2)) == name.npos;
}

std::string command_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + quoted(word);
  return line;
}

Target Target::at(std::string url) {
  Target target;
  target.url = std::move(url);
  return target;
}

Target Target::program(std::vector<std::string> command) {
  Target target;
  target.command = std::move(command);
  return target;
}

Secrets secrets_of(const Target& target) {
  Secrets secrets;
  for (const std::string& value : target.secrets) secrets.add(value);
  if (!target.other_bearer.empty()) secrets.add(target.other_bearer);
  for (const Header& header : target.headers) secrets.add_header(header.name, header.value);
  for (const auto& [name, value] : target.environment) secrets.add_variable(name, value);
  secrets.add_url(target.url);
  secrets.add_url(target.connection.proxy);
  secrets.add_command(target.command);
  secrets.add_shell_line(target.serve);
  return secrets;
}

std::string to_string(const Target& target) {
  if (!target.shown.empty()) return target.shown;
  if (target.is_stdio()) return "-- " + command_line(target.command);
  if (!target.serve.empty()) return "--serve " + quoted(target.serve) + " --url " + quoted(target.url);
  return target.url;
}

}  // namespace mcplumb
