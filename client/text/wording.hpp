// Counts and spans of time in words, for people. Spans are in microseconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mcplumb {

std::string plural(std::size_t count, const char* one, const char* many);  // "1 check", "3 checks"
std::string listed(std::span<const std::string_view> words);               // "a, b and c"

std::string whole_size(std::size_t bytes);  // "4 MiB", rounded down

// How each sentence about a bound of ours says that it is one; is_own_limit knows them by it.
inline constexpr std::string_view kOwnLimit = "mcplumb's own limit";
bool is_own_limit(std::string_view sentence);
inline constexpr std::string_view kRaised = "; --max-reply raises it";  // what is said behind it
// "larger than 4 MiB, mcplumb's own limit; --max-reply raises it"
std::string beyond_own_limit(std::size_t bytes);
// "more than 24 MiB of memory once read, mcplumb's own limit; --max-reply raises it", or with another cure at its end
std::string more_memory_than_own_limit(std::size_t bytes, std::string_view cure = {});

// "more than 5000 messages on one reply, mcplumb's own limit" (docs/limits.md); the same of an amount: "256 KiB"
std::string more_than_own_limit(std::size_t count, std::string_view of_what);
std::string more_than_own_limit(std::string_view amount);

// A span that was measured, as exact as it is useful: "1.25 ms", "180 ms", "2.14 s"; "?" if it is not known (negative).
std::string span_text(std::int64_t micros);
// The same within a sentence, rounded: "180 ms", "2.1 s".
std::string rounded_span(std::int64_t micros);
std::string seconds_text(std::int64_t micros);       // "0.3 s", "2.1 s"
std::string whole_seconds(std::int64_t micros);      // "30 s": a deadline
std::string milliseconds_text(std::int64_t micros);  // "1500 ms"

}  // namespace mcplumb
