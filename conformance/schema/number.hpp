// JSON numbers compared as the decimals they are, not as the doubles they become: 0.0075 is a multiple of 0.0001, and
// 9007199254740993 is not 9007199254740992.0. What a double cannot hold is lost before it gets here.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace mcplumb::schema {

int compare_numbers(const nlohmann::json& a, const nlohmann::json& b);            // below, equal or above 0
bool is_integer(const nlohmann::json& value);                                     // 1.0 is one
bool is_multiple_of(const nlohmann::json& value, const nlohmann::json& divisor);  // false for a divisor of 0

// Values are equal exactly if these texts are: 1 and 1.0 have the same.
std::string canonical_text(const nlohmann::json& value);
bool equal(const nlohmann::json& a, const nlohmann::json& b);

}  // namespace mcplumb::schema
