// Values of HTTP header fields that the tool reads.
#pragma once

#include <string>
#include <string_view>

namespace mcplumb {

// ASCII letters in lower case, all other bytes as they are: what field names, schemes and hosts are compared by.
std::string lower_case(std::string_view text);

// "Text/Event-Stream; charset=utf-8" -> "text/event-stream" (RFC 9110 section 8.3.1: type and subtype ignore case).
std::string media_type(std::string_view content_type);

// scheme://host:port of an absolute http(s) URL, in lower case, default port filled in; empty if it is none.
// Two URLs are of one origin if these are equal (RFC 6454 section 4).
std::string origin_of(std::string_view url);

// The host names this very machine: localhost, 127.0.0.0/8 or [::1].
bool is_loopback(std::string_view url);

}  // namespace mcplumb
