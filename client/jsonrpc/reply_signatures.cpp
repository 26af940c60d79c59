#include "client/jsonrpc/reply_signatures.hpp"

#include <algorithm>

#include "client/media_type.hpp"

namespace mcplumb {
namespace {

using enum Replier;

constexpr std::string_view kUnreached = "could not reach the server behind it";
constexpr std::string_view kBroken = "got no usable answer from the server behind it";
constexpr std::string_view kImpatient = "did not wait for the server behind it";
constexpr std::string_view kEmpty = "knows no server behind it that is up";
constexpr std::string_view kNoRoute = "knows no route here: nothing is served at this path or host";
constexpr std::string_view kRobot = "takes this client for a robot: it wants a browser to solve a challenge";
constexpr std::string_view kBlocked = "refuses this client by a rule of its firewall";
constexpr std::string_view kSignIn = "wants a person to sign in with a browser";
constexpr std::string_view kRate = "limits the rate of requests";
constexpr std::string_view kDenied = "refuses the credentials, or asks for some";

constexpr ReplySignature kSignatures[] = {
    // Firewalls, before the gateways that they stand in.
    {challenge, "Cloudflare", kRobot, {}, "cf-mitigated", "challenge"},
    {challenge, "Cloudflare", kRobot, {403, 503}, "server", "cloudflare", "Just a moment"},
    {challenge, "Cloudflare", kBlocked, {403}, "server", "cloudflare", "Attention Required"},
    {challenge, "Cloudflare", kBlocked, {403}, "server", "cloudflare", "error code: 10"},
    {challenge, "AWS WAF", kRobot, {}, "x-amzn-waf-action"},
    {challenge, "Vercel", kRobot, {}, "x-vercel-mitigated", "challenge"},
    {challenge, "Akamai", kBlocked, {403}, "server", "AkamaiGHost"},
    {challenge, "Imperva", kBlocked, {}, "", "", "Incapsula incident ID"},
    {challenge, "DataDome", kRobot, {403}, "x-datadome"},
    {challenge, "Sucuri", kBlocked, {403}, "", "", "Sucuri"},
    {challenge, "CloudFront", kBlocked, {403}, "server", "CloudFront", "Request blocked"},
    {challenge,
     "ngrok",
     "shows its warning page for browsers (send the header ngrok-skip-browser-warning)",
     {},
     "",
     "",
     "ERR_NGROK_6024"},
    // Sign-in pages.
    {sign_in, "Cloudflare Access", kSignIn, {}, "www-authenticate", "Cloudflare-Access"},
    {sign_in, "Cloudflare Access", kSignIn, {}, "location", "cloudflareaccess.com"},
    {sign_in, "Google Identity-Aware Proxy", kSignIn, {}, "x-goog-iap-generated-response"},
    {sign_in, "Google", kSignIn, {301, 302, 303, 307, 308}, "location", "accounts.google.com"},
    {sign_in, "Microsoft Entra", kSignIn, {301, 302, 303, 307, 308}, "location", "login.microsoftonline.com"},
    {sign_in, "oauth2-proxy", kSignIn, {}, "location", "/oauth2/"},
    {sign_in, "oauth2-proxy", kSignIn, {401, 403}, "", "", "/oauth2/start"},
    {sign_in, "Authelia", kSignIn, {}, "location", "authelia"},
    {sign_in, "authentik", kSignIn, {}, "location", "outpost.goauthentik.io"},
    {sign_in, "Okta", kSignIn, {301, 302, 303, 307, 308}, "location", ".okta.com"},
    {sign_in, "Auth0", kSignIn, {301, 302, 303, 307, 308}, "location", ".auth0.com"},
    {sign_in, "Vercel", kSignIn, {}, "location", "vercel.com/sso"},
    {sign_in, "Vercel", kSignIn, {401}, "", "", "vercel.com/sso-api"},
    // AWS.
    {router, "AWS API Gateway", kNoRoute, {403}, "", "", "\"Missing Authentication Token\""},
    {rate_limit, "AWS API Gateway", kRate, {429}, "x-amzn-errortype"},
    {authorization, "AWS API Gateway", kDenied, {401, 403}, "x-amzn-errortype"},
    {authorization, "AWS API Gateway", kDenied, {401, 403}, "x-amzn-remapped-www-authenticate"},
    {authorization, "AWS API Gateway", kDenied, {401, 403}, "apigw-requestid"},
    {gateway, "AWS API Gateway", kImpatient, {504}, "", "", "Endpoint request timed out"},
    {gateway, "AWS API Gateway", kBroken, {500, 502, 503, 504}, "x-amzn-errortype"},
    {gateway, "AWS API Gateway", kBroken, {500, 502, 503, 504}, "apigw-requestid"},
    {gateway, "AWS API Gateway", kBroken, {502}, "", "", "{\"message\": \"Internal server error\"}"},
    {gateway, "AWS API Gateway", kBroken, {502}, "", "", "{\"message\":\"Internal server error\"}"},
    {router, "AWS API Gateway", kNoRoute, {404}, "apigw-requestid", "", "\"Not Found\""},
    {gateway, "AWS load balancer", kEmpty, {503}, "server", "awselb"},
    {gateway, "AWS load balancer", kImpatient, {504}, "server", "awselb"},
    {gateway, "AWS load balancer", kBroken, {500, 502, 561}, "server", "awselb"},
    {router, "AWS load balancer", kNoRoute, {404}, "server", "awselb"},
    {gateway, "CloudFront", kUnreached, {500, 502, 503, 504}, "x-cache", "Error from cloudfront"},
    // Cloudflare.
    {gateway, "Cloudflare", kUnreached, {521, 522, 523, 525, 526}},
    {gateway, "Cloudflare", kBroken, {520, 527, 530}},
    {gateway, "Cloudflare", kImpatient, {524}},
    {gateway, "Cloudflare", kImpatient, {504}, "server", "cloudflare"},
    {gateway, "Cloudflare", kBroken, {502}, "server", "cloudflare"},
    {rate_limit, "Cloudflare", kRate, {429}, "server", "cloudflare"},
    // Envoy, Istio, and what is built on them.
    {gateway, "Envoy", kEmpty, {503}, "", "", "no healthy upstream"},
    {gateway, "Envoy", kUnreached, {503}, "", "", "upstream connect error or disconnect/reset before headers"},
    {gateway, "Envoy", kImpatient, {504}, "", "", "upstream request timeout"},
    {gateway, "Envoy", kImpatient, {408, 504}, "", "", "stream timeout"},
    {authorization, "Envoy", kDenied, {403}, "", "", "RBAC: access denied"},
    {authorization, "Envoy", kDenied, {401, 403}, "", "", "Jwt "},
    {rate_limit, "Envoy", kRate, {429}, "", "", "local_rate_limited"},
    {rate_limit, "Envoy", kRate, {429}, "x-envoy-ratelimited"},
    {router, "Envoy", kNoRoute, {404}, "server", "envoy", kNoBody},
    {gateway, "Envoy", kBroken, {500, 502, 503, 504}, "server", "envoy", kNoBody},
    // Kong, Tyk, Apigee, Azure, Google.
    {router, "Kong", kNoRoute, {404}, "", "", "no Route matched with those values"},
    {gateway, "Kong", kBroken, {502}, "", "", "An invalid response was received from the upstream server"},
    {gateway, "Kong", kEmpty, {503}, "", "", "failure to get a peer from the ring-balancer"},
    {gateway, "Kong", kUnreached, {503}, "", "", "name resolution failed"},
    {gateway, "Kong", kImpatient, {504}, "", "", "The upstream server is timing out"},
    {authorization, "Kong", kDenied, {401, 403}, "server", "kong"},
    {gateway, "Tyk", kBroken, {500, 502, 503, 504}, "", "", "There was a problem proxying the request"},
    {authorization, "Tyk", kDenied, {400, 401, 403}, "", "", "Authorization field missing"},
    {gateway, "Apigee", kBroken, {500, 502, 503, 504}, "", "", "messaging.adaptors.http"},
    {gateway,
     "Azure Application Gateway",
     kBroken,
     {500, 502, 503, 504},
     "server",
     "Microsoft-Azure-Application-Gateway"},
    {gateway, "Azure Front Door", kBroken, {500, 502, 503, 504}, "x-azure-ref"},
    {authorization, "Azure API Management", kDenied, {401}, "", "", "missing subscription key"},
    {authorization, "Azure API Management", kDenied, {401}, "", "", "invalid subscription key"},
    {router, "Azure API Management", kNoRoute, {404}, "", "", "\"statusCode\": 404"},
    {rate_limit, "Azure API Management", kRate, {429}, "", "", "Rate limit is exceeded"},
    {gateway, "Google load balancer", kBroken, {502}, "", "", "The server encountered a temporary error"},
    {gateway, "Google load balancer", kEmpty, {503}, "", "", "no healthy backend"},
    {gateway, "Google load balancer", kImpatient, {504, 502, 408}, "", "", "upstream request timeout"},
    {gateway, "Google Cloud Run", kEmpty, {429, 500, 503}, "", "", "no available instance"},
    {authorization, "Google Cloud Run", kDenied, {401, 403}, "", "", "Your client does not have permission to get URL"},
    {router, "Google front end", kNoRoute, {404}, "", "", "was not found on this server. <ins>"},
    // Hosts of applications.
    {gateway, "Heroku", kBroken, {502, 503, 504}, "", "", "herokucdn.com/error-pages"},
    {router, "Heroku", kNoRoute, {404}, "", "", "herokucdn.com/error-pages/no-such-app"},
    {gateway, "Railway", kBroken, {502, 503, 504}, "x-railway-fallback"},
    {router, "Railway", kNoRoute, {404}, "x-railway-fallback"},
    {gateway, "Railway", kBroken, {502}, "", "", "Application failed to respond"},
    {gateway, "Vercel", kImpatient, {504}, "x-vercel-error", "TIMEOUT"},
    {gateway, "Vercel", "reports that the function crashed", {500}, "x-vercel-error"},
    {router, "Vercel", kNoRoute, {404}, "x-vercel-error"},
    {gateway, "Fly.io", kBroken, {502, 503}, "fly-request-id", "", kNoBody},
    {gateway, "Render", kBroken, {502, 503}, "x-render-routing"},
    {router, "Render", kNoRoute, {404}, "x-render-routing", "no-server"},
    {router, "Netlify", kNoRoute, {404}, "server", "Netlify"},
    {gateway, "ngrok", kUnreached, {}, "ngrok-error-code", "ERR_NGROK_80"},
    {router, "ngrok", "knows no tunnel of this name that is open", {}, "ngrok-error-code", "ERR_NGROK_3200"},
    {gateway, "ngrok", kBroken, {502, 503, 504, 404}, "ngrok-error-code"},
    {gateway, "Cloudflare Tunnel", kUnreached, {}, "", "", "Cloudflare Tunnel error"},
    {gateway, "OpenShift", kEmpty, {503}, "", "", "Application is not available"},
    // Ingress controllers and routers.
    {router, "the ingress of Kubernetes", kNoRoute, {404}, "", "", "default backend - 404"},
    {gateway, "Traefik", kBroken, {502}, "content-type", "text/plain", "Bad Gateway"},
    {gateway, "Traefik", kImpatient, {504}, "content-type", "text/plain", "Gateway Timeout"},
    {gateway, "Traefik", kEmpty, {503}, "", "", "no available server"},
    {router, "a router (Traefik, or one written in Go)", kNoRoute, {404}, "", "", "404 page not found"},
    // Proxies, by the pages that they write themselves.
    {gateway, "HAProxy", kEmpty, {503}, "", "", "No server is available to handle this request."},
    {gateway, "HAProxy", kImpatient, {504}, "", "", "The server didn't respond in time."},
    {gateway, "HAProxy", kBroken, {502}, "", "", "The server returned an invalid or incomplete response."},
    {rate_limit, "HAProxy", kRate, {429}, "", "", "You have sent too many requests in a given amount of time."},
    {gateway, "Varnish", kUnreached, {503}, "", "", "Backend fetch failed"},
    {gateway, "Varnish", kUnreached, {503}, "", "", "Guru Meditation"},
    {gateway, "Squid", kUnreached, {502, 503, 504}, "x-squid-error"},
    {gateway, "Apache", kBroken, {500, 502}, "", "", "The proxy server received an invalid"},
    {gateway, "Apache", kImpatient, {504}, "", "", "The gateway did not receive a timely response"},
    {gateway, "Apache", kUnreached, {503}, "", "", "temporarily unable to service your"},
    {router, "Apache", kNoRoute, {404}, "server", "Apache", "The requested URL was not found on this server."},
    {gateway, "lighttpd", kUnreached, {500, 502, 503, 504}, "server", "lighttpd"},
    {gateway, "OpenResty", kImpatient, {504}, "", "", "<center>openresty"},
    {gateway, "OpenResty", kBroken, {502, 503}, "", "", "<center>openresty"},
    {router, "OpenResty", kNoRoute, {404}, "", "", "<center>openresty"},
    {gateway, "nginx", kImpatient, {504}, "", "", "<center>nginx"},
    {gateway, "nginx", kBroken, {502}, "", "", "<center>nginx"},
    {gateway, "nginx", kEmpty, {503}, "", "", "<center>nginx"},
    {gateway, "nginx", "fails itself, before the server is asked", {500}, "", "", "<center>nginx"},
    {router, "nginx", kNoRoute, {404}, "", "", "<center>nginx"},
    {authorization, "nginx", kDenied, {401, 403}, "", "", "<center>nginx"},
    {rate_limit, "nginx", kRate, {429}, "", "", "<center>nginx"},
    {gateway, "nginx", kBroken, {502}, "server", "nginx"},
    {gateway, "nginx", kImpatient, {504}, "server", "nginx"},
    {gateway, "Caddy", kUnreached, {502, 503}, "server", "Caddy", kNoBody},
    {gateway, "Caddy", kImpatient, {504}, "server", "Caddy", kNoBody},
    {router, "Caddy", kNoRoute, {404}, "server", "Caddy", kNoBody},
    {gateway, "IIS", kImpatient, {502, 504}, "", "", "CGI application encountered an error"},
    {gateway, "IIS", kUnreached, {503}, "server", "Microsoft-HTTPAPI"},
    {router, "IIS", kNoRoute, {404}, "server", "Microsoft-HTTPAPI"},
};

bool contains_in_any_case(std::string_view text, std::string_view part) {
  return lower_case(text).find(lower_case(part)) != std::string::npos;
}

bool fits(const ReplySignature& row, const Exchange& exchange) {
  const int status = exchange.status();
  const bool any = row.statuses.front() == 0;
  if (!any && std::find(row.statuses.begin(), row.statuses.end(), status) == row.statuses.end()) return false;
  if (!row.header.empty()) {
    const auto value = exchange.header(row.header);
    if (!value || (!row.value.empty() && !contains_in_any_case(*value, row.value))) return false;
  }
  if (row.body == kNoBody) return exchange.body_size == 0;
  return row.body.empty() || exchange.body.find(row.body) != std::string::npos;
}

constexpr std::array<std::string_view, 11> kSignInPaths = {"/login",  "/signin",     "/sign-in",     "/sign_in",
                                                           "/log-in", "/authorize?", "/oauth2/",     "/saml",
                                                           "/sso",    "/cas/",       "/auth/realms/"};

// A redirect to a page that asks who is there.
bool leads_to_sign_in(const Exchange& exchange) {
  if (exchange.status() / 100 != 3) return false;
  const std::string location = lower_case(exchange.header("location").value_or(""));
  return std::any_of(kSignInPaths.begin(), kSignInPaths.end(),
                     [&](std::string_view path) { return location.find(path) != std::string::npos; });
}

constexpr std::array<std::string_view, 8> kSignInWords = {"type=\"password\"", "type='password'", "type=password",
                                                          "<title>sign in",    "<title>log in",   "<title>login",
                                                          "<title>anmelde",    "single sign-on"};

bool is_sign_in_page(const Exchange& exchange) {
  if (!is_html(exchange)) return false;
  const std::string body = lower_case(exchange.body);
  return std::any_of(kSignInWords.begin(), kSignInWords.end(),
                     [&](std::string_view words) { return body.find(words) != std::string::npos; });
}

constexpr ReplySignature kSignInRedirect = {sign_in, "a sign-in gateway", "redirects to a sign-in page"};
constexpr ReplySignature kSignInPage = {sign_in, "a sign-in page", "stands in the place of the endpoint"};

}  // namespace

std::span<const ReplySignature> reply_signatures() { return kSignatures; }

const ReplySignature* find_signature(const Exchange& exchange) {
  if (exchange.status() / 100 == 2 && !is_html(exchange)) return nullptr;
  for (const ReplySignature& row : kSignatures)
    if (fits(row, exchange)) return &row;
  if (leads_to_sign_in(exchange)) return &kSignInRedirect;
  return is_sign_in_page(exchange) ? &kSignInPage : nullptr;
}

}  // namespace mcplumb
