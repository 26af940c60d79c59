// The SDKs, by what they say in errors, and how they write streams.
#include "client/http/url.hpp"
#include "client/media_type.hpp"
#include "conformance/causes/fingerprints.hpp"

namespace mcplumb {
namespace {

using E = const Exchange&;

bool says(E e, std::string_view part) { return e.body.find(part) != std::string::npos; }
bool refuses_with(E e, int status, std::string_view part) { return e.status() == status && says(e, part); }
std::string type_of_reply(E e) { return media_type(e.header("content-type").value_or("")); }
std::string server_of(E e) { return e.header("server").value_or(""); }
bool sends_session(E e) { return find_header(e.request.headers, "mcp-session-id").has_value(); }
bool is_plain(E e) { return type_of_reply(e) == "text/plain"; }
bool is_json(E e) { return type_of_reply(e) == "application/json"; }
bool is_uvicorn(E e) { return server_of(e) == "uvicorn"; }
// net/http of Go writes all its errors with it.
bool has_nosniff(E e) { return e.header("x-content-type-options").value_or("") == "nosniff"; }

bool redirects_by_uvicorn(E e, const std::string& from, const std::string& to) {
  return e.status() == 307 && is_uvicorn(e) && path_of(e.request.url) + from == path_of(*e.header("location")) + to;
}

bool is_typescript_error(E e) {
  return e.status() >= 400 && is_json(e) && says(e, "\"code\":-32000") && says(e, "\"id\":null") && !is_uvicorn(e) &&
         !server_of(e).starts_with("Ktor") &&
         (says(e, "\"Bad Request: ") || says(e, "\"Not Acceptable: Client must accept"));
}

constexpr Fingerprint kSdks[] = {
    {"python mcp 1.26.0 or newer", "an unknown session id is answered 404 with the JSON error Session not found",
     Stack::python,
     [](E e) {
       return refuses_with(e, 404, "Session not found") && sends_session(e) && is_json(e) &&
              (says(e, "\"server-error\"") || is_uvicorn(e));
     }},
    {"python mcp 1.25 or older", "an unknown session id is answered 400 with the text No valid session ID provided",
     Stack::python,
     [](E e) {
       return refuses_with(e, 400, "Bad Request: No valid session ID provided") && sends_session(e) &&
              !e.header("content-type");
     }},
    {"python mcp 1.29.0 or newer", "a large body is answered 413 Request body too large, without a content type",
     Stack::python,
     [](E e) { return e.status() == 413 && e.body == "Request body too large" && !e.header("content-type"); }},
    {"python mcp 1.23.0 or newer", "a foreign Host is answered 421 Invalid Host header, without a content type",
     Stack::python, [](E e) { return refuses_with(e, 421, "Invalid Host header") && !e.header("content-type"); }},
    // Its router does so, whatever is mounted there.
    {"Starlette", "the path is redirected to the same one with a slash at its end, or without it", Stack::python,
     [](E e) {
       return e.header("location") && (redirects_by_uvicorn(e, "/", "") || redirects_by_uvicorn(e, "", "/"));
     }},
    {"python mcp 1.x", "an error outside of any request has the id \"server-error\"", Stack::python,
     [](E e) { return says(e, "\"id\":\"server-error\""); }},
    {"python mcp (sse-starlette)", "a stream has comments like : ping - and the time", Stack::python,
     [](E e) { return e.is_event_stream() && says(e, ": ping - 20"); }},
    {"python mcp (sse-starlette)", "the lines of streams end with CRLF", Stack::python,
     [](E e) { return e.is_event_stream() && says(e, "\r\n\r\n") && is_uvicorn(e); }},
    {"TypeScript SDK", "errors have the id null, the code -32000 and its wording", Stack::node, is_typescript_error},
    {"TypeScript SDK 1.30.0 or newer", "an idle stream has comments : keepalive", Stack::node,
     [](E e) { return e.is_event_stream() && says(e, ": keepalive"); }},
    {"Java SDK", "errors carry the member jsonRpcError, or speak of a session id required in the header", Stack::jvm,
     [](E e) {
       return e.status() >= 400 &&
              (says(e, "\"jsonRpcError\"") || says(e, "required in mcp-session-id header") ||
               says(e, "Session ID required in mcp-session-id") ||
               says(e, "Invalid Accept header. Expected TEXT_EVENT_STREAM") || says(e, "required in Accept header"));
     }},
    {"C# SDK", "errors have the id \"\" and are served by Kestrel, or name its methods", Stack::dotnet,
     [](E e) {
       return e.status() >= 400 && is_json(e) && says(e, "\"jsonrpc\"") && says(e, "\"id\":\"\"") &&
              (server_of(e) == "Kestrel" || says(e, "\"Not Acceptable: Client must accept") ||
               says(e, "Session not found"));
     }},
    {"Rust SDK (rmcp)", "refusals are plain text in its wording", Stack::rust,
     [](E e) {
       return e.status() >= 400 &&
              (refuses_with(e, 422, "Unexpected message, expect initialize request") ||
               says(e, "fail to deserialize request body") ||
               (is_plain(e) && !has_nosniff(e) &&
                (e.body == "Unauthorized: Session not found" || e.body == "Not Found: Session not found" ||
                 says(e, "Not Acceptable: Client must accept") ||
                 says(e, "Unsupported Media Type: Content-Type must be application/json"))));
     }},
    {"Go SDK (go-sdk)", "refusals are plain text in its wording", Stack::go,
     [](E e) {
       return e.status() >= 400 && is_plain(e) && has_nosniff(e) &&
              (says(e, "Accept must contain ") || says(e, "GET requires an ") || says(e, "malformed payload: ") ||
               says(e, "Bad Request: GET requires") || e.body == "session not found\n" ||
               says(e, "failed looking up session"));
     }},
    {"mcp-go", "refusals are in its wording", Stack::go,
     [](E e) {
       return e.status() >= 400 && (says(e, "request body is not valid json") ||
                                    says(e, "Invalid content type: must be 'application/json'") ||
                                    (has_nosniff(e) && e.body == "Invalid session ID\n"));
     }},
    {"Kotlin SDK", "errors in the wording of the SDK, served by Ktor", Stack::jvm,
     [](E e) { return e.status() >= 400 && server_of(e).starts_with("Ktor") && says(e, "jsonrpc"); }},
    {"Ruby SDK", "refusals are JSON with nothing but an error text, in its wording", Stack::ruby,
     [](E e) {
       return e.status() >= 400 &&
              (e.body == R"({"error":"Missing session ID"})" || e.body == R"({"error":"Session not found"})" ||
               e.body == R"({"error":"Invalid JSON"})" ||
               says(e, R"({"error":"Not Acceptable: Accept header must include)"));
     }},
    {"PHP SDK", "errors in the wording of the SDK, served by PHP", Stack::php,
     [](E e) {
       return e.status() >= 400 && e.header("x-powered-by").value_or("").starts_with("PHP/") && says(e, "\"jsonrpc\"");
     }},
};

}  // namespace

std::span<const Fingerprint> sdk_fingerprints() { return kSdks; }

}  // namespace mcplumb
