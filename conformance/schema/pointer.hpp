// JSON pointers (RFC 6901), as text and as steps.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcplumb::schema {

std::string pointer_step(std::string_view key);  // "/a~1b": a key as one step of a pointer
std::string pointer_step(std::size_t index);
// The steps of "/a~1b/0". Absent: this is no pointer.
std::optional<std::vector<std::string>> pointer_steps(std::string_view pointer);
// "%25" becomes "%"; what is no percent-encoding stays.
std::string percent_decoded(std::string_view text);

}  // namespace mcplumb::schema
