// What must not leave the machine in a report: credentials and session ids.
#pragma once

#include <string>
#include <vector>

#include "client/trace.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

inline constexpr const char* kRedacted = "<redacted>";

// Headers that carry credentials lose their value; a session id keeps its first four characters, so that two can be
// told apart; URLs in Location lose their secrets (redact_url). Every function here leaves alone what it made itself.
Headers redact_headers(const Headers& headers);
bool is_secret_header(std::string_view name);

// Without user information, and without the values of query parameters whose names speak of secrets; of a session's id
// (HTTP+SSE has it there) the first four characters stay.
std::string redact_url(std::string_view url);

// What a tool, a resource or a prompt gave out is not stored, only its shape: strings become "<12 bytes of text>",
// except under keys that tell the shape itself (type, mimeType, method, …). Numbers and booleans stay.
nlohmann::json shape_of(const nlohmann::json& value);
// The reply of this exchange holds such content.
bool holds_content(const Exchange& exchange);
// Body and events of such an exchange as shapes, and results on a GET stream; any other exchange as it is. Headers and
// URL redacted in both.
Exchange redact_exchange(const Exchange& exchange);

// Words of a command line: the value of `--api-key=…`, and the word after `--api-key` or `-H`, if the name speaks of
// secrets; URLs as redact_url has them.
std::vector<std::string> redact_command(const std::vector<std::string>& words);
// Such words, and in what it wrote the same words again and bearer tokens.
ProcessRecord redact_process(const ProcessRecord& process);

// Replaces these values wherever they stand in a run: in what was sent, what came back, what is offered, and what was
// found and said about it. Short ones
// are left alone, they would hit too much.
void redact_values(Run& run, const std::vector<std::string>& secrets);

}  // namespace mcplumb
