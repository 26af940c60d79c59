// Rules about where the endpoint is, and who answers there.
#include <algorithm>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/media_type.hpp"
#include "client/text/wording.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/causes/rules.hpp"
#include "conformance/record/redact.hpp"

namespace mcplumb {
namespace {

std::string host_of(const Exchange& exchange) {
  return find_header(exchange.request.headers, "host").value_or("(none)");
}

// "/api/api/messages" -> "/api"; empty if no prefix stands twice.
std::string doubled_prefix(const std::string& path) {
  const std::size_t second = path.find('/', 1);
  if (second == std::string::npos) return "";
  const std::string prefix = path.substr(0, second);
  return path.compare(second, prefix.size() + 1, prefix + "/") == 0 ? prefix : "";
}

std::optional<Diagnosis> host_refused(const Rule& rule, const RunIndex& index) {
  const Exchange* first = index.first_failure();
  if (first == nullptr || (first->status() != 421 && first->status() != 403)) return std::nullopt;
  const Exchange* served = nullptr;
  for (const Exchange* retry : index.probes(diagnosis_purpose::kHost))
    if (retry->status() == 200 && has_result(*retry)) served = retry;
  const bool says_host = first->body.find("Invalid Host header") != std::string::npos;
  if (served == nullptr && !says_host && first->status() != 421) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, served != nullptr ? Confidence::certain : Confidence::likely);
  add_evidence(diagnosis,
               "with Host: " + host_of(*first) + " the reply was " + describe_reply(*first) +
                   (first->body.empty() ? "" : ": " + shortened(first->body, 80)),
               first);
  if (served != nullptr)
    add_evidence(diagnosis,
                 "the same request with Host: " + host_of(*served) + " was answered " + describe_reply(*served),
                 served);
  return diagnosis;
}

// A message to this URL was taken; the one that the handshake ended with was not, whatever its status.
bool post_was_accepted(const RunIndex& index, const std::string& url) {
  return std::any_of(index.exchanges().begin(), index.exchanges().end(), [&](const Exchange& post) {
    const bool taken = post.status() == 202 || (post.status() / 100 == 2 && !post.deliberate);
    return post.request.method == "POST" && taken && &post != index.first_failure() &&
           without_query(post.request.url) == without_query(url);
  });
}

// Some gateways answer 200 and nothing for what they know nothing of.
const Exchange* refused_post(const RunIndex& index, const std::string& url) {
  const auto refused = [](int status) { return status == 404 || status == 405 || status == 200; };
  for (const Exchange& post : index.exchanges())
    if (post.request.method == "POST" && refused(post.status()) && !post.deliberate &&
        without_query(post.request.url) == without_query(url))
      return &post;
  return nullptr;
}

// The path that the stream has and its messages lack: "/docs/sse" and "/messages/" -> "/docs".
std::string lost_prefix(const std::string& stream_path, const std::string& message_path) {
  const std::size_t last = stream_path.rfind('/');
  const std::string prefix = last == std::string::npos ? "" : stream_path.substr(0, last);
  return message_path.starts_with(prefix + "/") ? "" : prefix;
}

void tell_prefix(Diagnosis& diagnosis, const RunIndex& index, const std::string& stream_path, const std::string& path) {
  if (const std::string prefix = doubled_prefix(path); !prefix.empty()) {
    diagnosis.confidence = Confidence::certain;
    diagnosis.sub_cause = "The prefix " + prefix + " stands there twice: the mount and `mount_path` both put it.";
    diagnosis.cure =
        "Leave `mount_path` out of `sse_app()`: mcp 1.9.0 and newer put the mount's prefix in front themselves.";
    return;
  }
  const std::string prefix = lost_prefix(stream_path, path);
  if (prefix.empty()) return;
  const Exchange* with_prefix = index.probe(diagnosis_purpose::kPrefix);
  const bool found =
      with_prefix != nullptr && with_prefix->status() != 0 && with_prefix->status() != 405 &&
      (with_prefix->status() != 404 || lower_case(with_prefix->body).find("session") != std::string::npos);
  diagnosis.confidence = found ? Confidence::certain : Confidence::likely;
  diagnosis.sub_cause = "The prefix " + prefix +
                        " is missing there: a proxy takes it away from requests, and the server "
                        "does not know of it.";
  diagnosis.cure =
      "Let the proxy keep the prefix and the server serve under it, or tell the server the prefix that it "
      "has outside (ASGI: `root_path`; many frameworks: a base URL, or X-Forwarded-Prefix).";
  if (found)
    add_evidence(diagnosis,
                 describe_request(*with_prefix) + ", with the prefix, was answered " + describe_reply(*with_prefix) +
                     (with_prefix->body.empty() ? "" : ": " + shortened(with_prefix->body, 60)),
                 with_prefix);
}

std::optional<Diagnosis> endpoint_not_found(const Rule& rule, const RunIndex& index) {
  const Exchange* stream = old_stream(index.run().trace);
  if (stream == nullptr) return std::nullopt;
  const std::string url = resolve_url(stream->request.url, stream->events.front().data);
  // Once a message was accepted there, a 404 is about its stream, which is gone.
  if (url.empty() || post_was_accepted(index, url)) return std::nullopt;
  const Exchange* post = refused_post(index, url);
  if (post == nullptr) return std::nullopt;
  // What knows of sessions is the right place, and this session is another's.
  if (lower_case(post->body).find("session") != std::string::npos) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(
      rule, Confidence::likely, {{"url", redact_url(without_query(url))}, {"status", std::to_string(post->status())}});
  add_evidence(diagnosis,
               "GET " + path_of(stream->request.url) + " sent the event endpoint with the data " +
                   shortened(without_query(stream->events.front().data), 120),
               stream);
  add_evidence(diagnosis, "POST " + path_of(url) + " was answered " + describe_reply(*post), post);
  tell_prefix(diagnosis, index, path_of(stream->request.url), path_of(without_query(url)));
  if (post->status() == 200 && diagnosis.confidence != Confidence::certain) return std::nullopt;
  return diagnosis;
}

// A program that was to speak over stdio, and stays, and listens to a port instead.
std::optional<Diagnosis> http_and_not_stdio(const Rule& rule, const RunIndex& index) {
  const Exchange* first = index.first_failure();
  if (first == nullptr || first->over_http() || first->answer || index.had_session()) return std::nullopt;
  const bool stayed = first->failure && first->failure->kind == FailureKind::deadline;
  const std::string line = index.output_line(tells_of_http);
  if (!stayed || line.empty()) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::likely);
  diagnosis.title = "The program serves HTTP, and was spoken to over stdio";
  diagnosis.cause = "The program waits for connections on a port, and takes no notice of its stdin.";
  diagnosis.cure =
      "Start it with its option for stdio (often `--transport stdio` or `--stdio`), or look at it over HTTP: "
      "`mcplumb probe --serve 'COMMAND' --url http://127.0.0.1:PORT/mcp`.";
  add_evidence(diagnosis, "it wrote: " + line, first);
  return diagnosis;
}

std::optional<Diagnosis> other_transport(const Rule& rule, const RunIndex& index) {
  if (std::optional<Diagnosis> port = http_and_not_stdio(rule, index)) return port;
  const Exchange* first = index.first_failure();
  const Exchange* stream = old_stream(index.run().trace);
  if (first == nullptr || stream == nullptr || first->transport == TransportKind::http_sse) return std::nullopt;
  if (first->request.method != "POST" || first->status() < 400 || first->status() >= 500) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain, {{"url", redact_url(stream->request.url)}});
  add_evidence(diagnosis, "POST " + path_of(first->request.url) + " was answered " + describe_reply(*first), first);
  add_evidence(diagnosis, "GET " + path_of(stream->request.url) + " opened a stream whose first event is endpoint",
               stream);
  return diagnosis;
}

std::optional<Diagnosis> other_path(const Rule& rule, const RunIndex& index) {
  const Exchange* first = index.first_failure();
  if (first == nullptr) return std::nullopt;
  const Exchange* refused = first->status() / 100 == 3 ? index.probe(diagnosis_purpose::kRedirect) : first;
  if (refused == nullptr || (refused->status() != 404 && refused->status() != 405)) return std::nullopt;
  for (const Exchange* candidate : index.probes(diagnosis_purpose::kPath)) {
    const bool answers = (candidate->status() == 200 && has_result(*candidate)) || is_old_stream(*candidate);
    if (!answers) continue;
    const std::string found = path_of(candidate->request.url);
    Diagnosis diagnosis =
        make_diagnosis(rule, Confidence::certain, {{"asked", path_of(first->request.url)}, {"found", found}});
    add_evidence(diagnosis, "POST " + path_of(refused->request.url) + " was answered " + describe_reply(*refused),
                 refused);
    add_evidence(diagnosis,
                 candidate->request.method + " " + found + " was answered " + describe_reply(*candidate) +
                     (is_old_stream(*candidate) ? ", with the event endpoint of HTTP+SSE" : ""),
                 candidate);
    if (found == path_of(first->request.url) + path_of(first->request.url))
      diagnosis.sub_cause = "The app was mounted at a path that it brings with it already.";
    return diagnosis;
  }
  return std::nullopt;
}

std::optional<Diagnosis> gateway_page(const Rule& rule, const RunIndex& index) {
  const Exchange* page = nullptr;
  ReplyOrigin origin;
  for (const Exchange* each : index.traffic())
    if (origin = reply_origin(*each); origin.who == Replier::gateway) {
      page = each;
      break;
    }
  if (page == nullptr) return std::nullopt;
  const std::string server = page->header("server").value_or("");
  Diagnosis diagnosis = make_diagnosis(rule, origin.product.empty() ? Confidence::likely : Confidence::certain);
  add_evidence(diagnosis,
               describe_request(*page) + " was answered " + describe_reply(*page) +
                   (server.empty() ? "" : ", by Server: " + shortened(server, 60)),
               page);
  diagnosis.sub_cause = sentence_of(origin.sentence);
  if (page->status() == 504 || page->status() == 524) {
    diagnosis.sub_cause += " It waited " + rounded_span(page->reply()->at - page->request.at) + ".";
    diagnosis.cure =
        "Give calls that take long a stream whose headers come at once and that is never silent for long, and "
        "raise the gateway's read timeout (`proxy_read_timeout` in nginx, `timeout server` in HAProxy).";
  }
  return diagnosis;
}

constexpr Rule kHttpRules[] = {
    {
        .id = "R-HOST",
        .weight = Weight::failure,
        .affects = Affects::address,
        .title = "The server refuses the Host header",
        .cause =
            "The server, or a proxy before it, takes only requests for names that it knows: protection against DNS "
            "rebinding.",
        .cure = "Add the public host to the names that it allows.",
        .links = {"https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning",
                  "https://github.com/modelcontextprotocol/python-sdk/issues/1798",
                  "https://github.com/modelcontextprotocol/python-sdk/issues/2688"},
        .stack_cures =
            {{Stack::python,
              "`TransportSecuritySettings(allowed_hosts=[\"example.com:*\", \"example.com\"])`, or pass "
              "`host=` to the constructor: mcp 1.23.0 and newer allow only loopback names by default. A name "
              "without a port has to be listed too: `127.0.0.1:*` does not match `127.0.0.1`."},
             {Stack::node, "`createMcpExpressApp({ host, allowedHosts })` of the SDK."}},
        .predicate = host_refused,
    },
    {
        .id = "R-ENDPOINT",
        .weight = Weight::failure,
        .affects = Affects::address,
        .title = "The URL in the endpoint event leads nowhere",
        .cause = "The stream of HTTP+SSE named {url} for messages, and that URL is answered {status}.",
        .cure = "Let the event name the URL under which messages are taken from outside, and see that the proxy routes "
                "it to the same server as the stream.",
        .links = {"https://github.com/modelcontextprotocol/python-sdk/issues/412",
                  "https://github.com/modelcontextprotocol/python-sdk/pull/659"},
        .explains = {"R-TRANSPORT", "R-PATH"},
        .predicate = endpoint_not_found,
    },
    {
        .id = "R-TRANSPORT",
        .weight = Weight::failure,
        .affects = Affects::address,
        .title = "This is HTTP+SSE, not Streamable HTTP",
        .cause = "GET {url} opens a stream whose first event is `endpoint`: the server speaks the transport of "
                 "2024-11-05 here.",
        .cure = "Point clients of that transport here (`--transport http-sse`), or serve Streamable HTTP.",
        .links = {"https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#backwards-compatibility"},
        .explains = {"R-PATH"},
        .stack_cures = {{Stack::python, "`http_app()` or `streamable_http_app()` in the place of `sse_app()`."}},
        .predicate = other_transport,
    },
    {
        .id = "R-PATH",
        .weight = Weight::failure,
        .affects = Affects::address,
        .title = "The endpoint is at another path",
        .cause = "{asked} is not where MCP is served; {found} is.",
        .cure = "Use {found}.",
        .links = {"https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http"},
        .explains = {"R-REDIRECT"},
        .stack_cures = {{Stack::python, "Or mount the app at \"/\": the app of the SDK brings the path /mcp with it."}},
        .predicate = other_path,
    },
    {
        .id = "R-GATEWAY",
        .weight = Weight::failure,
        .affects = Affects::address,
        .title = "A proxy answered in the place of the server",
        .cause =
            "The reply is a gateway's own error page: it could not reach the server behind it, or did not wait for it.",
        .cure =
            "Look at the gateway's log, at whether the server behind it runs, and at the address that the gateway has "
            "for it.",
        .links = {"https://www.rfc-editor.org/rfc/rfc9110#section-15.6.3",
                  "https://github.com/mark3labs/mcp-go/issues/162"},
        .predicate = gateway_page,
    },
};

}  // namespace

std::span<const Rule> http_rules() { return kHttpRules; }

}  // namespace mcplumb
