#include "reports/call_line.hpp"

#include "client/jsonrpc/message.hpp"
#include "reports/curl_line.hpp"

namespace mcplumb {

namespace {

std::string command_line(const Run& run, const std::string& command, const std::string& words) {
  const bool is_program = run.target.starts_with("-- ");
  return "mcplumb " + command + " " + (is_program ? words + " " + run.target : run.target + " " + words);
}

}  // namespace

std::string call_line(const Run& run, const std::string& tool, const nlohmann::json& arguments, bool fits) {
  const std::string words =
      shell_quoted(tool) + " " + shell_quoted(serialize(arguments)) + (fits ? "" : " --no-validate");
  return command_line(run, "call", words);
}

std::string offer_line(const Run& run, const nlohmann::json& params) {
  if (const std::string_view uri = string_member(params, "uri"); !uri.empty())
    return command_line(run, "read", shell_quoted(std::string(uri)));
  std::string words = shell_quoted(std::string(string_member(params, "name")));
  const nlohmann::json& arguments = part_at(params, {"arguments"});
  if (arguments.is_object())
    for (const auto& [name, value] : arguments.items())
      words += " " + shell_quoted(name + "=" + (value.is_string() ? value.get<std::string>() : serialize(value)));
  return command_line(run, "prompt", words);
}

}  // namespace mcplumb
