// Rules about the server's life: whether it runs at all, and what has become of its sessions.
#include <algorithm>
#include <cstdio>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "client/text/wording.hpp"
#include "conformance/causes/predicates.hpp"

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

Uniform uniform_500(const Wire& wire) {
  Uniform found;
  std::vector<const Exchange*> probes = latest_of_each(wire.probes(asked::kUniform));
  if (const Exchange* first = wire.first_failure(); first != nullptr && first->status() == 500)
    probes.insert(probes.begin(), first);
  std::size_t others = 0;
  for (const Exchange* probe : probes) {
    if (probe->status() == 0 || probe->status() == 413) continue;  // a limit may stand before everything else
    if (probe->status() == 500 && (found.same.empty() || same_reply(*found.same.front(), *probe)))
      found.same.push_back(probe);
    else
      ++others;
  }
  found.sibling = wire.probe(asked::kSibling);
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
                   reply_in_words(one),
               &one);
  for (std::size_t i = 1; i < uniform.same.size(); ++i) diagnosis.exchanges.push_back(uniform.same[i]->number);
  add_evidence(diagnosis,
               path_of(uniform.sibling->request.url) + " beside it was answered " +
                   std::to_string(uniform.sibling->status()) + ": the application itself is alive",
               uniform.sibling);
}

// Replies of the endpoint to well-formed requests before the first 500.
std::size_t good_replies(const Wire& wire) {
  std::size_t good = 0;
  for (const Exchange* exchange : wire.traffic()) {
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

void take_lifespan_log(Diagnosis& diagnosis, const Wire& wire) {
  for (const std::string_view text : {"Task group is not initialized", "task group was not initialized"})
    if (const std::string line = wire.log_line(text); !line.empty()) {
      diagnosis.confidence = Confidence::certain;
      add_evidence(diagnosis, "the server's log: " + line);
      break;
    }
  if (take_log_sign(diagnosis, wire) || diagnosis.confidence != Confidence::certain) return;
  const std::string log = wire.log();
  const std::size_t began = log.find("session manager started"), ended = log.find("session manager shutting down");
  if (log.empty()) return;
  if (began == std::string::npos)
    diagnosis.sub_cause = "The log never says that the session manager started: the app's lifespan was not run.";
  else if (ended != std::string::npos)
    diagnosis.sub_cause =
        "The log says that the session manager started and shut down before the first request: "
        "`run()` was left too early.";
}

std::string cores(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f cores", share);
  return text;
}

}  // namespace

Found lifespan(const Wire& wire) {
  if (wire.had_session()) return std::nullopt;
  if (const Exchange* discovery = wire.discovery(); discovery != nullptr && discovery->status() < 500)
    return std::nullopt;
  const Uniform uniform = uniform_500(wire);
  const Exchange* first = wire.first_failure();
  const std::string debug = first != nullptr ? debug_line(first->body) : "";
  if (!uniform.holds && debug.empty()) return std::nullopt;
  const Exchange& reply = uniform.holds ? *uniform.same.front() : *first;
  Diagnosis diagnosis = from_rule("R-LIFESPAN", looks_like_asgi(reply) ? Confidence::likely : Confidence::possible,
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
  take_lifespan_log(diagnosis, wire);
  return diagnosis;
}

// The discovery was answered, and the session that was to follow broke off in its first reply.
bool broke_off_at_first(const Wire& wire) {
  const Exchange *discovery = wire.discovery(), *first = wire.first_failure();
  return discovery != nullptr && discovery->status() < 500 && first != nullptr && first->status() == 200 &&
         first->failure.has_value();
}

Found poisoned(const Wire& wire) {
  const Uniform uniform = uniform_500(wire);
  const bool worked = wire.had_session() && good_replies(wire) >= 2;
  if (!uniform.holds || (!worked && !broke_off_at_first(wire))) return std::nullopt;
  Diagnosis diagnosis = from_rule("R-POISONED", Confidence::likely,
                                  {{"path", path_of(uniform.same.front()->request.url)},
                                   {"status", std::to_string(uniform.same.front()->status())}});
  if (worked)
    add_evidence(diagnosis, std::to_string(good_replies(wire)) + " requests were answered well before that");
  else
    add_evidence(diagnosis,
                 "server/discover was answered " + std::to_string(wire.discovery()->status()) +
                     " before that, and the reply to initialize broke off",
                 wire.first_failure());
  add_uniform_evidence(diagnosis, uniform);
  if (const std::string line = wire.log_line("session manager shutting down"); !line.empty()) {
    diagnosis.confidence = Confidence::certain;
    add_evidence(diagnosis, "the server's log, while it was running: " + line);
  }
  return diagnosis;
}

Found only_first(const Wire& wire) {
  std::vector<const Exchange*> traffic = wire.traffic();
  const Exchange* discovery = wire.discovery();
  // Any reply to it will do, if behind it there is nothing but errors, whatever is asked.
  const bool discovered = discovery != nullptr && discovery->status() < 500 && uniform_500(wire).holds;
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
  Diagnosis diagnosis = from_rule("R-SECOND", shared                  ? Confidence::certain
                                              : second.body_size == 0 ? Confidence::likely
                                                                      : Confidence::possible);
  add_evidence(diagnosis,
               std::string(discovered ? "server/discover" : "initialize") + " was answered " + reply_in_words(**first),
               *first);
  add_evidence(diagnosis,
               later.size() == 1 ? "the next request was answered " + reply_in_words(second)
                                 : "all of the next " + std::to_string(later.size()) +
                                       " requests were refused: " + reply_in_words(second),
               &second);
  if (shared) {
    diagnosis.sub_cause = "One server object is connected for each request, although it is connected already.";
    add_evidence(diagnosis, "the reply says: Already connected to a transport", &second);
  }
  return diagnosis;
}

Found not_started(const Wire& wire) {
  const Run& run = wire.run();
  const Exchange* first = wire.first_failure();
  const bool refused = first != nullptr && first->failure && first->failure->kind == FailureKind::refused;
  const bool ended = std::any_of(run.trace.processes.begin(), run.trace.processes.end(), [](const ProcessRecord& p) {
    return !p.problem.empty() || (p.exit_status && *p.exit_status != 0);
  });
  // Of a program that we started and that never answered there is no exchange.
  const bool no_exchange = first == nullptr && !run.trace.processes.empty();
  const bool ours = !run.handshake_problem.empty() && (ended || no_exchange);
  if (!refused && !ours) return std::nullopt;
  Diagnosis diagnosis = from_rule("R-START", ours ? Confidence::likely : Confidence::possible,
                                  {{"place", wire.endpoint().empty() ? run.target : wire.endpoint()}});
  if (refused) add_evidence(diagnosis, first->failure->message, first);
  if (ours) add_evidence(diagnosis, shortened(run.handshake_problem, 400));
  take_log_sign(diagnosis, wire);
  return diagnosis;
}

Found starved(const Wire& wire) {
  const auto alive = wire.probes(asked::kAlive);
  const auto silent = [](const Exchange* e) {
    return e->status() == 0 && e->failure && e->failure->kind == FailureKind::deadline && was_connected(*e);
  };
  if (alive.size() < 2 || !std::all_of(alive.begin(), alive.end(), silent)) return std::nullopt;
  const bool answered_once = std::any_of(wire.run().trace.exchanges.begin(), wire.run().trace.exchanges.end(),
                                         [](const Exchange& e) { return e.status() != 0; });
  Diagnosis diagnosis = from_rule("R-STARVED", answered_once ? Confidence::likely : Confidence::possible);
  if (const Exchange* first = wire.first_failure())
    add_evidence(diagnosis, "POST " + path_of(first->request.url) + ": " + reply_in_words(*first), first);
  for (const Exchange* probe : alive)
    add_evidence(diagnosis, "after it, GET " + path_of(probe->request.url) + " was accepted and not answered either",
                 probe);
  if (!answered_once)
    add_evidence(diagnosis,
                 "nothing was answered at all, so a program that accepts connections and never reads is as "
                 "likely");
  const auto& facts = wire.run().process_facts;
  if (facts && facts->stalled_cpu && *facts->stalled_cpu >= 0.9) {
    diagnosis.confidence = Confidence::certain;
    add_evidence(diagnosis, "the process used " + cores(*facts->stalled_cpu) + " while nothing was answered");
  }
  return diagnosis;
}

Found session_lost(const Wire& wire) {
  std::vector<const Exchange*> known, unknown;
  for (const Exchange* ping : wire.probes(asked::kFresh)) {
    if (ping->status() / 100 == 2) known.push_back(ping);
    if (ping->status() == 400 || ping->status() == 404) unknown.push_back(ping);
  }
  if (known.empty() || unknown.empty()) return std::nullopt;
  const bool many = known.size() > 1 && unknown.size() > 1;
  Diagnosis diagnosis = from_rule("R-SESSION", many ? Confidence::certain : Confidence::likely);
  add_evidence(diagnosis,
               "of " + std::to_string(known.size() + unknown.size()) + " pings with one session id, each on a " +
                   "connection of its own, " + std::to_string(known.size()) + " were answered 200 and " +
                   std::to_string(unknown.size()) + " were answered " + std::to_string(unknown.front()->status()),
               unknown.front());
  const std::string why = error_message(*unknown.front());
  if (!why.empty()) add_evidence(diagnosis, "the refusal says: " + shortened(why, 120), unknown.front());
  return diagnosis;
}

Found hangs_on_term(const Wire& wire) {
  const auto& facts = wire.run().process_facts;
  if (!facts || !facts->term || facts->term->exited != false) return std::nullopt;
  const TermFacts& term = *facts->term;
  Diagnosis diagnosis = from_rule("R-HANG", Confidence::likely);
  add_evidence(diagnosis, "TERM was sent while a stream was open and idle; after " + span_in_words(term.waited) +
                              " the process still ran");
  if (term.stream_open == true) add_evidence(diagnosis, "the stream was still open then");
  if (term.connect_refused == true) add_evidence(diagnosis, "new connections were refused: it was shutting down");
  if (const std::string line = wire.log_line("Waiting for connections to close"); !line.empty()) {
    diagnosis.confidence = Confidence::certain;
    add_evidence(diagnosis, "the server's log: " + line);
  }
  return diagnosis;
}

Found spins(const Wire& wire) {
  const auto& facts = wire.run().process_facts;
  if (!facts || !facts->idle_cpu || *facts->idle_cpu < 0.9) return std::nullopt;
  Diagnosis diagnosis = from_rule("R-SPIN", Confidence::likely);
  add_evidence(diagnosis, "while nothing was asked the process used " + cores(*facts->idle_cpu) + " for " +
                              span_in_words(facts->idle_window));
  take_log_sign(diagnosis, wire);
  return diagnosis;
}

Found log_noise(const Wire& wire) {
  if (wire.log().find("ClosedResourceError") == std::string::npos) return std::nullopt;
  Diagnosis diagnosis = from_rule("R-NOISE", Confidence::certain);
  if (!take_log_sign(diagnosis, wire)) return std::nullopt;
  return diagnosis;
}

}  // namespace mcplumb
