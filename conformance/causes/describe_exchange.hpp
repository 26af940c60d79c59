// What an exchange was and brought, in words of evidence.
#pragma once

#include <string>

#include "client/trace.hpp"

namespace mcplumb {

bool is_initialize(const Exchange& exchange);

// A line that a program wrote, in lower case: that it serves HTTP; how it wants to be called.
bool tells_of_http(const std::string& line);
bool tells_usage(const std::string& line);

bool was_connected(const Exchange& exchange);  // somebody accepted the connection
// A deadline of ours passed before the response, whatever had come by then.
bool was_waited_for_in_vain(const Exchange& exchange);
bool is_get_stream(const Exchange& exchange);  // a request for one
// A stream of the transport of 2024-11-05: its first event names the endpoint.
bool is_old_stream(const Exchange& exchange);
const Exchange* old_stream(const Trace& trace);  // the first of them; null without one
// The reply is, or brought, a JSON-RPC result.
bool has_result(const Exchange& exchange);
// The message of the JSON-RPC error that the reply is, or brought; empty if it is none.
std::string error_message(const Exchange& exchange);

// "500 text/plain, 21 bytes", "no reply within the time allowed"
std::string describe_reply(const Exchange& exchange);
// The same without what differs from run to run: "400 application/json, error -32700", "421, no content type",
// "no reply: refused"
std::string describe_answer(const Exchange& exchange);
// Who between us and the server gave himself away, "server: nginx"; empty if nobody did.
std::string describe_proxy(const Exchange& exchange);
// What a reply_origin() says as a sentence: "A gateway did not wait."; a product keeps its name.
std::string sentence_of(std::string words);
// "GET /mcp"
std::string describe_request(const Exchange& exchange);

}  // namespace mcplumb
