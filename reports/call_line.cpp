#include "reports/call_line.hpp"

#include "client/jsonrpc/message.hpp"
#include "reports/curl_line.hpp"

namespace mcplumb {

std::string call_line(const Run& run, const std::string& tool, const nlohmann::json& arguments, bool fits) {
  const std::string words =
      shell_quoted(tool) + " " + shell_quoted(serialize(arguments)) + (fits ? "" : " --no-validate");
  const bool is_program = run.target.starts_with("-- ");
  return "mcplumb call " + (is_program ? words + " " + run.target : run.target + " " + words);
}

}  // namespace mcplumb
