// Judgments about notifications: progress, what follows a cancellation, and messages that come on several streams.
#include "conformance/engine/message_judges.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/engine/task_judges.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr Micros kAcrossStreams = kSecond;  // the order of messages on different streams is not defined

// One progress notification, and the request that asked for it.
struct Progress {
  const Received* received;
  const json* params;
  const Exchange* asked = nullptr;  // null: no request of the session carried the token
  std::size_t index = 0;            // in the trace
};

const json& token_of(const Exchange& exchange) {
  return part_at(exchange.message, {"params", "_meta", "progressToken"});
}

std::vector<Progress> all_progress(const JudgeInput& input, bool deliberate_too = false) {
  std::map<std::pair<std::string, std::string>, const Exchange*>
      asked;  // by session and token; tokens are never reused
  std::vector<Progress> all;
  for (const Exchange& exchange : input.trace.exchanges)
    if (const json& token = token_of(exchange); !token.is_null())
      asked.try_emplace({exchange.session, serialize(token)}, &exchange);
  for (std::size_t i = 0; i < input.trace.received.size(); ++i) {
    const Received& received = input.trace.received[i];
    if (string_member(received.value, "method") != "notifications/progress") continue;
    const Exchange& carrier = input.trace.exchanges[received.exchange];
    if (carrier.deliberate && !deliberate_too) continue;
    Progress progress{&received, &part_at(received.value, {"params"}), nullptr, i};
    const auto found = asked.find({carrier.session, serialize(part_at(*progress.params, {"progressToken"}))});
    if (found != asked.end()) progress.asked = found->second;
    all.push_back(progress);
  }
  return all;
}

constexpr const char* kNoProgress = "no progress was seen";

// utilities/progress#progress-flow: each value exceeds the one before. Compared inside one stream only.
JudgeResult judge_progress_increasing(const JudgeInput& input) {
  JudgeResult result = nothing_seen(kNoProgress);
  std::map<std::pair<std::size_t, std::string>, double> last;
  for (const Progress& progress : all_progress(input)) {
    const json& value = part_at(*progress.params, {"progress"});
    if (!value.is_number()) continue;
    ++result.judged;
    const auto [before, is_new] = last.try_emplace(
        {progress.received->exchange, serialize(part_at(*progress.params, {"progressToken"}))}, value.get<double>());
    if (!is_new && value.get<double>() <= before->second)
      blame(result, input.severity, "params.progress", "more than " + serialize(json(before->second)), serialize(value),
            progress.received->exchange);
    before->second = value.get<double>();
  }
  return result;
}

// utilities/progress#behavior-requirements: only tokens that a request carried.
JudgeResult judge_progress_known_token(const JudgeInput& input) {
  JudgeResult result = nothing_seen(kNoProgress);
  for (const Progress& progress : all_progress(input)) {
    ++result.judged;
    if (progress.asked == nullptr)
      blame(result, input.severity, "params.progressToken", "the token of a request",
            shortened(serialize(part_at(*progress.params, {"progressToken"})), 80) + ", which no request carried",
            progress.received->exchange);
  }
  return result;
}

// utilities/progress#implementation-notes: none after completion. On another stream it may come a little late.
JudgeResult judge_progress_stops(const JudgeInput& input) {
  JudgeResult result = nothing_seen(kNoProgress);
  std::map<std::size_t, std::size_t> responses;  // exchange of the request -> its response in the trace
  for (std::size_t i = 0; i < input.trace.received.size(); ++i)
    if (input.trace.received[i].answers) responses.try_emplace(*input.trace.received[i].answers, i);
  for (const Progress& progress : all_progress(input)) {
    const auto found = progress.asked ? responses.find(progress.asked->number) : responses.end();
    if (found == responses.end() || made_a_task(input.trace, progress.asked->number) ||
        is_replay(input.trace.exchanges[progress.received->exchange]))
      continue;
    ++result.judged;
    const Received& response = input.trace.received[found->second];
    const bool after = response.exchange == progress.received->exchange
                           ? progress.index > found->second
                           : progress.received->at > response.at + kAcrossStreams;
    if (after)
      blame(result, input.severity, "messages", "no progress after the response", serialize(*progress.params),
            progress.received->exchange);
  }
  return result;
}

// transports#sending-messages-to-the-server: what belongs to a request comes on its own stream.
JudgeResult judge_progress_own_stream(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no progress was seen on an event stream");
  for (const Progress& progress : all_progress(input)) {
    const Exchange& carrier = input.trace.exchanges[progress.received->exchange];
    if (progress.asked == nullptr || !carrier.is_event_stream() || made_a_task(input.trace, progress.asked->number))
      continue;
    ++result.judged;
    if (carrier.number == progress.asked->number || is_replay(carrier)) continue;
    blame(result, input.severity, "on",
          "the stream of its request, exchange #" + std::to_string(progress.asked->number),
          carrier.request.method + " stream #" + std::to_string(carrier.number), carrier.number);
  }
  return result;
}

// utilities/cancellation#behavior-requirements: the work stops. Two seconds are left for what was on its way.
JudgeResult judge_progress_after_cancel(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no call with progress was cancelled");
  const std::vector<Progress> all = all_progress(input, true);
  for (const Exchange& cancel : input.trace.exchanges) {
    if (string_member(cancel.message, "method") != "notifications/cancelled") continue;
    const json& id = part_at(cancel.message, {"params", "requestId"});
    for (const Exchange& asked : input.trace.exchanges) {
      const bool meant = asked.session == cancel.session && part_at(asked.message, {"id"}) == id && !id.is_null() &&
                         string_member(asked.message, "method") == "tools/call" && !token_of(asked).is_null();
      if (!meant) continue;
      ++result.judged;
      for (const Progress& progress : all)
        if (progress.asked == &asked && progress.received->at > cancel.request.at + 2 * kSecond) {
          blame(result, input.severity, "messages", "no progress of a call that was cancelled",
                "progress " + milliseconds_text(progress.received->at - cancel.request.at) + " after the cancellation",
                progress.received->exchange);
          break;
        }
    }
  }
  return result;
}

// Two calls may well log the same line. A notification that comes on a GET stream and on another one while both are
// open is one that was sent twice.
bool sent_at_once(const JudgeInput& input, const Received& first, const Received& second) {
  const Exchange& one = input.trace.exchanges[first.exchange];
  const Exchange& other = input.trace.exchanges[second.exchange];
  const bool on_get = one.request.method == "GET" || other.request.method == "GET";
  return on_get && second.at - first.at < 200 * kMillisecond && (one.ended == kNever || one.ended >= second.at);
}

// transports#multiple-connections: a message goes to one stream. The same request, or the same notification at nearly
// the same moment, on two streams of a session is a broadcast; replays are not.
JudgeResult judge_no_broadcast(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no message came while several streams were open");
  std::map<std::pair<std::string, std::string>, const Received*> seen;
  for (const Received& received : input.trace.received) {
    const Exchange& carrier = input.trace.exchanges[received.exchange];
    if (!carrier.is_event_stream() || !received.value.is_object() || !received.value.contains("method")) continue;
    if (is_replay(carrier)) continue;
    const bool several =
        std::any_of(input.trace.exchanges.begin(), input.trace.exchanges.end(), [&](const Exchange& e) {
          return e.number != carrier.number && e.session == carrier.session && e.is_event_stream() &&
                 e.request.at < received.at && (e.ended == kNever || e.ended > received.at);
        });
    if (several) ++result.judged;
    const auto [first, is_new] = seen.try_emplace({carrier.session, serialize(received.value)}, &received);
    const bool again = !is_new && first->second->exchange != received.exchange &&
                       (received.value.contains("id") || sent_at_once(input, *first->second, received));
    if (again)
      blame(result, input.severity, "messages", "each message on one stream only",
            shortened(serialize(received.value), 120) + " came on stream #" + std::to_string(first->second->exchange) +
                ", too",
            received.exchange);
    first->second = &received;
  }
  return result;
}

// Messages that belong together, by what holds them together: `most` of them may come within a second.
using Together = std::map<std::string, std::vector<const Received*>>;

// Calls of tools on the session of this message, from a second before `since` until it came: each may bring its own.
std::size_t calls_around(const Trace& trace, Micros since, const Received& last) {
  const std::string& session = trace.exchanges[last.exchange].session;
  const auto around = std::count_if(trace.exchanges.begin(), trace.exchanges.end(), [&](const Exchange& each) {
    return each.session == session && string_member(each.message, "method") == "tools/call" &&
           each.request.at > since - kSecond && each.request.at <= last.at;
  });
  return std::max<std::size_t>(static_cast<std::size_t>(around), 1);
}

JudgeResult judge_rate(const JudgeInput& input, const Together& all, std::size_t most, const std::string& what,
                       std::string nothing) {
  JudgeResult result = nothing_seen(std::move(nothing));
  for (const auto& [key, list] : all) {
    ++result.judged;
    for (std::size_t i = most; i < list.size(); ++i) {
      if (list[i]->at - list[i - most]->at >= kSecond) continue;
      const std::size_t those = most * calls_around(input.trace, list[i - most]->at, *list[i]);
      if (those > i || list[i]->at - list[i - those]->at >= kSecond) continue;
      blame(result, input.severity, "messages", "at most " + std::to_string(most) + " " + what + "s a second",
            std::to_string(most + 1) + " within a second", list[i]->exchange);
      break;
    }
  }
  return result;
}

Together by_session(const JudgeInput& input, std::string_view method) {
  Together all;
  for (const Received& received : input.trace.received) {
    const Exchange& carrier = input.trace.exchanges[received.exchange];
    if (string_member(received.value, "method") == method && !is_replay(carrier))
      all[carrier.session].push_back(&received);
  }
  return all;
}

// utilities/progress#implementation-notes: rate limited. Some hundreds a second help nobody.
constexpr std::size_t kMostAtOnce = 300;

JudgeResult judge_progress_rate(const JudgeInput& input) {
  Together by_token;
  for (const Progress& progress : all_progress(input))
    by_token[serialize(part_at(*progress.params, {"progressToken"}))].push_back(progress.received);
  return judge_rate(input, by_token, kMostAtOnce, "progress notification", kNoProgress);
}

// utilities/ping#implementation-considerations: now and then, and not too often.
JudgeResult judge_ping_rate(const JudgeInput& input) {
  return judge_rate(input, by_session(input, "ping"), 5, "ping", "the server sent no ping");
}

// utilities/logging#implementation-considerations: the same.
JudgeResult judge_log_rate(const JudgeInput& input) {
  return judge_rate(input, by_session(input, "notifications/message"), kMostAtOnce, "log message",
                    "the server sent no log message");
}

constexpr NamedJudge kMessageJudges[] = {{"progress-increasing", judge_progress_increasing},
                                         {"progress-known-token", judge_progress_known_token},
                                         {"progress-stops", judge_progress_stops},
                                         {"progress-rate", judge_progress_rate},
                                         {"progress-own-stream", judge_progress_own_stream},
                                         {"progress-after-cancel", judge_progress_after_cancel},
                                         {"ping-rate", judge_ping_rate},
                                         {"log-rate", judge_log_rate},
                                         {"no-broadcast", judge_no_broadcast}};

}  // namespace

Finding make_finding(Verdict severity, std::string path, std::string expected, std::string actual,
                     std::optional<std::size_t> exchange) {
  Finding made;
  made.severity = severity;
  made.path = std::move(path);
  made.expected = std::move(expected);
  made.actual = std::move(actual);
  made.exchange = exchange;
  return made;
}

bool is_replay(const Exchange& carrier) { return find_header(carrier.request.headers, "last-event-id").has_value(); }

bool is_copy_for_another(const Trace& trace, const Received& received) {
  const Exchange& carrier = trace.exchanges[received.exchange];
  if (!carrier.over_http() || !carrier.is_channel()) return false;
  const auto asked = [&](const Received& message) {
    return message.answers ? string_member(trace.exchanges[*message.answers].message, "method") : std::string_view();
  };
  const std::string_view own = asked(received);
  const auto first = std::find_if(trace.received.begin(), trace.received.end(), [&](const Received& other) {
    return other.answers == received.answers && other.exchange == received.exchange;
  });
  const bool comes_again = received.answers && &*first != &received;
  return std::any_of(trace.received.begin(), trace.received.end(), [&](const Received& other) {
    // Of two sessions that ask for the same, each gets its own, once.
    return other.answers && other.exchange != received.exchange && std::abs(other.at - received.at) < kSecond &&
           trace.exchanges[other.exchange].session != carrier.session && (comes_again || asked(other) != own) &&
           other.value == received.value;
  });
}

void each_listed_tool(const Trace& trace, const std::function<void(const json& tool, const Received& listed)>& visit,
                      std::optional<std::string_view> purpose) {
  // Once of what is the very same each time (kept_message.hpp).
  std::set<std::pair<const json*, std::string_view>> seen;
  for (const Received& listed : trace.received) {
    const json& tools = part_at(listed.value, {"result", "tools"});
    const Exchange& carrier = trace.exchanges[listed.exchange];
    if (!tools.is_array() || carrier.deliberate) continue;
    if (listed.answers && trace.exchanges[*listed.answers].deliberate) continue;
    if (purpose && (!listed.answers || trace.exchanges[*listed.answers].purpose != *purpose)) continue;
    if (!seen.insert({&tools, carrier.revision}).second) continue;
    for (const json& tool : tools) visit(tool, listed);
  }
}

void blame(JudgeResult& result, Verdict severity, std::string path, std::string expected, std::string actual,
           std::size_t exchange) {
  constexpr std::size_t kOfOneJudge = 3;
  if (result.findings.size() >= kOfOneJudge) return;
  result.findings.push_back(make_finding(severity, std::move(path), std::move(expected), std::move(actual), exchange));
}

bool DistinctValues::has(const json& value) const { return has(value, std::hash<json>()(value)); }

bool DistinctValues::has(const json& value, std::size_t hash) const {
  const auto [begin, end] = by_hash_.equal_range(hash);
  return std::any_of(begin, end, [&](const auto& known) { return *known.second == value; });
}

bool DistinctValues::add(const json& value) {
  const std::size_t hash = std::hash<json>()(value);
  if (has(value, hash)) return false;
  by_hash_.emplace(hash, &value);
  return true;
}

JudgeResult nothing_seen(std::string why) {
  JudgeResult result;
  result.nothing = std::move(why);
  return result;
}

std::span<const NamedJudge> message_judges() { return kMessageJudges; }

}  // namespace mcplumb
