// Putting together the headers of a request. Names compare without case.
#pragma once

#include <string_view>

#include "client/trace.hpp"

namespace mcplumb {

bool is_token(std::string_view text);      // RFC 9110 section 5.6.2: what a name may be
bool may_be_sent(std::string_view value);  // section 5.5: a value with CR, LF or NUL in it must not be

// Why a user's header cannot be put into every request: "its value holds a line break"; empty = it can.
std::string header_problem(const Header& header);

// A name that ends in `*` stands for all headers that are there and whose names begin so.
void set_header(Headers& headers, const Header& header);       // in place of those of the same name
void set_headers(Headers& headers, const Headers& wanted);     // the same for each; several of one name stay several
void override_header(Headers& headers, const Header& header);  // the same; an empty value only removes them
void remove_header(Headers& headers, std::string_view name);

}  // namespace mcplumb
