// What a client without credentials is told: after a refusal, where to get some (RFC 9728), and what a browser hears
// before it sends a request (Fetch, "CORS-preflight request"). Harmless requests, without anything of the user's.
#pragma once

#include "conformance/probes/raw_requests.hpp"

namespace mcplumb {

// GETs the metadata of the protected resource: where the challenge says, if that is on the same origin, and at the
// well-known places.
void look_at_resource_metadata(HttpClient& http, const ConnectionOptions& connection, const Exchange& refused);

// Sends the preflight of a POST with the headers that MCP needs. False: there is no reply.
bool ask_preflight(HttpClient& http, const ConnectionOptions& connection, const std::string& url);

}  // namespace mcplumb
