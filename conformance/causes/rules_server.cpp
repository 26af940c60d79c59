// Rules about some requests that fail: the event loop, sessions, and replies that fail now and then.
#include <algorithm>
#include <map>

#include "client/clock.hpp"
#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/media_type.hpp"
#include "client/text/wording.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/causes/rules.hpp"

namespace mcplumb {
namespace {

constexpr Micros kMoment = kSecond;  // what a free event loop needs at most, even on a busy machine

// ---- R-STARVED

bool got_nothing(const Exchange& each) {
  return each.status() == 0 && each.failure && each.failure->kind == FailureKind::deadline && was_connected(each);
}

bool came_late(const Exchange& each) {
  return each.reply() != nullptr && each.reply()->at - each.request.at >= kMoment;
}

// What the looks for life found.
struct Life {
  std::vector<const Exchange*> looks;
  const Exchange* later = nullptr;  // the look that was answered again
  bool silent = false;              // none of the first ones was answered
};

Life life_in(const RunIndex& index) {
  Life life;
  life.looks = index.probes(diagnosis_purpose::kAlive);
  const Exchange* again = index.probe(diagnosis_purpose::kLater);
  const auto all = [&](bool (*holds)(const Exchange&)) {
    return life.looks.size() >= 2 &&
           std::all_of(life.looks.begin(), life.looks.end(), [&](const Exchange* each) { return holds(*each); });
  };
  life.silent = all(got_nothing);
  const bool woke_up = all([](const Exchange& each) { return got_nothing(each) || came_late(each); });
  if (again != nullptr && again->status() != 0) life.later = again;
  if (!life.silent && woke_up)
    life.later =
        *std::find_if(life.looks.begin(), life.looks.end(), [](const Exchange* each) { return each->status() != 0; });
  return life;
}

// A call of ours that was not answered when nothing else was.
const Exchange* call_that_runs(const RunIndex& index) {
  for (const Exchange* each : index.traffic())
    if (string_member(each->message, "method") == "tools/call" &&
        (was_waited_for_in_vain(*each) || each->closed_by_us || each->ended == kNever) &&
        index.answer_to(*each) == nullptr)
      return each;
  return nullptr;
}

std::string tool_of(const Exchange& call) {
  const nlohmann::json* params = member(call.message, "params");
  return params == nullptr ? "" : shortened(string_member(*params, "name"), 60);
}

// A GET stream of ours that was open while requests got no answer.
const Exchange* stream_in_the_way(const RunIndex& index) {
  const Exchange* silent = nullptr;
  for (const Exchange* each : index.traffic())
    if (each->request.method == "POST" && got_nothing(*each) && silent == nullptr) silent = each;
  if (silent == nullptr) return nullptr;
  for (const Exchange& each : index.exchanges())
    if (is_get_stream(each) && each.request.at < silent->request.at &&
        (each.ended == kNever || each.ended >= silent->ended))
      return &each;
  return nullptr;
}

void tell_what_blocks(Diagnosis& diagnosis, const RunIndex& index, const Life& life) {
  const auto& facts = index.run().process_facts;
  const bool is_busy = facts && facts->stalled_cpu && *facts->stalled_cpu >= 0.9;
  if (const Exchange* call = call_that_runs(index)) {
    diagnosis.sub_cause = "The call of the tool " + tool_of(*call) +
                          " runs, and nothing else is answered meanwhile: a synchronous tool blocks the event loop.";
    add_evidence(diagnosis, "tools/call of " + tool_of(*call) + " was not answered", call);
  } else if (const Exchange* stream = stream_in_the_way(index)) {
    diagnosis.sub_cause =
        "Requests get no answer while a GET stream is open: the server has one worker, and the stream "
        "occupies it.";
    diagnosis.cure =
        "Serve streams and requests side by side: more workers or threads, an asynchronous server, or 405 "
        "for GET.";
    add_evidence(diagnosis, "a GET stream of ours was open meanwhile", stream);
  } else if (life.later != nullptr) {
    diagnosis.sub_cause =
        "It answered again after a while: something that it was busy with came to its end, such as a "
        "call by another client of a synchronous tool that blocks the event loop.";
    add_evidence(diagnosis,
                 "then " + describe_request(*life.later) + " was answered " + describe_reply(*life.later) + " after " +
                     rounded_span(life.later->reply()->at - life.later->request.at),
                 life.later);
  } else if (is_busy && index.stack() != Stack::node) {
    diagnosis.sub_cause =
        "It computes without end since the first POST: a middleware that reads the body and hands it "
        "out again for ever, because its `receive()` never gives `http.disconnect`, does that.";
    diagnosis.cure = "Let the middleware give the body once and then pass on to the real `receive()`.";
  }
  if (!is_busy) return;
  if (life.later == nullptr) diagnosis.confidence = Confidence::certain;
  add_evidence(diagnosis, "the process used " + describe_cores(*facts->stalled_cpu) + " while nothing was answered");
}

std::optional<Diagnosis> starved(const Rule& rule, const RunIndex& index) {
  const Life life = life_in(index);
  if (!life.silent && life.later == nullptr) return std::nullopt;
  const bool answered_once = std::any_of(index.exchanges().begin(), index.exchanges().end(),
                                         [](const Exchange& each) { return each.status() != 0; });
  const bool sure = answered_once || life.later != nullptr;
  Diagnosis diagnosis = make_diagnosis(rule, sure ? Confidence::likely : Confidence::possible);
  if (const Exchange* first = index.first_failure())
    add_evidence(diagnosis, describe_request(*first) + ": " + describe_reply(*first), first);
  for (const Exchange* look : life.looks)
    add_evidence(
        diagnosis,
        "after it, " + describe_request(*look) + " was accepted and " +
            (look->status() == 0 ? std::string("not answered either")
                                 : "answered only after " + rounded_span(look->reply()->at - look->request.at)),
        look);
  if (!sure)
    add_evidence(diagnosis,
                 "nothing was answered at all, so a program that accepts connections and never reads is as "
                 "likely");
  tell_what_blocks(diagnosis, index, life);
  return diagnosis;
}

// ---- R-SESSION

bool speaks_of_session(const Exchange& reply) {
  const std::string body = lower_case(reply.body);
  for (const std::string_view words :
       {"could not find session", "session not found", "invalid session", "unknown session",
        "no transport found for session", "no active session", "session id not found", "no session found",
        "session does not exist", "no sse session", "server not initialized", "no valid session id"})
    if (body.find(words) != body.npos) return true;
  return false;
}

bool is_refused_session(const Exchange& reply) {
  return reply.status() == 404 || (reply.status() >= 400 && speaks_of_session(reply));
}

// A ping that other connections answer.
bool is_refused_ping(const Exchange& reply) {
  return reply.status() == 400 || reply.status() == 401 || is_refused_session(reply);
}

std::optional<Diagnosis> session_known_to_some(const Rule& rule, const std::vector<const Exchange*>& pings) {
  std::vector<const Exchange*> known, unknown;
  bool comes_again = false;  // after it had been unknown
  const auto session = [](const Exchange& ping) { return find_header(ping.request.headers, "mcp-session-id"); };
  for (const Exchange* ping : pings) {
    if (session(*ping) != session(*pings.back())) continue;  // of one that had ended
    if (ping->status() / 100 == 2) known.push_back(ping);
    comes_again = comes_again || (ping->status() / 100 == 2 && !unknown.empty());
    if (is_refused_ping(*ping)) unknown.push_back(ping);
  }
  if (known.empty() || unknown.empty()) return std::nullopt;
  const bool many = known.size() > 1 && unknown.size() > 1;
  Diagnosis diagnosis = make_diagnosis(rule, !comes_again ? Confidence::possible
                                             : many       ? Confidence::certain
                                                          : Confidence::likely);
  add_evidence(diagnosis,
               "of " + std::to_string(known.size() + unknown.size()) + " pings with one session id, each on a " +
                   "connection of its own, " + std::to_string(known.size()) + " were answered " +
                   std::to_string(known.front()->status()) + " and " + std::to_string(unknown.size()) +
                   " were answered " + std::to_string(unknown.front()->status()),
               unknown.front());
  if (!comes_again)
    add_evidence(diagnosis, "once it was refused it was never known again, so it may as well have ended",
                 unknown.back());
  const std::string why = error_message(*unknown.front());
  if (!why.empty()) add_evidence(diagnosis, "the refusal says: " + shortened(why, 120), unknown.front());
  return diagnosis;
}

// HTTP+SSE: the stream is open, and a message for it meets somebody who does not know it.
std::optional<Diagnosis> old_session_unknown(const Rule& rule, const RunIndex& index) {
  const auto pings = index.probes(diagnosis_purpose::kOldSession);
  if (auto mixed = session_known_to_some(rule, pings)) return mixed;
  if (index.had_session()) return std::nullopt;  // then it may be about a stream that was closed
  for (const Exchange* post : index.traffic()) {
    const bool of_stream = post->transport == TransportKind::http_sse && post->request.method == "POST";
    if (!of_stream || !is_refused_session(*post) || !speaks_of_session(*post)) continue;
    Diagnosis diagnosis = make_diagnosis(rule, Confidence::likely);
    add_evidence(diagnosis,
                 describe_request(*post) + " was answered " + describe_reply(*post) +
                     " while its stream was open: " + shortened(post->body, 80),
                 post);
    return diagnosis;
  }
  return std::nullopt;
}

// A message of a session was refused as that of an unknown one, and a later one was served.
std::optional<Diagnosis> session_comes_and_goes(const Rule& rule, const RunIndex& index) {
  std::map<std::string, const Exchange*> refused;
  for (const Exchange* each : index.traffic()) {
    if (each->session.empty() || each->request.method != "POST" || is_initialize(*each)) continue;
    if (is_refused_session(*each) && speaks_of_session(*each)) refused.emplace(each->session, each);
    const auto before = refused.find(each->session);
    if (before == refused.end() || each->status() / 100 != 2) continue;
    Diagnosis diagnosis = make_diagnosis(rule, Confidence::likely);
    add_evidence(diagnosis,
                 describe_request(*before->second) + " was answered " + describe_reply(*before->second) + ": " +
                     shortened(before->second->body, 100),
                 before->second);
    add_evidence(diagnosis, "after it a message of the same session was answered " + describe_reply(*each), each);
    return diagnosis;
  }
  return std::nullopt;
}

std::optional<Diagnosis> session_lost(const Rule& rule, const RunIndex& index) {
  if (auto known = session_known_to_some(rule, index.probes(diagnosis_purpose::kFresh))) return known;
  if (auto seen = session_comes_and_goes(rule, index)) return seen;
  return old_session_unknown(rule, index);
}

// ---- R-FLAKY

// What makes two requests the same: all but the id.
std::string key_of(const Exchange& request) {
  nlohmann::json message = request.message;
  if (!message.is_object() || !message.contains("method")) return "";
  message.erase("id");
  if (auto params = message.find("params"); params != message.end() && params->is_object()) {
    auto meta = params->find("_meta");
    if (meta != params->end() && meta->is_object()) meta->erase("progressToken");
    if (meta != params->end() && meta->empty()) params->erase(meta);
    if (params->empty()) message.erase(params);
  }
  return serialize(message);
}

bool is_server_error(const Exchange& reply) {
  const Replier who = reply_origin(reply).who;
  return reply.status() >= 500 && reply.status() != 503 && (who == Replier::server || who == Replier::framework);
}

struct Flaky {
  std::vector<const Exchange*> bad;
  const Exchange *twin_bad = nullptr, *twin_good = nullptr;  // the same request, both ways
  std::size_t all = 0;
};

Flaky flaky_replies(const RunIndex& index) {
  Flaky found;
  std::vector<const Exchange*> requests = index.traffic();
  for (const std::string_view more : {diagnosis_purpose::kFresh, diagnosis_purpose::kAgain})
    for (const Exchange* each : index.probes(more)) requests.push_back(each);
  for (const Exchange* each : requests) {
    if (each->request.method != "POST" || each->status() == 0) continue;
    ++found.all;
    if (is_server_error(*each)) found.bad.push_back(each);
  }
  for (const Exchange* bad : found.bad)
    for (const Exchange* good : requests) {
      if (found.twin_bad != nullptr || good->status() / 100 != 2 || good->session.empty() != bad->session.empty())
        continue;
      if (const std::string key = key_of(*bad); key.empty() || key != key_of(*good)) continue;
      found.twin_bad = bad;
      found.twin_good = good;
    }
  return found;
}

// If nothing is answered any more, it does not come and go. What was sent before the failure was seen says nothing: it
// may have been carried out before.
bool comes_back(const RunIndex& index, const Exchange& bad) {
  const auto& all = index.exchanges();
  return std::any_of(all.begin(), all.end(), [&](const Exchange& each) {
    return each.status() / 100 == 2 && each.request.at >= bad.reply()->at;
  });
}

std::optional<Diagnosis> fails_now_and_then(const Rule& rule, const RunIndex& index) {
  const Flaky seen = flaky_replies(index);
  if (seen.bad.empty() || seen.twin_bad == nullptr) return std::nullopt;
  if (!comes_back(index, *seen.bad.front())) return std::nullopt;
  const bool again = seen.bad.size() > 1 || seen.twin_good->request.at > seen.twin_bad->request.at;
  Diagnosis diagnosis = make_diagnosis(rule, again ? Confidence::certain : Confidence::likely,
                                       {{"bad", std::to_string(seen.bad.size())},
                                        {"all", std::to_string(seen.all)},
                                        {"status", std::to_string(seen.bad.front()->status())}});
  add_evidence(
      diagnosis,
      std::string(string_member(seen.twin_bad->message, "method")) + " was answered " + describe_reply(*seen.twin_bad) +
          (seen.twin_bad->body.empty() || is_html(*seen.twin_bad) ? "" : ": " + shortened(seen.twin_bad->body, 100)),
      seen.twin_bad);
  add_evidence(diagnosis,
               "the very same request was answered " + std::to_string(seen.twin_good->status()) + " at another time",
               seen.twin_good);
  if (const std::string error = index.error_in_log(); !error.empty())
    add_evidence(diagnosis, "the server's log: " + error);
  return diagnosis;
}

constexpr Rule kServerRules[] = {
    {
        .id = "R-STARVED",
        .weight = Weight::failure,
        .affects = Affects::server,
        .title = "The server's event loop is blocked",
        .cause = "The server accepts connections and answers nothing, not even on other paths: its event loop, or its "
                 "only worker, is busy with something else.",
        .cure = "Let nothing that waits or computes run on the event loop.",
        .links = {"https://github.com/modelcontextprotocol/python-sdk/issues/3439"},
        .explains = {"R-CUT", "R-HEADERS-LATE", "R-SPIN"},
        .stack_cures = {{Stack::python,
                         "Make a tool `async` and await in it, or run what blocks in a thread "
                         "(`await anyio.to_thread.run_sync(work)`)."},
                        {Stack::node, "Use the asynchronous functions, and a worker thread for what computes."}},
        .predicate = starved,
    },
    {
        .id = "R-SESSION",
        .weight = Weight::failure,
        .affects = Affects::requests,
        .title = "Only some connections know the session",
        .cause = "Several workers or replicas share the address, and each keeps its sessions to itself.",
        .cure =
            "Run one worker, route by session (sticky sessions: by the MCP-Session-Id header, or over HTTP+SSE by the "
            "session in the URL or the client's address), or serve without sessions.",
        .links = {"https://github.com/modelcontextprotocol/python-sdk/pull/1945",
                  "https://github.com/BerriAI/litellm/issues/21417"},
        .explains = {"R-ENDPOINT", "R-SESSION-HEADER", "R-FLAKY", "R-AUTH"},
        .stack_cures = {{Stack::python, "`stateless_http=True`."}, {Stack::node, "`sessionIdGenerator: undefined`."}},
        .predicate = session_lost,
    },
    {
        .id = "R-FLAKY",
        .weight = Weight::failure,
        .affects = Affects::requests,
        .title = "The server fails now and then",
        .cause =
            "{bad} of {all} well-formed requests were answered {status}, and the same requests were answered well at "
            "other times.",
        .cure = "Look at the server's log at these moments. One broken replica of several, a data base that comes and "
                "goes, or state that requests share look like this.",
        .links = {"https://modelcontextprotocol.io/docs/tools/debugging"},
        .predicate = fails_now_and_then,
    },
};

}  // namespace

std::span<const Rule> server_rules() { return kServerRules; }

}  // namespace mcplumb
