// What a list of tools costs a model that is given it: names, descriptions and input schemas go into its context.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace mcplumb {

// Bytes of JSON that a client hands to a model for these tools, the elements of tools/list.
std::size_t bytes_for_model(const nlohmann::json& tools);
std::size_t bytes_of_tool_for_model(const nlohmann::json& tool);
// A rule of thumb that is right within a third for the usual tokenizers, English descriptions and JSON.
std::size_t tokens_of(std::size_t bytes);
std::string tokens_text(std::size_t bytes);      // "about 980 tokens"
std::string model_cost_text(std::size_t bytes);  // "about 980 tokens for a model"

}  // namespace mcplumb
