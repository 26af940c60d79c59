// JSON-RPC 2.0 messages as values, and JSON text from a peer that may be hostile.
// https://www.jsonrpc.org/specification, https://modelcontextprotocol.io/specification/2025-11-25/basic#messages
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "client/result.hpp"

namespace mcplumb {

// Codes of errors (JSON-RPC 2.0 section 5.1).
inline constexpr int kMethodNotFound = -32601, kInvalidParams = -32602, kInternalError = -32603;

struct JsonLimits {
  std::size_t depth = 256;                // of nested arrays and objects; nlohmann copies and prints by recursion
  std::size_t memory = 24 * 1024 * 1024;  // bytes that the value may take, about; many times the text where it is small
  std::string_view cure = {};             // what to do where it takes more; empty: --max-reply
  std::size_t text = static_cast<std::size_t>(-1);   // bytes of the text
  std::size_t token = static_cast<std::size_t>(-1);  // bytes of one string in it; an eighth of that of blanks
};
// Of a file that the user has chosen.
inline constexpr JsonLimits kOwnFile{
    256, 60 * 1024 * 1024, " for a file; leave out or split off what is not needed (a run gets smaller with --only)",
    32 * 1024 * 1024, 8 * 1024 * 1024};

// Parses one JSON text (RFC 8259), without exceptions. The error says what is wrong and at which byte; that the value
// takes too much memory, or is nested too deeply, is its own_limit. Of duplicate keys the last one counts; their names
// go into `duplicate_keys`, and what the value takes into `memory`, if they are given.
[[nodiscard]] Result<nlohmann::json> parse_json(std::string_view text, JsonLimits limits,
                                                std::vector<std::string>* duplicate_keys,
                                                std::size_t* memory = nullptr);

// What nlohmann says about a text, without its own head: "[json.exception.parse_error.101] parse error at line 1,
// column 2: syntax error while …". A view into `what`.
std::string_view reason_of_parser(std::string_view what);

// JSON on one line; bytes that are no UTF-8 become U+FFFD.
std::string serialize(const nlohmann::json& value);

// The member of an object; null if there is none, or if `value` is no object.
const nlohmann::json* member(const nlohmann::json& value, std::string_view name);
// A member that is a string; empty otherwise. Lives as long as `value`.
std::string_view string_member(const nlohmann::json& value, std::string_view name);
// What a path of members leads to, through what may be no object; null if it leads nowhere. Lives as long as `value`.
const nlohmann::json& part_at(const nlohmann::json& value, std::initializer_list<std::string_view> path);
// error.code of a response, whatever its type; null if there is none. Lives as long as `response`.
const nlohmann::json* error_code(const nlohmann::json& response);

bool is_request(const nlohmann::json& message);  // it has a method and an id
// A message of MCP that only asks, or sets what it would set again: whoever did not hear of it may be told once more.
bool may_be_sent_again(const nlohmann::json& message);
// JSON-RPC ids: 1 and "1" are two, 1 and 1.0 are one.
bool same_id(const nlohmann::json& a, const nlohmann::json& b);

// `params` is left out if it is null.
nlohmann::json make_request(nlohmann::json id, std::string_view method, nlohmann::json params);
nlohmann::json make_notification(std::string_view method, nlohmann::json params);

// At most `longest` characters of a text on one line: what does not print escaped, the end marked by "…" if something
// was left out. For messages to people.
std::string shortened(std::string_view text, std::size_t longest);

}  // namespace mcplumb
