// What a tool, a resource or a prompt gave out, for a person at a terminal. Whatever does not print is escaped.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace mcplumb {

// Line feeds and tabs stay, everything else that does not print is escaped. Ends with a line feed unless it is empty.
std::string printable_lines(std::string_view text);

// One content block: text as it is, anything else in brackets, in words: "[image image/png, 2.1 KiB]".
std::string content_text(const nlohmann::json& block);

// The result of tools/call: its content, and its structured content unless a text block says the same.
std::string call_result_text(const nlohmann::json& result);
// The result of resources/read. Binary parts are named, not shown.
std::string resource_text(const nlohmann::json& result);
// The result of prompts/get: each message with its role.
std::string prompt_text(const nlohmann::json& result);

std::string size_text(std::size_t bytes);  // "12 bytes", "2.1 KiB"

}  // namespace mcplumb
