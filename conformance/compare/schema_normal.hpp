// Schemas brought to one form, so that two ways to write the same thing compare as the same.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>

namespace mcplumb {

// Follows local references ("#/$defs/…") of `root`, and writes alternatives that differ by type only as a list of
// types: anyOf [{type: string}, {type: "null"}] becomes type: [null, string], as some generators write it and others do
// not.
nlohmann::json normal_schema(const nlohmann::json& schema, const nlohmann::json& root);

bool mentions_ref(const nlohmann::json& schema);

// The items of `list` that are not in `other`.
nlohmann::json without(const nlohmann::json& list, const nlohmann::json& other);

std::span<const std::string_view> wording_keywords();  // title, description, default, …: they bind nobody
bool is_wording_keyword(std::string_view keyword);
bool is_definition_keyword(std::string_view keyword);  // $defs and the like: met where they are used

}  // namespace mcplumb
