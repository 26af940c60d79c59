// JSON in a sentence.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace mcplumb {

// JSON on one line, cut to about `longest` characters without ever writing out the whole value.
std::string excerpt(const nlohmann::json& value, std::size_t longest = 200);

}  // namespace mcplumb
