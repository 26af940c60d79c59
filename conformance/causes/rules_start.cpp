// Rules about whether anybody is there, and can be spoken to at all.
#include <algorithm>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/causes/rules.hpp"

namespace mcplumb {
namespace {

bool failed_to_start(const ProcessRecord& process) {
  return !process.problem.empty() || (process.exit_status && *process.exit_status != 0 && process.killed == kNever);
}

bool was_answered(const RunIndex& index) {
  const std::string asked = origin_of(index.endpoint());
  return std::any_of(index.exchanges().begin(), index.exchanges().end(), [&](const Exchange& each) {
    return (each.status() != 0 || each.answer) && origin_of(each.request.url) == asked;
  });
}

std::string last_words(const std::string& log) {
  const std::size_t end = log.find_last_not_of(" \t\r\n");
  if (end == std::string::npos) return "";
  const std::size_t newline = log.rfind('\n', end);
  return log.substr(newline == std::string::npos ? 0 : newline + 1,
                    end - (newline == std::string::npos ? -1 : newline));
}

// It wants to be called in another way: it said so, and ended.
bool tell_usage(Diagnosis& diagnosis, const RunIndex& index) {
  const std::string line = index.output_line(tells_usage);
  if (line.empty()) return false;
  diagnosis.sub_cause = "It printed how it is used, and ended.";
  diagnosis.cure = "Call it as its usage says: a subcommand, an option for stdio, or an argument is missing or wrong.";
  add_evidence(diagnosis, "it wrote: " + line);
  return true;
}

// A program that we started, and that could not be, or ended by itself.
void tell_program(Diagnosis& diagnosis, const RunIndex& index) {
  const auto& processes = index.run().trace.processes;
  const auto ended = std::find_if(processes.begin(), processes.end(), failed_to_start);
  if (ended == processes.end()) {
    diagnosis.cure = "Start the program by hand, and read what it writes to stderr.";
    return;
  }
  const std::string program = ended->command.empty() ? "the program" : shortened(ended->command.front(), 80);
  if (!ended->problem.empty()) {
    diagnosis.sub_cause = "The program could not be started: " + shortened(ended->problem, 200) + ".";
    diagnosis.cure = "Check the name " + program + " and the PATH that it is looked for in, or give its whole path.";
    return;
  }
  diagnosis.sub_cause = "It " + ending_of(*ended) + " before it answered.";
  diagnosis.cure = "Mend what its stderr complains of, and start it by hand with the same environment.";
  if (const std::string words = last_words(ended->log.text()); !words.empty())
    add_evidence(diagnosis, "its last words: " + shortened(words, 200));
}

// The same port on the other loopback address, where names may lead.
bool tell_other_loopback(Diagnosis& diagnosis, const RunIndex& index) {
  const auto probes = index.probes(diagnosis_purpose::kLoopback);
  const auto open =
      std::find_if(probes.begin(), probes.end(), [](const Exchange* each) { return was_connected(*each); });
  if (open == probes.end()) return false;
  const auto asked = Url::parse(index.endpoint()), there = Url::parse((*open)->request.url);
  if (!asked || !there) return false;
  const bool is_v6 = there->host.starts_with("[");
  const std::string family = is_v6 ? "IPv6" : "IPv4";
  diagnosis.confidence = Confidence::certain;
  diagnosis.sub_cause = "The server listens on the " + family + " loopback address only: " + there->host +
                        " answers on port " + there->port + ", " + asked->host + " does not.";
  diagnosis.cure = "Use " + (*open)->request.url + ", or let the server listen on both addresses (" +
                   (is_v6 ? "bind 127.0.0.1 too; many runtimes take the name localhost for ::1"
                          : "bind ::1 too, or use 127.0.0.1 everywhere") +
                   ").";
  add_evidence(diagnosis, "the same request to " + there->host + " was accepted: " + describe_reply(**open), *open);
  return true;
}

void tell_address(Diagnosis& diagnosis, const RunIndex& index, const Exchange& first) {
  add_evidence(diagnosis, first.failure->message, &first);
  if (tell_other_loopback(diagnosis, index)) return;
  const auto url = Url::parse(first.request.url);
  if (first.failure->kind == FailureKind::empty) {
    diagnosis.sub_cause =
        "The port is open, and the connection is closed before any reply: a port that a container "
        "publishes does so while nothing listens behind it.";
    diagnosis.cure =
        "See that the server runs, and in a container listens on 0.0.0.0 and on the port that is published.";
  } else if (url) {
    diagnosis.sub_cause = "Nobody listens on port " + url->port + " of " + url->host + ".";
  }
}

bool left_with_usage(const RunIndex& index) {
  const auto& all = index.run().trace.processes;
  return !index.output_line(tells_usage).empty() && std::any_of(all.begin(), all.end(), [](const ProcessRecord& each) {
    return each.exit_status && each.terminated == kNever && each.killed == kNever;
  });
}

std::optional<Diagnosis> not_started(const Rule& rule, const RunIndex& index) {
  const Run& run = index.run();
  const Exchange* first = index.first_failure();
  const auto failed_by = [&](FailureKind kind) {
    return first != nullptr && first->failure && first->failure->kind == kind;
  };
  // A proxy of a container accepts connections for a server that is not there.
  const bool closed = failed_by(FailureKind::empty) && is_loopback(first->request.url) && !index.had_session();
  const bool refused = failed_by(FailureKind::refused) || closed;
  const bool ended = std::any_of(run.trace.processes.begin(), run.trace.processes.end(), failed_to_start);
  // Of a program that we started and that never answered there is no exchange.
  const bool no_exchange = first == nullptr && !run.trace.processes.empty();
  const bool ours = !run.handshake_problem.empty() && (ended || no_exchange || left_with_usage(index));
  if (!refused && !ours) return std::nullopt;
  const std::string place = index.endpoint().empty() ? run.target : index.endpoint();
  Diagnosis diagnosis = make_diagnosis(rule, ours ? Confidence::likely : Confidence::possible, {{"place", place}});
  if (ours) add_evidence(diagnosis, shortened(run.handshake_problem, 400));
  if (ours && tell_usage(diagnosis, index)) return diagnosis;
  if (ours)
    tell_program(diagnosis, index);
  else
    tell_address(diagnosis, index, *first);
  add_log_sign(diagnosis, rule, index);
  return diagnosis;
}

// ---- TLS: what the library says, in other words

struct TlsSign {
  std::string_view text;  // part of libcurl's or OpenSSL's message
  std::string_view meaning, cure;
};

constexpr std::string_view kNoTls = "The port does not speak TLS.";
constexpr std::string_view kOtherName = "The certificate is for another name than the one in the URL.";
constexpr std::string_view kTrustIt =
    "Give the certificate of the authority with `--ca-file FILE`; `--insecure` takes any certificate, for a look only.";

constexpr TlsSign kTlsSigns[] = {
    {"wrong version number", kNoTls, ""},
    {"packet length too long", kNoTls, ""},
    {"http request", kNoTls, ""},
    {"self-signed certificate in certificate chain",
     "The certificate comes from an authority that this machine does not know: a company's own, or a proxy that opens "
     "TLS.",
     kTrustIt},
    {"self-signed certificate", "The certificate is self-signed: nobody vouches for it but the server itself.",
     "Give the certificate itself with `--ca-file FILE`; `--insecure` takes any certificate, for a look only. Clients "
     "need one of a known authority."},
    {"certificate has expired", "The certificate has expired.",
     "Renew it, and see that the server was restarted or reloaded since; `--insecure` goes on without it."},
    {"certificate is not yet valid", "The certificate is not valid yet, or the clock of this machine is slow.",
     "Check the clock, then the certificate."},
    {"unable to get local issuer certificate",
     "The chain of certificates is not complete: the issuer is not known here. Either the server leaves out the "
     "intermediate certificate, or its authority is one that this machine does not know. Browsers fetch what is "
     "missing; clients of MCP do not.",
     "Let the server send the whole chain (`fullchain.pem`); for an authority of your own, `--ca-file FILE`."},
    {"unable to verify the first certificate",
     "The chain of certificates is not complete: the server leaves out the intermediate certificate.",
     "Let the server send the whole chain (`fullchain.pem`); for an authority of your own, `--ca-file FILE`."},
    {"unknown ca", "The other side does not know the authority of the certificate.", kTrustIt},
    {"no alternative certificate subject name matches", kOtherName, ""},
    {"does not match target host name", kOtherName, ""},
    {"certificate required", "The server wants a certificate of the client.",
     "Give it with `--cert FILE` and `--key FILE`, if this client offers them, or ask at a port that does not want "
     "one."},
    {"handshake failure", "The two sides found no version or cipher of TLS that both speak.",
     "Let the server offer TLS 1.2 or 1.3 with usual ciphers."},
    {"protocol version", "The two sides found no version of TLS that both speak.",
     "Let the server offer TLS 1.2 or 1.3."},
    {"unexpected eof", "The connection was closed during the TLS handshake.",
     "See whether the port speaks TLS at all, and what the server logs."},
};

// Plain HTTP where TLS is spoken: servers that notice say so with 400.
bool wants_tls(const Exchange& exchange) {
  if (exchange.status() != 400 || !exchange.request.url.starts_with("http://")) return false;
  for (const std::string_view text :
       {"plain HTTP request was sent to HTTPS port", "Client sent an HTTP request to an HTTPS server",
        "speaking plain HTTP to an SSL-enabled server port", "requires TLS",
        "This combination of host and port requires TLS"})
    if (exchange.body.find(text) != std::string::npos) return true;
  return false;
}

std::string with_scheme(const std::string& url, const std::string& scheme) {
  const std::size_t colon = url.find("://");
  return colon == std::string::npos ? url : scheme + url.substr(colon);
}

void tell_no_tls(Diagnosis& diagnosis, const Exchange& failed, const Exchange* plain) {
  diagnosis.sub_cause = "The port does not speak TLS: what answers there speaks plain HTTP, or something else.";
  diagnosis.cure = "Use " + with_scheme(failed.request.url, "http") +
                   " if the server is meant to be asked without TLS, or the port that does speak it.";
  if (plain == nullptr || plain->status() == 0) return;
  diagnosis.confidence = Confidence::certain;
  add_evidence(diagnosis, "the same URL with http:// was answered " + describe_reply(*plain), plain);
}

void tell_tls(Diagnosis& diagnosis, const RunIndex& index, const Exchange& failed) {
  std::string message = lower_case(failed.failure->message);
  if (const std::size_t at = message.find("self signed"); at != message.npos) message[at + 4] = '-';
  const Exchange* plain = index.probe(diagnosis_purpose::kPlain);
  const bool answers_plainly = plain != nullptr && plain->status() != 0 && !wants_tls(*plain);
  const auto sign = std::find_if(std::begin(kTlsSigns), std::end(kTlsSigns),
                                 [&](const TlsSign& each) { return message.find(each.text) != message.npos; });
  const bool is_certificate = message.find("certificate") != message.npos;
  if (answers_plainly && !is_certificate) return tell_no_tls(diagnosis, failed, plain);
  if (sign == std::end(kTlsSigns)) return;
  diagnosis.confidence = Confidence::certain;
  diagnosis.sub_cause = std::string(sign->meaning);
  if (sign->meaning == kNoTls) return tell_no_tls(diagnosis, failed, plain);
  if (!sign->cure.empty()) diagnosis.cure = std::string(sign->cure);
  if (sign->meaning != kOtherName) return;
  const auto url = Url::parse(failed.request.url);
  diagnosis.cure =
      "Use a name that the certificate has, or get one for " + (url ? url->host : std::string("this name")) + ".";
}

std::optional<Diagnosis> tls_failed(const Rule& rule, const RunIndex& index) {
  const Exchange* first = index.first_failure();
  if (first == nullptr) return std::nullopt;
  if (wants_tls(*first)) {
    Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain);
    diagnosis.sub_cause = "The port speaks TLS, and the URL says http: a plain HTTP request was sent to an HTTPS port.";
    diagnosis.cure = "Use " + with_scheme(first->request.url, "https") + ".";
    add_evidence(diagnosis, describe_request(*first) + " was answered " + describe_reply(*first), first);
    return diagnosis;
  }
  if (!first->failure || first->failure->kind != FailureKind::tls) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::likely);
  add_evidence(diagnosis, first->failure->message, first);
  tell_tls(diagnosis, index, *first);
  return diagnosis;
}

constexpr Rule kStartRules[] = {
    {
        .id = "R-START",
        .weight = Weight::failure,
        .affects = Affects::server,
        .title = "The server did not start, or does not listen where it was looked for",
        .cause = "Nothing answers at {place}: the server ended while it started, or listens somewhere else.",
        .cure = "Start the server, read its first lines, and compare the host and the port that it names.",
        .links = {"https://modelcontextprotocol.io/docs/tools/debugging",
                  "https://github.com/modelcontextprotocol/python-sdk/issues/1467",
                  "https://github.com/encode/starlette/pull/3117"},
        .log_signs = {{"can only be called once per instance",
                       "The session manager is run twice: the lifespan is passed at two places.",
                       "Pass the lifespan once, to the outermost app."},
                      {"unexpected keyword argument 'on_startup'",
                       "starlette 1.0.0 removed `on_startup`; the server still uses it.",
                       "Move what it starts into a `lifespan` function, which every starlette has."},
                      {"No module named 'mcp.server.fastmcp'", "The Python SDK 2.x has no `mcp.server.fastmcp`.",
                       "Pin `mcp<2`, or follow the migration guide of 2.0."},
                      {"no longer accepts", "fastmcp 3 has taken arguments away that the server uses.",
                       "Pin `fastmcp<3`, or follow its upgrade guide."},
                      {"KeyError: 'ctx'", "fastmcp and pydantic do not fit each other.",
                       "Upgrade fastmcp to 2.13.4 or newer, or keep pydantic below 2.12."},
                      {"PydanticUserError", "The SDK and pydantic do not fit each other.",
                       "Upgrade mcp to 1.27.1 or newer, or keep pydantic below 2.13."},
                      {"address already in use", "Another program has the port.",
                       "Stop that program, or choose another port."},
                      {"EADDRINUSE", "Another program has the port.", "Stop that program, or choose another port."}},
        .contradicted_by = {{"something answered there over HTTP", Contradiction::Effect::silences, was_answered}},
        .predicate = not_started,
    },
    {
        .id = "R-TLS",
        .weight = Weight::failure,
        .affects = Affects::server,
        .title = "The connection is not secured as the URL says",
        .cause = "TLS could not be agreed on, so nothing was asked yet.",
        .cure = "See what certificate the server has; `--ca-file FILE` trusts the authority that made it, and "
                "`--insecure` takes any, for a look only.",
        .links = {"https://curl.se/docs/sslcerts.html"},
        .predicate = tls_failed,
    },
};

}  // namespace

std::span<const Rule> start_rules() { return kStartRules; }

}  // namespace mcplumb
