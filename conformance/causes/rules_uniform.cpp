// Rules about servers of which every request meets the same failure.
#include <algorithm>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/media_type.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/causes/rules.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kEnoughProbes = 5;
constexpr std::string_view kNotInitialized = "task group is not initialized";
constexpr std::string_view kNotInitializedFastmcp = "task group was not initialized";

// Times, paths and ids in them differ.
bool is_same_failure(const Exchange& a, const Exchange& b) {
  const std::size_t shorter = std::min(a.body_size, b.body_size), longer = std::max(a.body_size, b.body_size);
  return a.status() == b.status() && a.header("content-type") == b.header("content-type") &&
         longer - shorter <= 32 + longer / 10;
}

// Different requests to the endpoint that all got one and the same 500.
struct Uniform {
  std::vector<const Exchange*> same;
  const Exchange* sibling = nullptr;
  bool everywhere = false;  // beside the endpoint, too
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
    if (probe->status() == 500 && (found.same.empty() || is_same_failure(*found.same.front(), *probe)))
      found.same.push_back(probe);
    else
      ++others;
  }
  found.sibling = index.probe(diagnosis_purpose::kSibling);
  found.holds = found.same.size() >= kEnoughProbes && others == 0;
  found.everywhere = found.holds && found.sibling != nullptr && is_same_failure(*found.same.front(), *found.sibling);
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
  if (uniform.sibling == nullptr || uniform.sibling->status() == 0) return;
  add_evidence(diagnosis,
               path_of(uniform.sibling->request.url) + " beside it was answered " +
                   std::to_string(uniform.sibling->status()) +
                   (uniform.everywhere ? ": the application fails on every path" : ": the application itself is alive"),
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

std::string not_initialized_line(const std::string& text) {
  const std::string searched = lower_case(text);
  for (const std::string_view message : {kNotInitialized, kNotInitializedFastmcp})
    if (const std::size_t at = searched.find(message); at != std::string::npos)
      return text.substr(at, text.find('\n', at) - at);
  return "";
}

// What a Python ASGI server says when the application raised.
bool looks_like_asgi(const Exchange& reply) {
  return media_type(reply.header("content-type").value_or("")) == "text/plain" &&
         reply.body == "Internal Server Error" && !reply.header("x-powered-by");
}

// ---- what speaks against a session manager that does not run

bool log_names_another_error(const RunIndex& index) {
  return !index.error_in_log().empty() && not_initialized_line(index.log()).empty();
}

bool log_says_started(const RunIndex& index) {
  const std::string log = index.log();
  const std::size_t began = log.rfind("session manager started");
  return began != std::string::npos && log.find("session manager shutting down", began) == std::string::npos &&
         not_initialized_line(log).empty();
}

bool log_is_silent(const RunIndex& index) {
  const std::string log = index.log();
  return log.find_first_not_of(" \n") != std::string::npos && not_initialized_line(log).empty();
}

bool reply_says_not_initialized(const RunIndex& index) {
  const Exchange* first = index.first_failure();
  return first != nullptr && !not_initialized_line(first->body).empty();
}

bool log_says_not_initialized(const RunIndex& index) { return !not_initialized_line(index.log()).empty(); }

bool log_names_no_reuse(const RunIndex& index) {
  const std::string error = index.error_in_log();
  const bool ours = error.find("SyntaxError") != std::string::npos;  // a body that we spoiled
  return !error.empty() && !ours && index.log().find("Already connected") == std::string::npos &&
         index.log().find("Stateless transport cannot be reused") == std::string::npos;
}

// A router answers the path with another slash by itself; a middleware before it fails there as well.
bool twin_fails_too(const RunIndex& index) {
  const Exchange* twin = index.probe(diagnosis_purpose::kTwin);
  return twin != nullptr && twin->status() >= 500;
}

void add_lifespan_log(Diagnosis& diagnosis, const Rule& rule, const RunIndex& index) {
  for (const std::string_view text : {"Task group is not initialized", "task group was not initialized"})
    if (add_log_evidence(diagnosis, index, text)) break;
  const bool proved = diagnosis.confidence == Confidence::certain;
  if (!proved || add_log_sign(diagnosis, rule, index)) return;
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
  const std::string debug = first != nullptr ? not_initialized_line(first->body) : "";
  const bool fits = uniform.holds && !uniform.everywhere && looks_like_asgi(*uniform.same.front());
  if (!fits && debug.empty()) return std::nullopt;
  const Exchange& reply = fits ? *uniform.same.front() : *first;
  const bool is_python = index.stack() == Stack::python;
  Diagnosis diagnosis = make_diagnosis(rule, is_python ? Confidence::likely : Confidence::possible,
                                       {{"path", path_of(reply.request.url)}});
  if (uniform.holds) add_uniform_evidence(diagnosis, uniform);
  if (const Exchange* twin = index.probe(diagnosis_purpose::kTwin); twin != nullptr && twin->status() / 100 < 5)
    add_evidence(diagnosis,
                 path_of(twin->request.url) + " was answered " + std::to_string(twin->status()) +
                     ": requests come as far as the router",
                 twin);
  if (!debug.empty()) {
    diagnosis.confidence = Confidence::certain;
    add_evidence(diagnosis, "the body of the reply says: " + shortened(debug, 160), first);
  }
  add_lifespan_log(diagnosis, rule, index);
  return diagnosis;
}

// ---- any other fault before all handlers

// The error that a page for developers shows; empty if the reply says nothing beyond its status.
std::string error_in_reply(const Exchange& reply) {
  std::string text = reply.body;
  if (const std::size_t pre = text.find("<pre>"); pre != std::string::npos) text = text.substr(pre + 5);
  for (const std::string_view mark : {"<br>", "</pre>", "\n"})
    if (const std::size_t end = text.find(mark); end != std::string::npos) text.resize(end);
  const bool names_error = text.find("Error: ") != std::string::npos || text.find("Exception: ") != std::string::npos ||
                           text.find("panic: ") != std::string::npos;
  return names_error && text.find('<') == std::string::npos ? shortened(text, 160) : "";
}

// The replies of the endpoint from the last good one on.
std::vector<const Exchange*> failures_at_end(const RunIndex& index) {
  std::vector<const Exchange*> failures;
  for (const Exchange* each : index.traffic()) {
    if (each->status() == 0) continue;
    if (each->status() < 500) failures.clear();
    if (each->status() >= 500) failures.push_back(each);
  }
  return failures;
}

// What was sent after handshakes that went well, if all of it met a server error.
std::vector<const Exchange*> failures_after_handshake(const RunIndex& index) {
  std::vector<const Exchange*> failures;
  const Exchange* again = index.probe(diagnosis_purpose::kNewSession);
  if (again == nullptr || again->status() != 200) return {};
  for (const Exchange* each : index.traffic()) {
    if (each->request.method != "POST" || each->status() == 0) continue;
    if (is_initialize(*each) || (each->status() / 100 == 2 && !is_request(each->message))) continue;
    if (each->status() < 500) return {};
    failures.push_back(each);
  }
  return failures.size() > 1 ? failures : std::vector<const Exchange*>();
}

bool is_framework_500(const Exchange& reply) {
  const Replier who = reply_origin(reply).who;
  return reply.status() == 500 && (who == Replier::framework || who == Replier::server);
}

// Which error it is: certain if the reply itself shows it, else as the log has it.
void add_error_evidence(Diagnosis& diagnosis, const RunIndex& index, const Exchange& reply) {
  if (const std::string error = error_in_reply(reply); !error.empty()) {
    diagnosis.confidence = Confidence::certain;
    add_evidence(diagnosis, "the reply shows the error: " + error, &reply);
  } else if (const std::string logged = index.error_in_log(); !logged.empty()) {
    add_log_evidence(diagnosis, index, logged.substr(0, 60));
  }
}

// initialize goes through, time and again: what runs before all of MCP is sound.
std::optional<Diagnosis> fails_after_handshake(const Rule& rule, const RunIndex& index) {
  const std::vector<const Exchange*> failures = failures_after_handshake(index);
  if (failures.empty() || !is_framework_500(*failures.front())) return std::nullopt;
  const Exchange& reply = *failures.front();
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::likely);
  diagnosis.title = "Every request after initialize fails";
  diagnosis.cause =
      "initialize is answered, again and again, and whatever is sent in the session that it begins ends in the same "
      "error: what looks sessions up, or what is done for requests with a session only, fails.";
  add_evidence(diagnosis, "initialize was answered 200, also after the others had failed",
               index.probe(diagnosis_purpose::kNewSession));
  add_evidence(diagnosis,
               "all of the " + std::to_string(failures.size()) + " messages after it got " + describe_reply(reply),
               &reply);
  add_error_evidence(diagnosis, index, reply);
  return diagnosis;
}

std::optional<Diagnosis> application_fails(const Rule& rule, const RunIndex& index) {
  if (std::optional<Diagnosis> later = fails_after_handshake(rule, index)) return later;
  const Uniform uniform = uniform_500(index);
  const std::vector<const Exchange*> last = failures_at_end(index);
  const bool worked = index.had_session() && good_replies(index) > 0;
  const bool fails_since =
      worked && !last.empty() && (last.size() >= 3 || uniform.holds) && is_framework_500(*last.front());
  const bool never_worked = uniform.holds && !worked;
  if (!never_worked && !fails_since) return std::nullopt;
  const Exchange& reply = never_worked ? *uniform.same.front() : *last.front();
  if (!is_framework_500(reply)) return std::nullopt;
  // A session manager that does not run, or was stopped, looks the same.
  const bool has_twin = looks_like_asgi(reply) && !twin_fails_too(index) && !uniform.everywhere;
  const bool told = !has_twin && (index.stack() != Stack::unknown || twin_fails_too(index) || uniform.everywhere);
  Diagnosis diagnosis =
      make_diagnosis(rule, told ? Confidence::likely : Confidence::possible, {{"path", path_of(reply.request.url)}});
  if (uniform.holds) add_uniform_evidence(diagnosis, uniform);
  if (fails_since) {
    diagnosis.sub_cause = "It worked at first, and fails for every request since then.";
    add_evidence(diagnosis,
                 std::to_string(good_replies(index)) + " requests were answered well, and all " +
                     std::to_string(last.size()) + " after them got " + describe_reply(reply),
                 &reply);
  }
  if (has_twin)
    add_evidence(
        diagnosis,
        "from outside this is not told from a session manager that does not run; the log is: there it says \"Task "
        "group is not initialized\", here another error");
  add_error_evidence(diagnosis, index, reply);
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
  if (!uniform.holds || uniform.everywhere || (!worked && !broke_off_at_first(index))) return std::nullopt;
  const bool says_so = !not_initialized_line(uniform.same.front()->body).empty();
  if (!looks_like_asgi(*uniform.same.front()) && !says_so) return std::nullopt;
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

// What is asked behind the first request fails, whatever it is; a body that is no JSON may be refused before.
bool all_that_is_asked_fails(const RunIndex& index) {
  const std::vector<const Exchange*> asked = index.probes(diagnosis_purpose::kUniform);
  return asked.size() >= 5 && std::all_of(asked.begin(), asked.end(), [](const Exchange* each) {
           return each->status() >= 500 || each->purpose.ends_with("malformed-body");
         });
}

std::optional<Diagnosis> only_first_answered(const Rule& rule, const RunIndex& index) {
  std::vector<const Exchange*> traffic = index.traffic();
  const Exchange* discovery = index.discovery();
  // Any reply to it will do, if behind it there is nothing but errors, whatever is asked.
  const bool discovered = discovery != nullptr && discovery->status() < 500 && all_that_is_asked_fails(index);
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
  if (!shared && second.body_size > 0) return std::nullopt;  // it says something else
  const bool is_node = index.stack() == Stack::node;
  Diagnosis diagnosis = make_diagnosis(rule, shared    ? Confidence::certain
                                             : is_node ? Confidence::likely
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

constexpr Contradiction kAnotherErrorLogged = {"the log ends a traceback with another error",
                                               Contradiction::Effect::silences, log_names_another_error};
constexpr Contradiction kTwinFails = {
    "the path with another slash, which a router answers by itself, fails the same way", Contradiction::Effect::weakens,
    twin_fails_too};

constexpr Rule kUniformRules[] = {
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
        .only_on = {Stack::python},
        .contradicted_by = {kAnotherErrorLogged,
                            {"the log says that the session manager started, and not that it ended",
                             Contradiction::Effect::silences, log_says_started},
                            {"the server's log says nothing of it", Contradiction::Effect::weakens, log_is_silent},
                            kTwinFails},
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
        .only_on = {Stack::python},
        .contradicted_by = {kAnotherErrorLogged, kTwinFails},
        .predicate = poisoned,
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
        .explains = {"R-RAISES"},
        .only_on = {Stack::node},
        .contradicted_by = {{"the log names another error", Contradiction::Effect::silences, log_names_no_reuse}},
        .predicate = only_first_answered,
    },
    {
        .id = "R-RAISES",
        .weight = Weight::failure,
        .affects = Affects::server,
        .title = "The application fails before it comes to MCP",
        .cause = "Every request to {path} ends in the same error, whatever it asks: it is not the MCP handler that "
                 "fails, but what runs before it. That may be a middleware, a data base or a setting that is missing.",
        .cure = "Look for the error in the server's log at the moment of a request, and mend what raises it. Started "
                "by mcplumb (`--serve`), the server shows it here.",
        .links = {"https://modelcontextprotocol.io/docs/tools/debugging"},
        .contradicted_by = {{"the log says that the task group of the session manager is not initialized",
                             Contradiction::Effect::silences, log_says_not_initialized},
                            {"the reply says that the task group is not initialized", Contradiction::Effect::silences,
                             reply_says_not_initialized}},
        .predicate = application_fails,
    },
};

}  // namespace

std::span<const Rule> uniform_rules() { return kUniformRules; }

}  // namespace mcplumb
