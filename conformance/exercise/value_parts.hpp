// Private to ValueMaker: what is read of a schema in several places.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mcplumb {

constexpr std::size_t kMadeTextMax = 10'000, kMadeItemsMax = 100, kMadeMembersMax = 60, kMadeBytesMax = 100'000;
constexpr std::size_t kLongestTextMade = 100'000;  // bytes, where a schema asks for more than is made by itself
constexpr int kMadeNestingMax = 6;
constexpr std::size_t kMadeOfOneMax = 100;  // values, of one schema: more than there are calls of one tool
// In memory: of one value; of all that are made in one go; of what is copied while a schema is taken apart.
constexpr std::size_t kMadeValueMax = 256 * 1024, kMadeValuesMax = 8 * 1024 * 1024, kTakenApartMax = 64 * 1024 * 1024;

std::optional<double> number_at(const nlohmann::json& schema, const char* key);
// Absent: it is not there, or no number of things.
std::optional<std::size_t> count_at(const nlohmann::json& schema, const char* key);
// Those that the schema names, or the one that its other keywords are about; "null" last.
std::vector<std::string> types_of(const nlohmann::json& schema);
// The text, cut to `most` characters or repeated up to `least`.
std::string sized(const std::string& text, std::size_t least, std::size_t most);
// The bytes that it takes in memory, about; not counted any further once there are `enough`.
std::size_t memory_of(const nlohmann::json& value, std::size_t enough);
// "limit: negative", "filter.limit: negative": where something stands, and what it is.
std::string placed(const std::string& name, const std::string& what);

}  // namespace mcplumb
