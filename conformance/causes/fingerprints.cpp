#include "conformance/causes/fingerprints.hpp"

#include <algorithm>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"

namespace mcplumb {
namespace {

struct Fingerprint {
  std::string_view what, evidence;
  bool (*fits)(const Exchange&);
};

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }
std::string type_of(const Exchange& e) { return media_type(e.header("content-type").value_or("")); }
bool sends_session(const Exchange& e) { return find_header(e.request.headers, "mcp-session-id").has_value(); }

bool redirects_to_slash(const Exchange& e) {
  return e.status() == 307 && e.header("server").value_or("") == "uvicorn" &&
         path_of(e.header("location").value_or("")) == path_of(e.request.url) + "/";
}
bool redirects_from_slash(const Exchange& e) {
  return e.status() == 307 && e.header("server").value_or("") == "uvicorn" &&
         path_of(e.header("location").value_or("")) + "/" == path_of(e.request.url);
}
bool no_valid_session(const Exchange& e) {
  return e.status() == 400 && sends_session(e) && !e.header("content-type") &&
         holds(e.body, "Bad Request: No valid session ID provided");
}
bool session_not_found(const Exchange& e) {
  return e.status() == 404 && sends_session(e) && type_of(e) == "application/json" &&
         holds(e.body, "Session not found") &&
         (holds(e.body, "\"server-error\"") || e.header("server").value_or("") == "uvicorn");
}
bool invalid_host(const Exchange& e) {
  return e.status() == 421 && holds(e.body, "Invalid Host header") && !e.header("content-type");
}
bool body_too_large(const Exchange& e) {
  return e.status() == 413 && e.body == "Request body too large" && !e.header("content-type");
}
bool server_error_id(const Exchange& e) { return holds(e.body, "\"id\":\"server-error\""); }
bool typescript_error(const Exchange& e) {
  return e.status() >= 400 && type_of(e) == "application/json" && holds(e.body, "\"code\":-32000") &&
         holds(e.body, "\"id\":null") && e.header("server").value_or("") != "uvicorn" &&
         (holds(e.body, "\"Bad Request: ") || holds(e.body, "\"Not Acceptable: Client must accept"));
}
bool ends_lines_with_crlf(const Exchange& e) { return e.is_event_stream() && holds(e.body, "\r\n\r\n"); }
bool pings_with_time(const Exchange& e) { return e.is_event_stream() && holds(e.body, ": ping - 20"); }
bool keepalive_comment(const Exchange& e) { return e.is_event_stream() && holds(e.body, ": keepalive"); }
bool is_uvicorn(const Exchange& e) { return e.header("server").value_or("") == "uvicorn"; }
bool is_express(const Exchange& e) { return holds(e.header("x-powered-by").value_or(""), "Express"); }
bool is_nginx(const Exchange& e) { return e.header("server").value_or("").starts_with("nginx"); }
bool is_cloudflare(const Exchange& e) { return e.header("cf-ray").has_value(); }

constexpr Fingerprint kFingerprints[] = {
    {"python mcp 1.26.0 or newer", "an unknown session id is answered 404 with the JSON error Session not found",
     session_not_found},
    {"python mcp 1.25 or older", "an unknown session id is answered 400 with the text No valid session ID provided",
     no_valid_session},
    {"python mcp 1.29.0 or newer", "a large body is answered 413 Request body too large, without a content type",
     body_too_large},
    {"python mcp 1.23.0 or newer", "a foreign Host is answered 421 Invalid Host header, without a content type",
     invalid_host},
    {"python mcp 1.8 to 1.11", "the path without a slash is redirected to the one with it", redirects_to_slash},
    {"python mcp 1.12.0 or newer", "the path with a slash is redirected to the one without it", redirects_from_slash},
    {"python mcp 1.x", "an error outside of any request has the id \"server-error\"", server_error_id},
    {"python mcp (sse-starlette)", "a stream has comments like : ping - and the time", pings_with_time},
    {"python mcp (sse-starlette)", "the lines of streams end with CRLF", ends_lines_with_crlf},
    {"TypeScript SDK", "errors have the id null, the code -32000 and its wording", typescript_error},
    {"TypeScript SDK 1.30.0 or newer", "an idle stream has comments : keepalive", keepalive_comment},
    {"uvicorn", "server: uvicorn", is_uvicorn},
    {"Express", "x-powered-by: Express", is_express},
    {"behind nginx", "server: nginx", is_nginx},
    {"behind Cloudflare", "cf-ray is there", is_cloudflare},
};

}  // namespace

std::vector<Likeness> looks_like(const Run& run) {
  std::vector<Likeness> found;
  for (const Fingerprint& print : kFingerprints) {
    const bool known = std::any_of(found.begin(), found.end(), [&](const Likeness& l) { return l.what == print.what; });
    const auto seen = std::find_if(run.trace.exchanges.begin(), run.trace.exchanges.end(), print.fits);
    if (known || seen == run.trace.exchanges.end()) continue;
    found.push_back({std::string(print.what), std::string(print.evidence), seen->number});
  }
  return found;
}

}  // namespace mcplumb
