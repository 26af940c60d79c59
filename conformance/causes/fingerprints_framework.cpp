// What SDKs run in, and what stands before them: web servers, frameworks and gateways.
#include "client/media_type.hpp"
#include "conformance/causes/fingerprints.hpp"

namespace mcplumb {
namespace {

using Seen = const Exchange&;

bool has(Seen e, std::string_view header, std::string_view part = "") {
  const auto value = e.header(header);
  return value && lower_case(*value).find(lower_case(part)) != std::string::npos;
}
bool served_by(Seen e, std::string_view name) { return has(e, "server", name); }
bool shows(Seen e, std::string_view part) { return e.body.find(part) != std::string::npos; }
bool is_error(Seen e) { return e.status() >= 400; }

constexpr Fingerprint kFrameworks[] = {
    // Python
    {"uvicorn", "server: uvicorn", Stack::python, [](Seen e) { return served_by(e, "uvicorn"); }},
    {"hypercorn", "server: hypercorn", Stack::python, [](Seen e) { return served_by(e, "hypercorn"); }},
    {"granian", "server: granian", Stack::python, [](Seen e) { return served_by(e, "granian"); }},
    {"gunicorn", "server: gunicorn", Stack::python, [](Seen e) { return served_by(e, "gunicorn"); }},
    {"Flask (Werkzeug)", "server: Werkzeug", Stack::python, [](Seen e) { return served_by(e, "Werkzeug"); }},
    {"aiohttp", "server: aiohttp", Stack::python, [](Seen e) { return served_by(e, "aiohttp"); }},
    {"FastAPI", "errors are {\"detail\": …}", Stack::python,
     [](Seen e) {
       return is_error(e) && (e.body == R"({"detail":"Not Found"})" || e.body == R"({"detail":"Method Not Allowed"})");
     }},
    {"Django", "its own error page, or its security headers", Stack::python,
     [](Seen e) {
       return (is_error(e) && (shows(e, "<p>The requested resource was not found on this server.</p>") ||
                               shows(e, "DEBUG = True</code>"))) ||
              (has(e, "x-frame-options", "deny") && has(e, "cross-origin-opener-policy", "same-origin") &&
               has(e, "referrer-policy", "same-origin"));
     }},
    // JavaScript
    {"Express", "x-powered-by: Express, or its page Cannot GET", Stack::node,
     [](Seen e) {
       return has(e, "x-powered-by", "express") ||
              (e.status() == 404 && (shows(e, "<pre>Cannot GET ") || shows(e, "<pre>Cannot POST ")));
     }},
    {"Next.js", "x-powered-by: Next.js", Stack::node, [](Seen e) { return has(e, "x-powered-by", "next.js"); }},
    {"Fastify or NestJS", "errors are {\"message\", \"error\", \"statusCode\"}", Stack::node,
     [](Seen e) {
       return is_error(e) && shows(e, "\"statusCode\":") && shows(e, "\"message\":") &&
              (shows(e, "\"Route ") || shows(e, "\"Cannot "));
     }},
    {"hono", "an unknown path is answered 404 Not Found, and nothing else", Stack::node,
     [](Seen e) { return e.status() == 404 && e.body == "404 Not Found" && !e.header("server"); }},
    // Java and Kotlin
    {"Spring", "errors are {\"timestamp\", \"status\", \"error\", \"path\"}", Stack::jvm,
     [](Seen e) {
       return is_error(e) && ((shows(e, "\"timestamp\":") && shows(e, "\"path\":") && shows(e, "\"status\":")) ||
                              shows(e, "<h1>Whitelabel Error Page</h1>"));
     }},
    {"Tomcat", "its own error page", Stack::jvm,
     [](Seen e) { return is_error(e) && (shows(e, "<h3>Apache Tomcat/") || shows(e, "<title>HTTP Status ")); }},
    {"Jetty", "server: Jetty", Stack::jvm, [](Seen e) { return served_by(e, "Jetty("); }},
    {"Ktor", "server: Ktor", Stack::jvm, [](Seen e) { return served_by(e, "Ktor"); }},
    {"Quarkus", "its own error page", Stack::jvm,
     [](Seen e) {
       return is_error(e) && (shows(e, "Resource not found - Quarkus") || shows(e, "\"details\":\"Error id "));
     }},
    // .NET
    {"Kestrel (ASP.NET Core)", "server: Kestrel", Stack::dotnet, [](Seen e) { return served_by(e, "Kestrel"); }},
    {"ASP.NET Core", "errors are problem details with links into RFC 9110", Stack::dotnet,
     [](Seen e) {
       return is_error(e) && shows(e, "\"type\":\"https://tools.ietf.org/html/rfc") && shows(e, "\"title\":");
     }},
    // PHP and Ruby
    {"Laravel", "its cookies, or its error page", Stack::php,
     [](Seen e) { return has(e, "set-cookie", "laravel_session") || (is_error(e) && shows(e, "Illuminate\\")); }},
    {"PHP", "x-powered-by: PHP", Stack::php, [](Seen e) { return has(e, "x-powered-by", "php/"); }},
    {"Rails", "x-runtime and x-request-id are there", Stack::ruby,
     [](Seen e) { return e.header("x-runtime") && e.header("x-request-id"); }},
    {"WEBrick", "server: WEBrick", Stack::ruby, [](Seen e) { return served_by(e, "WEBrick"); }},
    {"Puma", "its own error page", Stack::ruby,
     [](Seen e) { return is_error(e) && shows(e, "Puma caught this error"); }},
    // Go
    {"Go (net/http)", "errors are text with x-content-type-options: nosniff", Stack::unknown,
     [](Seen e) {
       return e.status() == 404 && e.body == "404 page not found\n" && has(e, "x-content-type-options", "nosniff");
     }},
    // Gateways
    {"behind nginx", "server: nginx", Stack::unknown, [](Seen e) { return served_by(e, "nginx"); }},
    {"behind OpenResty", "server: openresty", Stack::unknown, [](Seen e) { return served_by(e, "openresty"); }},
    {"behind Apache", "server: Apache", Stack::unknown, [](Seen e) { return served_by(e, "Apache/"); }},
    {"behind Caddy", "server: Caddy, or Caddy in Via", Stack::unknown,
     [](Seen e) { return served_by(e, "Caddy") || has(e, "via", "Caddy"); }},
    {"behind Envoy", "server: envoy, or its headers", Stack::unknown,
     [](Seen e) { return served_by(e, "envoy") || has(e, "x-envoy-upstream-service-time"); }},
    {"behind Varnish", "x-varnish is there", Stack::unknown, [](Seen e) { return has(e, "x-varnish"); }},
    {"behind Kong", "Kong in Via", Stack::unknown, [](Seen e) { return has(e, "via", "kong"); }},
    {"behind Cloudflare", "cf-ray is there", Stack::unknown, [](Seen e) { return has(e, "cf-ray"); }},
    {"behind CloudFront", "x-amz-cf-id is there", Stack::unknown, [](Seen e) { return has(e, "x-amz-cf-id"); }},
    {"behind AWS API Gateway", "apigw-requestid or x-amz-apigw-id is there", Stack::unknown,
     [](Seen e) { return has(e, "apigw-requestid") || has(e, "x-amz-apigw-id"); }},
    {"behind an AWS load balancer", "server: awselb", Stack::unknown, [](Seen e) { return served_by(e, "awselb"); }},
    {"behind Google's front end", "server: Google Frontend, or 1.1 google in Via", Stack::unknown,
     [](Seen e) { return served_by(e, "Google Frontend") || has(e, "via", "1.1 google"); }},
    {"behind Azure Front Door", "x-azure-ref is there", Stack::unknown, [](Seen e) { return has(e, "x-azure-ref"); }},
    {"on Vercel", "x-vercel-id is there", Stack::unknown, [](Seen e) { return has(e, "x-vercel-id"); }},
    {"on Fly.io", "fly-request-id is there", Stack::unknown, [](Seen e) { return has(e, "fly-request-id"); }},
};

}  // namespace

std::span<const Fingerprint> framework_fingerprints() { return kFrameworks; }

}  // namespace mcplumb
