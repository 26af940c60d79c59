// What can be read from what was given out: which kind of bytes it is, and whether it is a program that broke.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace mcplumb {

// The media type of the bytes, as far as their beginning tells: "image/png"; empty: it does not.
std::string media_type_of_bytes(std::string_view bytes);
// Whether two names can stand for one media type: "audio/wav" and "audio/x-wav; rate=8000".
bool is_same_media_type(std::string_view a, std::string_view b);

// What is wrong with the bytes of a content block, or of the contents of a resource: they are not what `mimeType` says,
// or an image or a sound has none. Empty: nothing, or nothing that can be seen.
std::string wrong_media(const nlohmann::json& block);

// The line that shows it, of a stack trace in a text, or in any text within a value; empty: there is none. Of a
// sentence that only speaks of one, none is found: the frames have to be there.
std::string stack_trace_in(const std::string& text);
std::string stack_trace_in(const nlohmann::json& value);

}  // namespace mcplumb
