// Rules about redirects, and pages for persons in the place of the endpoint.
#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/media_type.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/causes/rules.hpp"
#include "conformance/record/redact.hpp"

namespace mcplumb {
namespace {

// Names that only the network behind a proxy knows.
bool is_internal(const std::string& host) {
  if (host.find('.') == std::string::npos && !host.starts_with("[")) return true;  // a single word
  for (const std::string_view end : {".local", ".internal", ".svc", ".cluster.local", ".lan", ".docker"})
    if (host.ends_with(end)) return true;
  for (const std::string_view start : {"127.", "10.", "192.168.", "172.16.", "172.17.", "172.18.", "172.19.", "172.2",
                                       "172.30.", "172.31.", "[::1]", "0.0.0.0"})
    if (host.starts_with(start)) return true;
  return false;
}

struct Redirect {
  const Exchange* reply = nullptr;
  std::string location;  // absolute, where it can be made so
  std::optional<Url> from, to;
  const Exchange* there = nullptr;  // the same request where it leads
};

std::optional<Redirect> redirect_in(const RunIndex& index) {
  Redirect found;
  found.reply = index.traffic_with_status({301, 302, 303, 307, 308});
  if (found.reply == nullptr) return std::nullopt;
  const std::string reference = found.reply->header("location").value_or("");
  const std::string resolved = resolve_url(found.reply->request.url, reference);
  found.location = resolved.empty() ? reference : resolved;
  found.from = Url::parse(found.reply->request.url);
  found.to = Url::parse(found.location);
  found.there = index.probe(diagnosis_purpose::kRedirect);
  return found;
}

bool answers_mcp(const Exchange* there) { return there != nullptr && there->status() == 200 && has_result(*there); }
bool asks_credentials(const Exchange* there) {
  return there != nullptr && reply_origin(*there).who == Replier::authorization;
}
// Nothing speaks MCP there either.
bool leads_nowhere(const Exchange* there) {
  return there != nullptr && there->status() != 0 && !answers_mcp(there) && !asks_credentials(there);
}

void tell_secure_address(Diagnosis& diagnosis, const Redirect& found) {
  const std::string url = redact_url(found.location);
  diagnosis.sub_cause = "http is redirected to https: the server, or the proxy before it, wants TLS.";
  diagnosis.cure = "Use the https URL, " + url + ".";
  if (found.reply->status() <= 303)
    diagnosis.cure += " With " + std::to_string(found.reply->status()) +
                      " clients may repeat a POST as GET, and lose its body; 308 keeps it.";
}

void tell_other_host(Diagnosis& diagnosis, const Redirect& found) {
  const std::string port = found.to->port == found.from->port ? "" : ":" + found.to->port;
  if (found.to->host == found.from->host) {
    diagnosis.sub_cause = "The redirect names another port, " + found.to->port +
                          ": the server names the one that it listens on, not the one that clients use.";
    diagnosis.cure =
        "Let the proxy pass the Host header on with its port (`proxy_set_header Host $http_host` in "
        "nginx), or use the exact path.";
  } else if (is_internal(found.to->host) && !is_internal(found.from->host)) {
    diagnosis.sub_cause =
        "The redirect names another host, " + found.to->host +
        ", that only the server's own network knows: the proxy does not tell it the name that clients "
        "use.";
    diagnosis.cure =
        "Let the proxy pass the Host header on (`proxy_set_header Host $http_host` in nginx), or use the "
        "exact path.";
  } else {
    diagnosis.sub_cause = "The redirect names another host, " + found.to->host + port + ".";
    diagnosis.cure = "If " + found.to->host + " is where the server is meant to be asked, use " +
                     redact_url(found.location) + "; else let the proxy pass the Host header on.";
  }
}

void tell_place(Diagnosis& diagnosis, const Redirect& found, Stack stack) {
  if (!found.to) {
    diagnosis.sub_cause = found.location.empty() ? "The reply has no Location." : "The Location is no http URL.";
    diagnosis.cure = "Ask for the current URL of the endpoint; this one leads nowhere.";
  } else if (found.from && found.from->scheme == "https" && found.to->scheme == "http") {
    diagnosis.sub_cause =
        "The redirect leaves https for http: the server does not know that a proxy speaks TLS for it.";
    diagnosis.cure = "Tell the server to believe its proxy, which has to send X-Forwarded-Proto";
    if (stack == Stack::python || stack == Stack::unknown)
      diagnosis.cure += " (uvicorn: `--proxy-headers --forwarded-allow-ips='*'`)";
    diagnosis.cure += ", or use the exact path.";
  } else if (found.from && found.from->scheme == "http" && found.to->scheme == "https") {
    tell_secure_address(diagnosis, found);
  } else if (found.from && found.from->origin() != found.to->origin()) {
    tell_other_host(diagnosis, found);
  }
}

std::optional<Diagnosis> redirected(const Rule& rule, const RunIndex& index) {
  const std::optional<Redirect> found = redirect_in(index);
  if (!found || reply_origin(*found->reply).who == Replier::sign_in) return std::nullopt;
  Diagnosis diagnosis =
      make_diagnosis(rule, Confidence::certain,
                     {{"asked", path_of(found->reply->request.url)}, {"location", redact_url(found->location)}});
  add_evidence(diagnosis,
               describe_request(*found->reply) + " was answered " + std::to_string(found->reply->status()) +
                   (found->location.empty() ? " without a Location" : " with Location: " + redact_url(found->location)),
               found->reply);
  tell_place(diagnosis, *found, index.stack());
  if (found->there == nullptr) return diagnosis;
  add_evidence(diagnosis, "there the same request was answered: " + describe_reply(*found->there), found->there);
  if (leads_nowhere(found->there)) {
    diagnosis.sub_cause += (diagnosis.sub_cause.empty() ? "" : " ") +
                           std::string("Nothing speaks MCP where it leads: ") + std::to_string(found->there->status()) +
                           ".";
    diagnosis.cure = "Ask whoever runs the server for the current URL of the endpoint.";
  }
  const bool same_origin = found->from && found->to && found->from->origin() == found->to->origin();
  if (same_origin && answers_mcp(found->there)) diagnosis.weight = Weight::warning;
  return diagnosis;
}

std::optional<Diagnosis> sign_in_asked(const Rule& rule, const RunIndex& index) {
  for (const Exchange* each : index.traffic()) {
    const ReplyOrigin origin = reply_origin(*each);
    if (origin.who != Replier::sign_in) continue;
    Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain);
    const auto location = each->header("location");
    add_evidence(diagnosis,
                 describe_request(*each) + " was answered " + describe_reply(*each) +
                     (location ? ", with Location: " + shortened(without_query(redact_url(*location)), 120) : ""),
                 each);
    diagnosis.sub_cause = sentence_of(origin.sentence);
    return diagnosis;
  }
  return std::nullopt;
}

bool met_sign_in(const RunIndex& index) {
  const Exchange* there = index.probe(diagnosis_purpose::kRedirect);
  return there != nullptr && reply_origin(*there).who == Replier::sign_in;
}

constexpr Rule kRedirectRules[] = {
    {
        .id = "R-SIGN-IN",
        .weight = Weight::failure,
        .affects = Affects::address,
        .title = "A sign-in page stands before the server",
        .cause = "The request never came to the MCP server: a gateway wants a person to sign in with a browser first.",
        .cure =
            "Give credentials that the gateway takes from programs (`-H 'Authorization: Bearer …'`, a service token, "
            "a cookie), or exempt the endpoint from it and let the MCP server ask for authorization itself: 401 with "
            "WWW-Authenticate, which clients understand.",
        .links = {"https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization"},
        .explains = {"R-REDIRECT"},
        .predicate = sign_in_asked,
    },
    {
        .id = "R-REDIRECT",
        .weight = Weight::failure,
        .affects = Affects::address,
        .title = "The endpoint redirects",
        .cause = "{asked} is answered with a redirect to {location}. Many clients do not repeat a POST there.",
        .cure = "Use the exact URL, {location}.",
        .links = {"https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http",
                  "https://github.com/modelcontextprotocol/python-sdk/issues/732",
                  "https://github.com/modelcontextprotocol/python-sdk/pull/1115"},
        .contradicted_by = {{"a sign-in page is where it leads", Contradiction::Effect::weakens, met_sign_in}},
        .predicate = redirected,
    },
};

}  // namespace

std::span<const Rule> redirect_rules() { return kRedirectRules; }

}  // namespace mcplumb
