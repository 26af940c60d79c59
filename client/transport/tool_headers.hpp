// The headers of the stateless era that repeat arguments of a tool: Mcp-Param-NAME, for each property of the tool's
// input schema that says `x-mcp-header: NAME` (2026-07-28, basic/transports#custom-headers).
//
// Which ones a tool has is learnt from every tools/list result that comes by; nothing is asked for here.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "client/allowance.hpp"
#include "client/trace.hpp"

namespace mcplumb {

// Why clients must leave a tool out over HTTP: an x-mcp-header that is no header name, is there twice, or stands where
// no header can come from. One sentence; empty = nothing is wrong.
std::string tool_header_problem(const nlohmann::json& tool);

class ToolHeaders {
 public:
  void learn(const nlohmann::json& tools_list_result);
  // Of a tools/call request; empty for any other message.
  Headers headers_for(const nlohmann::json& message) const;

 private:
  struct Repeated {
    std::string header;
    std::vector<std::string> path;  // of properties, into the arguments
  };
  void collect(const nlohmann::json& schema, std::vector<std::string>& path, std::vector<Repeated>& into);
  void forget(std::string_view tool);
  static std::size_t bytes_of(const Repeated& repeated);

  std::map<std::string, std::vector<Repeated>, std::less<>> tools_;
  Allowance bytes_{4 * 1024 * 1024};  // of names, which many properties share on their paths
};

}  // namespace mcplumb
