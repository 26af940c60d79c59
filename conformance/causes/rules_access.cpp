// Rules about who is let in: credentials, browsers, and clients of another protocol revision.
#include <algorithm>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/media_type.hpp"
#include "conformance/causes/challenge.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/causes/rules.hpp"
#include "conformance/record/redact.hpp"

namespace mcplumb {
namespace {

bool wants_credentials(const Exchange& exchange) { return reply_origin(exchange).who == Replier::authorization; }

// What the run, or its handshake, was stopped by.
const Exchange* refusal(const RunIndex& index) {
  const Run& run = index.run();
  const Exchange* last = index.first_failure();
  if (run.stop && run.stop->exchange < run.trace.exchanges.size()) last = &run.trace.exchanges[run.stop->exchange];
  return last != nullptr && wants_credentials(*last) ? last : nullptr;
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

// The metadata names another resource than the URL that was asked, or one above it (RFC 9728 section 3.3).
std::string other_resource(const Exchange& metadata, const std::string& url) {
  const nlohmann::json body = nlohmann::json::parse(metadata.body, nullptr, false);
  const std::string resource(string_member(body, "resource"));
  if (resource.empty()) return "";
  const std::string asked = without_slash(without_query(url)), named = without_slash(resource);
  return asked == named || asked.starts_with(named + "/") ? "" : resource;
}

void add_metadata(Diagnosis& diagnosis, const RunIndex& index, const Exchange& refused) {
  const std::vector<const Exchange*> asked = index.probes(diagnosis_purpose::kResourceMetadata);
  const Exchange* found = asked.empty() ? nullptr : asked.back();
  if (found == nullptr) return;
  add_evidence(diagnosis, "GET " + path_of(found->request.url) + " was answered " + describe_reply(*found), found);
  if (found->status() == 200) {
    const std::string other = other_resource(*found, refused.request.url);
    if (other.empty()) return;
    diagnosis.sub_cause = "The metadata says that it is about the resource " + shortened(redact_url(other), 120) +
                          ", and the URL that was asked is " + redact_url(without_query(refused.request.url)) +
                          ": clients that compare the two, as they must, stop here.";
    diagnosis.cure = "Let the metadata name the URL that clients use, with its path, as `resource`.";
  } else if (renamed_challenge(refused).empty() && resource_metadata_of(refused).empty() && found->status() >= 400) {
    diagnosis.sub_cause =
        "Nothing says where to get credentials: the challenge names no `resource_metadata`, and there is no metadata "
        "at "
        "the well-known places.";
  }
}

std::optional<Diagnosis> credentials_wanted(const Rule& rule, const RunIndex& index) {
  const Exchange* refused = refusal(index);
  if (refused == nullptr) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain, {{"why", reply_origin(*refused).sentence}});
  add_evidence(diagnosis, describe_request(*refused) + " was answered " + describe_reply(*refused), refused);
  add_metadata(diagnosis, index, *refused);
  if (const std::string renamed = renamed_challenge(*refused); !renamed.empty()) {
    diagnosis.sub_cause = "A gateway renames the header WWW-Authenticate to " + renamed +
                          ": clients find no challenge, and do not learn where to sign in.";
    diagnosis.cure =
        "Let the gateway pass WWW-Authenticate on: AWS API Gateway renames it on its way from an integration; map it "
        "back "
        "in the response, or answer the 401 from the gateway itself.";
  } else if (const std::string scope = challenge_parameter(*refused, "scope"); !scope.empty()) {
    diagnosis.sub_cause += std::string(diagnosis.sub_cause.empty() ? "" : " ") +
                           "The scope that is asked for: " + shortened(scope, 120) + ".";
    if (refused->status() == 403) diagnosis.cure = "Get a token with that scope.";
  }
  return diagnosis;
}

std::string missing_from(const Exchange& preflight) {
  const std::string allowed = lower_case(preflight.header("access-control-allow-headers").value_or(""));
  if (allowed.find('*') != std::string::npos) return "";
  std::string missing;
  for (const char* name : {"content-type", "mcp-session-id", "mcp-protocol-version"})
    if (allowed.find(name) == std::string::npos) missing += (missing.empty() ? "" : ", ") + std::string(name);
  return missing;
}

std::optional<Diagnosis> browsers_kept_out(const Rule& rule, const RunIndex& index) {
  const Exchange* preflight = index.probe(diagnosis_purpose::kPreflight);
  if (preflight == nullptr) return std::nullopt;
  const bool refused = preflight->status() == 401 || preflight->status() == 403;
  const bool offered = preflight->header("access-control-allow-origin").has_value();
  // A server that offers browsers nothing means it so.
  const std::string missing = !refused && offered ? missing_from(*preflight) : "";
  const bool blames_origin = refused && preflight->status() == 403;
  if ((!refused && missing.empty()) || blames_origin) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain);
  add_evidence(diagnosis,
               "OPTIONS " + path_of(preflight->request.url) + ", the preflight of a browser, was answered " +
                   describe_reply(*preflight),
               preflight);
  diagnosis.sub_cause = refused ? "The preflight is asked for credentials, and browsers never send any with it."
                                : "The preflight does not allow the headers " + missing + ", which every client sends.";
  return diagnosis;
}

std::optional<Diagnosis> revision_refused(const Rule& rule, const RunIndex& index) {
  const Exchange* first = index.first_failure();
  if (first == nullptr || index.had_session()) return std::nullopt;
  for (const RevisionLook& look : index.run().revisions) {
    if (look.found != RevisionLook::Found::spoken) continue;
    Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain, {{"spoken", look.revision}});
    add_evidence(diagnosis, "initialize was refused: " + shortened(error_message(*first), 160), first);
    const Exchange* served = look.exchange ? &index.run().trace.exchanges[*look.exchange] : nullptr;
    add_evidence(diagnosis, "with protocolVersion " + look.revision + " it was answered", served);
    return diagnosis;
  }
  return std::nullopt;
}

constexpr Rule kAccessRules[] = {
    {
        .id = "R-AUTH",
        .weight = Weight::failure,
        .affects = Affects::address,
        .title = "Credentials are needed",
        .cause = "The endpoint lets nobody in without them, or not with these: {why}.",
        .cure = "Give a token: `--bearer @env:TOKEN`, or another header with -H.",
        .links = {"https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization"},
        .predicate = credentials_wanted,
    },
    {
        .id = "R-PREFLIGHT",
        .weight = Weight::info,
        .affects = Affects::requests,
        .title = "Clients in a browser cannot connect",
        .cause =
            "Before a browser sends a request to another origin it asks whether it may (CORS), and the answer is no.",
        .cure = "Answer OPTIONS before credentials are checked, with Access-Control-Allow-Origin and the headers "
                "Content-Type, Authorization, Mcp-Session-Id and MCP-Protocol-Version; expose Mcp-Session-Id.",
        .links = {"https://fetch.spec.whatwg.org/#cors-preflight-fetch"},
        .predicate = browsers_kept_out,
    },
    {
        .id = "R-VERSION",
        .weight = Weight::failure,
        .affects = Affects::requests,
        .title = "The server refuses newer revisions instead of answering with its own",
        .cause = "A server that does not speak the revision that a client proposes answers initialize with one that it "
                 "speaks. This one answers an error, and works with {spoken}.",
        .cure = "Answer initialize with the newest revision that the server speaks, whatever was proposed. Until then: "
                "--revision {spoken}.",
        .links = {"https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#version-negotiation"},
        .predicate = revision_refused,
    },
};

}  // namespace

std::span<const Rule> access_rules() { return kAccessRules; }

}  // namespace mcplumb
