// What must not leave the machine in a report: credentials and session ids.
#pragma once

#include <string>
#include <vector>

#include "client/http/secrets.hpp"
#include "client/trace.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// Headers that carry credentials lose their value; a session id keeps its first four characters, so that two can be
// told apart; URLs in Location lose their secrets (redact_url). Every function here leaves alone what it made itself.
Headers redact_headers(const Headers& headers);
bool is_secret_header(std::string_view name);

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

// What the peer and the programs of a run showed of secrets by themselves: in redirects, cookies, endpoint events and
// command lines.
Secrets secrets_of(const Trace& trace);

// The boundary: whatever is stored or shown of a run went through here once, when it was finished or read. The rules
// above hold for all its exchanges and programs, and no value of `secrets`, nor of secrets_of(trace), is in it
// anywhere: the whole record is walked, not a list of its members.
Run redact(Run run, const Secrets& secrets);
Exchange redact_exchange(const Exchange& exchange, const Secrets& secrets);  // the same for one that no run has

}  // namespace mcplumb
