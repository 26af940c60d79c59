// `${name}` in the strings of arguments and matchers. `$${` stands for the text `${`.
//
// A string that is nothing but `${name}` becomes the value with its type; inside longer text a string goes in as it is,
// any other value as JSON. Keys of maps are left alone.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "client/result.hpp"

namespace mcplumb {

using Variables = std::map<std::string, nlohmann::json>;

// The part of a name that must be known: all of it, or what stands before a path into the value, "tool" of
// "tool.inputSchema.type". Empty if nothing is known.
std::string known_part(std::string_view name, const std::function<bool(const std::string&)>& is_known);

// The names a text refers to; an error if a `${` is not closed or holds no name.
[[nodiscard]] Result<std::vector<std::string>> names_in(std::string_view text);

// Whether the text refers to any, rightly.
// What `${parent:NAME}` is about; other names are as they are.
std::string_view without_parent(std::string_view name);
bool refers_to_a_name(std::string_view text);

// Fails for a name that has no value; a path that leads nowhere gives null.
[[nodiscard]] Result<nlohmann::json> interpolate(const nlohmann::json& value, const Variables& variables);

// As above into a regular expression: every character of a value stands for itself.
[[nodiscard]] Result<std::string> interpolate_pattern(std::string_view pattern, const Variables& variables);

}  // namespace mcplumb
