// A first suite for a server: what it offers today, written down so that a later change is noticed.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace mcplumb::cli {

struct Offer {
  nlohmann::json server;  // result of initialize, or of server/discover
  std::string revision;
  std::vector<nlohmann::json> tools, templates, prompts;
  bool has_resources = false;
};

// A commented suite file in the suite language. `target` and `file` are for the commands in its comments.
std::string suite_draft(const Offer& offer, const std::string& target, const std::string& file);

}  // namespace mcplumb::cli
