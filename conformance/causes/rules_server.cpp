// Rules about whether the server runs at all, and what has become of its sessions.
#include <algorithm>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/causes/rules.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kEnoughProbes = 5;
constexpr std::string_view kNotInitialized = "task group is not initialized";
constexpr std::string_view kNotInitializedFastmcp = "task group was not initialized";

bool same_reply(const Exchange& a, const Exchange& b) {
  return a.status() == b.status() && a.body == b.body && a.body_size == b.body_size &&
         a.header("content-type") == b.header("content-type");
}

// Different requests to the endpoint that all got one and the same 500.
struct Uniform {
  std::vector<const Exchange*> same;
  const Exchange* sibling = nullptr;
  bool holds = false;
};

// A gate asks twice; what is so in the end counts.
std::vector<const Exchange*> latest_of_each(const std::vector<const Exchange*>& probes) {
  std::vector<const Exchange*> latest;
  for (const Exchange* probe : probes) {
    std::erase_if(latest, [&](const Exchange* earlier) { return earlier->purpose == probe->purpose; });
    latest.push_back(probe);
  }
  return latest;
}

Uniform uniform_500(const RunIndex& index) {
  Uniform found;
  std::vector<const Exchange*> probes = latest_of_each(index.probes(diagnosis_purpose::kUniform));
  if (const Exchange* first = index.first_failure(); first != nullptr && first->status() == 500)
    probes.insert(probes.begin(), first);
  std::size_t others = 0;
  for (const Exchange* probe : probes) {
    if (probe->status() == 0 || probe->status() == 413) continue;  // a limit may stand before everything else
    if (probe->status() == 500 && (found.same.empty() || same_reply(*found.same.front(), *probe)))
      found.same.push_back(probe);
    else
      ++others;
  }
  found.sibling = index.probe(diagnosis_purpose::kSibling);
  const bool alive_beside = found.sibling != nullptr && found.sibling->status() > 0 && found.sibling->status() < 500;
  found.holds = found.same.size() >= kEnoughProbes && others == 0 && alive_beside;
  return found;
}

void add_uniform_evidence(Diagnosis& diagnosis, const Uniform& uniform) {
  const Exchange& one = *uniform.same.front();
  add_evidence(diagnosis,
               std::to_string(uniform.same.size()) + " different requests to " + path_of(one.request.url) +
                   ", among them a malformed body and a wrong Accept, which a live endpoint answers 400 and 406, all "
                   "got the same reply: " +
                   describe_reply(one),
               &one);
  for (std::size_t i = 1; i < uniform.same.size(); ++i) diagnosis.exchanges.push_back(uniform.same[i]->number);
  add_evidence(diagnosis,
               path_of(uniform.sibling->request.url) + " beside it was answered " +
                   std::to_string(uniform.sibling->status()) + ": the application itself is alive",
               uniform.sibling);
}

// Replies of the endpoint to well-formed requests before the first 500.
std::size_t good_replies(const RunIndex& index) {
  std::size_t good = 0;
  for (const Exchange* exchange : index.traffic()) {
    if (exchange->status() >= 500) break;
    good += exchange->status() >= 200 && exchange->status() < 300 ? 1 : 0;
  }
  return good;
}

std::string debug_line(const std::string& body) {
  for (const std::string_view message : {kNotInitialized, kNotInitializedFastmcp}) {
    std::string text = body;
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    if (const std::size_t at = text.find(message); at != std::string::npos)
      return body.substr(at, body.find('\n', at) - at);
  }
  return "";
}

// What a Python ASGI server says when the application raised.
bool looks_like_asgi(const Exchange& reply) {
  return media_type(reply.header("content-type").value_or("")) == "text/plain" &&
         reply.body == "Internal Server Error" && !reply.header("x-powered-by");
}

void add_lifespan_log(Diagnosis& diagnosis, const Rule& rule, const RunIndex& index) {
  for (const std::string_view text : {"Task group is not initialized", "task group was not initialized"})
    if (add_log_evidence(diagnosis, index, text)) break;
  if (add_log_sign(diagnosis, rule, index) || diagnosis.confidence != Confidence::certain) return;
  const std::string log = index.log();
  const std::size_t began = log.find("session manager started"), ended = log.find("session manager shutting down");
  if (log.empty()) return;
  if (began == std::string::npos)
    diagnosis.sub_cause = "The log never says that the session manager started: the app's lifespan was not run.";
  else if (ended != std::string::npos)
    diagnosis.sub_cause =
        "The log says that the session manager started and shut down before the first request: "
        "`run()` was left too early.";
}

std::optional<Diagnosis> lifespan_not_run(const Rule& rule, const RunIndex& index) {
  if (index.had_session()) return std::nullopt;
  if (const Exchange* discovery = index.discovery(); discovery != nullptr && discovery->status() < 500)
    return std::nullopt;
  const Uniform uniform = uniform_500(index);
  const Exchange* first = index.first_failure();
  const std::string debug = first != nullptr ? debug_line(first->body) : "";
  if (!uniform.holds && debug.empty()) return std::nullopt;
  const Exchange& reply = uniform.holds ? *uniform.same.front() : *first;
  Diagnosis diagnosis = make_diagnosis(rule, looks_like_asgi(reply) ? Confidence::likely : Confidence::possible,
                                       {{"path", path_of(reply.request.url)}});
  if (uniform.holds) add_uniform_evidence(diagnosis, uniform);
  if (!debug.empty()) {
    diagnosis.confidence = Confidence::certain;
    add_evidence(diagnosis, "the body of the reply says: " + shortened(debug, 160), first);
  } else if (diagnosis.confidence == Confidence::possible) {
    add_evidence(diagnosis,
                 "the reply does not look like that of a Python ASGI server, so another fault before all "
                 "handlers is as likely");
  }
  add_lifespan_log(diagnosis, rule, index);
  return diagnosis;
}

// The discovery was answered, and the session that was to follow broke off in its first reply.
bool broke_off_at_first(const RunIndex& index) {
  const Exchange *discovery = index.discovery(), *first = index.first_failure();
  return discovery != nullptr && discovery->status() < 500 && first != nullptr && first->status() == 200 &&
         first->failure.has_value();
}

std::optional<Diagnosis> poisoned(const Rule& rule, const RunIndex& index) {
  const Uniform uniform = uniform_500(index);
  const bool worked = index.had_session() && good_replies(index) >= 2;
  if (!uniform.holds || (!worked && !broke_off_at_first(index))) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::likely,
                                       {{"path", path_of(uniform.same.front()->request.url)},
                                        {"status", std::to_string(uniform.same.front()->status())}});
  if (worked)
    add_evidence(diagnosis, std::to_string(good_replies(index)) + " requests were answered well before that");
  else
    add_evidence(diagnosis,
                 "server/discover was answered " + std::to_string(index.discovery()->status()) +
                     " before that, and the reply to initialize broke off",
                 index.first_failure());
  add_uniform_evidence(diagnosis, uniform);
  if (const std::string line = index.log_line("session manager shutting down"); !line.empty()) {
    diagnosis.confidence = Confidence::certain;
    add_evidence(diagnosis, "the server's log, while it was running: " + line);
  }
  return diagnosis;
}

std::optional<Diagnosis> only_first_answered(const Rule& rule, const RunIndex& index) {
  std::vector<const Exchange*> traffic = index.traffic();
  const Exchange* discovery = index.discovery();
  // Any reply to it will do, if behind it there is nothing but errors, whatever is asked.
  const bool discovered = discovery != nullptr && discovery->status() < 500 && uniform_500(index).holds;
  if (discovered) traffic.insert(traffic.begin(), discovery);
  const auto first = std::find_if(traffic.begin(), traffic.end(), [](const Exchange* e) { return e->status() != 0; });
  if (first == traffic.end()) return std::nullopt;
  if (!discovered && ((*first)->status() != 200 || !is_initialize(**first))) return std::nullopt;
  std::vector<const Exchange*> later(first + 1, traffic.end());
  later.erase(std::remove_if(later.begin(), later.end(), [](const Exchange* e) { return e->status() == 0; }),
              later.end());
  const auto failed = [](const Exchange* e) { return e->status() >= 500; };
  if (later.empty() || !std::all_of(later.begin(), later.end(), failed)) return std::nullopt;
  const Exchange& second = *later.front();
  const bool shared = second.body.find("Already connected to a transport") != std::string::npos;
  Diagnosis diagnosis = make_diagnosis(rule, shared                  ? Confidence::certain
                                             : second.body_size == 0 ? Confidence::likely
                                                                     : Confidence::possible);
  add_evidence(diagnosis,
               std::string(discovered ? "server/discover" : "initialize") + " was answered " + describe_reply(**first),
               *first);
  add_evidence(diagnosis,
               later.size() == 1 ? "the next request was answered " + describe_reply(second)
                                 : "all of the next " + std::to_string(later.size()) +
                                       " requests were refused: " + describe_reply(second),
               &second);
  if (shared) {
    diagnosis.sub_cause = "One server object is connected for each request, although it is connected already.";
    add_evidence(diagnosis, "the reply says: Already connected to a transport", &second);
  }
  return diagnosis;
}

std::optional<Diagnosis> not_started(const Rule& rule, const RunIndex& index) {
  const Run& run = index.run();
  const Exchange* first = index.first_failure();
  const bool refused = first != nullptr && first->failure && first->failure->kind == FailureKind::refused;
  const bool ended = std::any_of(run.trace.processes.begin(), run.trace.processes.end(), [](const ProcessRecord& p) {
    return !p.problem.empty() || (p.exit_status && *p.exit_status != 0);
  });
  // Of a program that we started and that never answered there is no exchange.
  const bool no_exchange = first == nullptr && !run.trace.processes.empty();
  const bool ours = !run.handshake_problem.empty() && (ended || no_exchange);
  if (!refused && !ours) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, ours ? Confidence::likely : Confidence::possible,
                                       {{"place", index.endpoint().empty() ? run.target : index.endpoint()}});
  if (refused) add_evidence(diagnosis, first->failure->message, first);
  if (ours) add_evidence(diagnosis, shortened(run.handshake_problem, 400));
  add_log_sign(diagnosis, rule, index);
  return diagnosis;
}

std::optional<Diagnosis> starved(const Rule& rule, const RunIndex& index) {
  const auto alive = index.probes(diagnosis_purpose::kAlive);
  const auto silent = [](const Exchange* e) {
    return e->status() == 0 && e->failure && e->failure->kind == FailureKind::deadline && was_connected(*e);
  };
  if (alive.size() < 2 || !std::all_of(alive.begin(), alive.end(), silent)) return std::nullopt;
  const bool answered_once = std::any_of(index.exchanges().begin(), index.exchanges().end(),
                                         [](const Exchange& e) { return e.status() != 0; });
  Diagnosis diagnosis = make_diagnosis(rule, answered_once ? Confidence::likely : Confidence::possible);
  if (const Exchange* first = index.first_failure())
    add_evidence(diagnosis, "POST " + path_of(first->request.url) + ": " + describe_reply(*first), first);
  for (const Exchange* probe : alive)
    add_evidence(diagnosis, "after it, GET " + path_of(probe->request.url) + " was accepted and not answered either",
                 probe);
  if (!answered_once)
    add_evidence(diagnosis,
                 "nothing was answered at all, so a program that accepts connections and never reads is as "
                 "likely");
  const auto& facts = index.run().process_facts;
  if (facts && facts->stalled_cpu && *facts->stalled_cpu >= 0.9) {
    diagnosis.confidence = Confidence::certain;
    add_evidence(diagnosis, "the process used " + describe_cores(*facts->stalled_cpu) + " while nothing was answered");
  }
  return diagnosis;
}

std::optional<Diagnosis> session_lost(const Rule& rule, const RunIndex& index) {
  std::vector<const Exchange*> known, unknown;
  for (const Exchange* ping : index.probes(diagnosis_purpose::kFresh)) {
    if (ping->status() / 100 == 2) known.push_back(ping);
    if (ping->status() == 400 || ping->status() == 404) unknown.push_back(ping);
  }
  if (known.empty() || unknown.empty()) return std::nullopt;
  const bool many = known.size() > 1 && unknown.size() > 1;
  Diagnosis diagnosis = make_diagnosis(rule, many ? Confidence::certain : Confidence::likely);
  add_evidence(diagnosis,
               "of " + std::to_string(known.size() + unknown.size()) + " pings with one session id, each on a " +
                   "connection of its own, " + std::to_string(known.size()) + " were answered 200 and " +
                   std::to_string(unknown.size()) + " were answered " + std::to_string(unknown.front()->status()),
               unknown.front());
  const std::string why = error_message(*unknown.front());
  if (!why.empty()) add_evidence(diagnosis, "the refusal says: " + shortened(why, 120), unknown.front());
  return diagnosis;
}

constexpr Rule kServerRules[] = {
    {
        .id = "R-START",
        .weight = Weight::failure,
        .affects = Affects::server,
        .title = "The server did not start, or does not listen where it was looked for",
        .cause = "Nothing answers at {place}: the server ended while it started, or listens somewhere else.",
        .cure =
            "Start the server and read its first lines. In a container it must listen on 0.0.0.0, not on 127.0.0.1.",
        .links = {"https://github.com/modelcontextprotocol/python-sdk/issues/1467",
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
        .predicate = not_started,
    },
    {
        .id = "R-LIFESPAN",
        .weight = Weight::failure,
        .affects = Affects::server,
        .title = "The MCP session manager is not running",
        .cause = "The application that holds the session manager never received the ASGI lifespan start-up event, so "
                 "nothing behind {path} can answer.",
        .cure = "Pass the lifespan of the MCP app to the outermost app: `lifespan=mcp_app.lifespan` (fastmcp), "
                "`lifespan=inner.router.lifespan_context` (mcp), or run `session_manager.run()` in the parent's own "
                "lifespan. If an ASGI wrapper is outside, let it forward scopes whose type is not \"http\". See that "
                "the server is not started with lifespan off.",
        .note =
            "This does not depend on package versions: the same server fails, and the corrected one works, on every "
            "pair of starlette and anyio that was tried. Other versions, or a move to `sse_app()`, only hide it.",
        .links = {"https://github.com/modelcontextprotocol/python-sdk/issues/1467",
                  "https://github.com/modelcontextprotocol/python-sdk/issues/1484",
                  "https://github.com/modelcontextprotocol/python-sdk/issues/1716",
                  "https://github.com/modelcontextprotocol/python-sdk/pull/1669"},
        .explains = {"R-CUT", "R-SECOND"},
        .log_signs = {{"ASGI 'lifespan' protocol appears unsupported",
                       "An ASGI wrapper outside the app fails on the lifespan scope; the server carries on without it.",
                       ""}},
        .predicate = lifespan_not_run,
    },
    {
        .id = "R-POISONED",
        .weight = Weight::failure,
        .affects = Affects::server,
        .title = "One crashed session has stopped the session manager",
        .cause = "The server answered well at first; then one session failed, and with it the task group that all "
                 "sessions share. Since then every request to {path} gets the same {status}.",
        .cure = "Upgrade the Python SDK to mcp 1.11.0 or newer, and look for what made the first session fail.",
        .links = {"https://github.com/modelcontextprotocol/python-sdk/pull/841",
                  "https://github.com/modelcontextprotocol/python-sdk/issues/838",
                  "https://github.com/modelcontextprotocol/python-sdk/issues/1104"},
        .explains = {"R-CUT", "R-SECOND"},
        .predicate = poisoned,
    },
    {
        .id = "R-STARVED",
        .weight = Weight::failure,
        .affects = Affects::server,
        .title = "The server's event loop is blocked",
        .cause = "After one POST the server answers nothing any more, not even on other paths. A middleware that reads "
                 "the body and then hands it out again for ever keeps the loop busy: its `receive()` never gives "
                 "`http.disconnect`.",
        .cure = "Let the middleware give the body once and then pass on to the real `receive()`.",
        .links = {"https://github.com/modelcontextprotocol/python-sdk/issues/3439"},
        .explains = {"R-CUT", "R-HEADERS-LATE", "R-SPIN"},
        .predicate = starved,
    },
    {
        .id = "R-SESSION",
        .weight = Weight::failure,
        .affects = Affects::requests,
        .title = "Only some connections know the session",
        .cause = "Several workers or replicas share the address, and each keeps its sessions to itself.",
        .cure = "Run one worker, route by the MCP-Session-Id header (sticky sessions), or serve without sessions "
                "(`stateless_http=True`, `sessionIdGenerator: undefined`).",
        .links = {"https://github.com/modelcontextprotocol/python-sdk/pull/1945",
                  "https://github.com/BerriAI/litellm/issues/21417"},
        .predicate = session_lost,
    },
    {
        .id = "R-SECOND",
        .weight = Weight::failure,
        .affects = Affects::requests,
        .title = "Only the first request is answered",
        .cause = "One transport, or one server object, is used for all requests. The TypeScript SDK 1.26.0 and newer "
                 "refuses to use it a second time.",
        .cure = "Make a new `McpServer` and a new `StreamableHTTPServerTransport` for each request in stateless mode, "
                "or for each session.",
        .links = {"https://github.com/modelcontextprotocol/typescript-sdk/issues/1994",
                  "https://github.com/modelcontextprotocol/typescript-sdk/issues/2704"},
        .predicate = only_first_answered,
    },
};

}  // namespace

std::span<const Rule> server_rules() { return kServerRules; }

}  // namespace mcplumb
