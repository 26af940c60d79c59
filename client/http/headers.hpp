// Putting together the headers of a request. Names compare without case.
#pragma once

#include <string_view>

#include "client/trace.hpp"

namespace mcplumb {

// A name that ends in `*` stands for all headers that are there and whose names begin so.
void set_header(Headers& headers, const Header& header);       // in place of those of the same name
void override_header(Headers& headers, const Header& header);  // the same; an empty value only removes them
void remove_header(Headers& headers, std::string_view name);

}  // namespace mcplumb
