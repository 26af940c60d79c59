// URI templates (RFC 6570) of the first level: variables in braces, and nothing else in them.
#pragma once

#include <string>

namespace mcplumb {

// Whether some values, none of them empty, expand the template to this URI. False for templates of a higher level.
bool expands_to(const std::string& uri_template, const std::string& uri);
// With this value for each variable, which needs no encoding. Empty for templates of a higher level.
std::string expand(const std::string& uri_template, const std::string& value);

}  // namespace mcplumb
