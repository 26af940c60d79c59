#include "conformance/engine/judges.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/process/listeners.hpp"
#include "client/text/sha256.hpp"
#include "client/text/utf8.hpp"
#include "client/text/wording.hpp"
#include "conformance/engine/app_judges.hpp"
#include "conformance/engine/argument_judges.hpp"
#include "conformance/engine/exercise_judges.hpp"
#include "conformance/engine/question_judges.hpp"
#include "conformance/engine/response_judges.hpp"
#include "conformance/engine/skill_look.hpp"
#include "conformance/engine/stateless_judges.hpp"
#include "conformance/engine/task_judges.hpp"
#include "conformance/engine/tool_list_judges.hpp"
#include "conformance/record/timing.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

// What the samples of progress say of one way to be late.
JudgeResult judge_lateness(const JudgeInput& input, bool (ProgressSample::*late)() const,
                           Finding (*find)(const ProgressSample&)) {
  JudgeResult result;
  result.nothing = "no call sent progress for long enough to tell";
  const std::vector<ProgressSample> samples = progress_samples(input.trace);
  result.judged = samples.size();
  switch (are_held_back(samples, late)) {
    case HeldBack::yes:
      result.findings.push_back(find(samples.front()));
      break;
    case HeldBack::too_busy:
      result.inconclusive = "this machine was too busy to tell: our own timers fired late while the call ran";
      break;
    case HeldBack::unknown:
      if (!samples.empty()) result.inconclusive = "it was seen once only, and could not be seen again";
      break;
    case HeldBack::no:
      break;
  }
  return result;
}

// Events of a call that took a while must come while it runs: a proxy or a middleware that collects them delivers all
// at the end.
JudgeResult judge_burst(const JudgeInput& input) {
  return judge_lateness(input, &ProgressSample::in_a_burst, [](const ProgressSample& sample) {
    return make_finding(Verdict::warn, "events", "progress events spread over the call",
                        std::to_string(sample.events) + " progress events arrived within " +
                            milliseconds_text(sample.to_end) + " of the response, at the end of " +
                            milliseconds_text(sample.whole) + ": something collects the stream",
                        sample.call->number);
  });
}

// Reply headers of a streamed call must not wait for its response.
JudgeResult judge_headers_withheld(const JudgeInput& input) {
  return judge_lateness(input, &ProgressSample::headers_at_end, [](const ProgressSample& sample) {
    return make_finding(
        Verdict::warn, "timing.headers-ms", "reply headers soon after the request",
        "headers came after " + milliseconds_text(sample.headers) + " of " + milliseconds_text(sample.whole),
        sample.call->number);
  });
}

struct IssuedId {
  std::string id;
  std::size_t exchange;
};

// An initialize inside a session may be answered with that session's id: nothing is issued then.
std::vector<IssuedId> issued_session_ids(const JudgeInput& input) {
  std::vector<IssuedId> ids;
  for (const Exchange& exchange : input.trace.exchanges) {
    if (string_member(exchange.message, "method") != "initialize" || exchange.status() / 100 != 2) continue;
    if (find_header(exchange.request.headers, "mcp-session-id")) continue;
    if (const auto id = exchange.header("mcp-session-id")) ids.push_back({*id, exchange.number});
  }
  return ids;
}

// Both are numbers and the second is a little more than the first.
bool counts_up(const std::string& a, const std::string& b) {
  const auto number = [](const std::string& text) {
    return text.size() <= 18 && !text.empty() && text.find_first_not_of("0123456789") == text.npos ? std::stoll(text)
                                                                                                   : -1;
  };
  return number(a) >= 0 && number(b) > number(a) && number(b) - number(a) < 1000;
}

// transports#session-management: unique and hard to guess. Heuristic, so it never says more than the level allows.
JudgeResult judge_id_entropy(const JudgeInput& input) {
  JudgeResult result;
  result.nothing = "no session id was issued";
  std::map<std::string, std::size_t> seen;
  const std::vector<IssuedId> ids = issued_session_ids(input);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    ++result.judged;
    std::string why;
    if (seen.count(ids[i].id) != 0)
      why = "the id was issued twice";
    else if (i > 0 && counts_up(ids[i - 1].id, ids[i].id))
      why = "the ids count up";
    else if (ids[i].id.size() < 16)
      why = "only " + std::to_string(ids[i].id.size()) + " characters";
    seen.emplace(ids[i].id, ids[i].exchange);
    if (!why.empty() && result.findings.empty())
      result.findings.push_back(make_finding(input.severity, "header.mcp-session-id",
                                             "a unique id of at least 16 random characters", why, ids[i].exchange));
  }
  return result;
}

// Security best practices, session hijacking: non-deterministic. Only what is plain to see.
JudgeResult judge_id_sequence(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no two session ids were issued");
  const std::vector<IssuedId> ids = issued_session_ids(input);
  for (std::size_t i = 1; i < ids.size(); ++i) {
    ++result.judged;
    if (ids[i].id != ids[i - 1].id && !counts_up(ids[i - 1].id, ids[i].id)) continue;
    blame(result, input.severity, "header.mcp-session-id", "an id that does not follow from the one before",
          shortened(ids[i].id, 40) + " after " + shortened(ids[i - 1].id, 40), ids[i].exchange);
    break;
  }
  return result;
}

// transports#resumability-and-redelivery: unique over all streams of a session. An event that a resumed stream replays
// carries the same data, so only an id with two different payloads is a fault.
JudgeResult judge_event_ids(const JudgeInput& input) {
  JudgeResult result;
  result.nothing = "no event carried an id";
  struct First {
    std::string data;
    std::size_t exchange;
  };
  std::map<std::pair<std::string, std::string>, First> seen;
  for (const Exchange& exchange : input.trace.exchanges) {
    if (exchange.session.empty()) continue;
    for (const StreamEvent& event : exchange.events) {
      if (!event.id || event.id->empty()) continue;
      ++result.judged;
      const auto [first, is_new] = seen.try_emplace({exchange.session, *event.id}, First{event.data, exchange.number});
      if (is_new || first->second.exchange == exchange.number ||
          (first->second.data == event.data && !event.data.empty()))
        continue;
      if (!is_replay(exchange) && result.findings.size() < 3)
        result.findings.push_back(make_finding(input.severity, "events",
                                               "an event id that no other stream of the session uses",
                                               "id " + shortened(*event.id, 60) + " was used on exchange #" +
                                                   std::to_string(first->second.exchange) + " too",
                                               exchange.number));
    }
  }
  return result;
}

// basic/index#requests: an id is never used twice by the same requestor in a session.
JudgeResult judge_server_request_ids(const JudgeInput& input) {
  JudgeResult result;
  result.nothing = "the server sent no two requests in one session";
  std::set<std::pair<std::string, std::string>> seen;  // session and id, of a long one the hash
  std::map<std::string, std::size_t> count;
  for (const Received& received : input.trace.received) {
    if (!received.value.is_object() || kind_of_message(received.value) != "request") continue;
    const std::string& session = input.trace.exchanges[received.exchange].session;
    if (++count[session] > 1) result.judged = std::max(result.judged, count[session]);
    const json* id = member(received.value, "id");
    if (id == nullptr || id->is_null()) continue;
    const std::string text = serialize(*id);
    const bool is_new = seen.emplace(session, text.size() > 64 ? sha256_hex(text) : text).second;
    if (!is_new && !is_replay(input.trace.exchanges[received.exchange]))
      result.findings.push_back(make_finding(input.severity, "id", "a request id not used before in the session",
                                             shortened(text, 80) + " again", received.exchange));
  }
  return result;
}

// transports: messages are UTF-8.
JudgeResult judge_utf8(const JudgeInput& input) {
  JudgeResult result;
  result.nothing = "no reply body was seen";
  for (const Exchange& exchange : input.trace.exchanges) {
    if (exchange.is_channel() && !exchange.over_http()) continue;  // stdio.encoding looks at each line
    const std::string type = exchange.header("content-type").value_or("");
    const bool carries_messages =
        exchange.is_event_stream() || exchange.is_channel() || type.find("application/json") != std::string::npos;
    if (!carries_messages || exchange.body.empty() || exchange.header("content-encoding")) continue;
    ++result.judged;
    // The excerpt may end inside a character: up to three bytes at the end of a cut body prove nothing.
    std::string_view body = exchange.body;
    bool fine = is_utf8(body);
    for (int back = 0; !fine && exchange.body_cut && back < 3 && !body.empty(); ++back) {
      body.remove_suffix(1);
      fine = is_utf8(body);
    }
    if (!fine)
      result.findings.push_back(
          make_finding(input.severity, "body", "valid UTF-8", "bytes that are not UTF-8", exchange.number));
  }
  return result;
}

// transports#session-management: the id comes with the InitializeResult; later replies may repeat it, not change it.
JudgeResult judge_session_id_stable(const JudgeInput& input) {
  JudgeResult result;
  result.nothing = "no session id was issued";
  for (const Exchange& exchange : input.trace.exchanges) {
    const auto id = exchange.header("mcp-session-id");
    const OpenSession* session = input.sessions.find(exchange.session);
    if (!id || session == nullptr || exchange.deliberate || exchange.status() / 100 != 2) continue;
    ++result.judged;
    const std::string own = session->transport->session_id();
    if (*id == own) continue;
    result.findings.push_back(make_finding(
        input.severity, "header.mcp-session-id",
        own.empty() ? "no session id after an initialize reply without one" : "the id of the session, unchanged",
        own.empty() ? "a first id on a later reply" : "another id on a later reply", exchange.number));
  }
  return result;
}

// A tool is called only if the user allowed it, and then it has to be answered. Who waits no longer is not answered.
JudgeResult judge_calls_answered(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no tool was called with what it should take");
  std::set<std::size_t> answered;
  for (const Received& received : input.trace.received)
    if (received.answers) answered.insert(*received.answers);
  for (const Exchange& exchange : input.trace.exchanges) {
    if (exchange.deliberate || string_member(exchange.message, "method") != "tools/call") continue;
    if (exchange.purpose == kExercisePurpose) continue;  // exercise.answered judges these
    const json* params = member(exchange.message, "params");
    const std::string tool(params != nullptr ? string_member(*params, "name") : "");
    if (tool.starts_with("mcplumb-no-such")) continue;
    ++result.judged;
    const bool cut = exchange.failure &&
                     (exchange.failure->kind == FailureKind::cut || exchange.failure->kind == FailureKind::empty);
    if (answered.count(exchange.number) != 0 || exchange.closed_by_us || (exchange.status() < 400 && !cut)) continue;
    const ReplyOrigin origin = reply_origin(exchange);
    if (origin.who == Replier::authorization || origin.who == Replier::rate_limit) continue;
    blame(result, input.severity, "response", "a response to the call of " + shortened(tool, 60),
          cut ? exchange.failure->message
              : (origin.sentence.empty() ? "" : origin.sentence + ": ") + "HTTP " + std::to_string(exchange.status()),
          exchange.number);
  }
  return result;
}

// transports#security-warning: a local server should bind to the loopback address.
JudgeResult judge_listens_on_loopback(const JudgeInput& input) {
  JudgeResult result = nothing_seen("this machine does not tell who listens on the port");
  std::set<std::string> seen;
  for (const Exchange& exchange : input.trace.exchanges) {
    const std::optional<Url> url = Url::parse(exchange.request.url);
    if (!url || !url->is_loopback() || !seen.insert(url->port).second) continue;
    const std::optional<bool> beyond = listens_beyond_loopback(std::stoi(url->port));
    if (!beyond) continue;
    ++result.judged;
    if (*beyond)
      blame(result, input.severity, "port " + url->port, "a socket bound to a loopback address, as 127.0.0.1",
            "one that is open to other machines", exchange.number);
  }
  return result;
}

constexpr std::array<NamedJudge, 10> kJudges = {{{"calls-answered", judge_calls_answered},
                                                 {"burst", judge_burst},
                                                 {"headers-withheld", judge_headers_withheld},
                                                 {"id-entropy", judge_id_entropy},
                                                 {"id-sequence", judge_id_sequence},
                                                 {"event-ids", judge_event_ids},
                                                 {"server-request-ids", judge_server_request_ids},
                                                 {"utf8", judge_utf8},
                                                 {"listens-on-loopback", judge_listens_on_loopback},
                                                 {"session-id-stable", judge_session_id_stable}}};

std::array<std::span<const NamedJudge>, 14> judge_groups() {
  return {std::span<const NamedJudge>(kJudges),
          message_judges(),
          response_judges(),
          stateless_judges(),
          tool_list_judges(),
          argument_judges(),
          exercise_judges(),
          question_judges(),
          asking_judges(),
          task_judges(),
          skill_entry_judges(),
          skill_file_judges(),
          skill_list_judges(),
          app_judges()};
}

}  // namespace

Judge find_judge(std::string_view name) {
  for (const std::span<const NamedJudge> group : judge_groups())
    for (const NamedJudge& each : group)
      if (each.name == name) return each.judge;
  return nullptr;
}

std::vector<std::string> judge_names() {
  std::vector<std::string> names;
  for (const std::span<const NamedJudge> group : judge_groups())
    for (const NamedJudge& each : group) names.emplace_back(each.name);
  return names;
}

}  // namespace mcplumb
