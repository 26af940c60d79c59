#include "conformance/engine/passive.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "client/transport/era.hpp"
#include "conformance/engine/message_judges.hpp"
#include "conformance/engine/step_parts.hpp"
#include "conformance/language/selection.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kFindingsKept = 5;  // of one check; more of the same help nobody
// Views are some kilobytes each, and a flood of messages is one defect, not thousands.
constexpr std::size_t kMessagesOfOneReply = 500, kMessagesJudged = 2000;

bool watches(Watch watch, std::string_view kind) {
  switch (watch) {
    case Watch::message:
      return true;
    case Watch::response:
      return kind == "response";
    case Watch::notification:
      return kind == "notification";
    case Watch::server_request:
      return kind == "request";
    default:
      return false;
  }
}

const nlohmann::json& value_of(const Parts& view, const char* name) {
  static const nlohmann::json kNothing;
  const nlohmann::json* value = view.find(name);
  return value != nullptr ? *value : kNothing;
}

// Notes what a judgment has looked at.
class Watched final : public Parts {
 public:
  explicit Watched(const Parts& parts) : parts_(parts) {}
  const nlohmann::json* find(const std::string& name) const override {
    only_content_ = only_content_ && is_content(name);
    return parts_.find(name);
  }
  const nlohmann::json* find_within(const std::string& name, const std::string& member) const override {
    const bool is_in_content =
        is_content(name) || (name == "message" && is_content(member)) || (name == "request" && member == "method");
    only_content_ = only_content_ && is_in_content;
    return parts_.find_within(name, member);
  }
  // What messages have in common that differ in nothing but the id, and answer requests of one method.
  bool saw_only_content() const { return only_content_; }

 private:
  static bool is_content(const std::string& name) {
    return name == "result" || name == "error" || name == "params" || name == "method";
  }

  const Parts& parts_;
  mutable bool only_content_ = true;
};

// At its end the view keeps no copies of large messages.
struct Shedding {
  ExchangeParts* view;  // null: there is nothing to shed
  ~Shedding() {
    if (view != nullptr) view->shed();
  }
};

// Whether the value is one of our own, and only comes back.
bool is_echo(const nlohmann::json& sent, const std::string& actual) {
  if (sent.is_structured())
    return std::any_of(sent.begin(), sent.end(), [&](const nlohmann::json& part) { return is_echo(part, actual); });
  return sent.is_string() && shortened(serialize(sent), kDefectSize) == actual;
}

void keep_finding(JudgeResult& result, const Check& check, Verdict verdict, Mismatch mismatch, std::size_t exchange) {
  if (result.findings.size() >= kFindingsKept) return;
  Finding finding;
  finding.severity = verdict;
  finding.path = std::move(mismatch.path);
  finding.expected = std::move(mismatch.expected);
  finding.actual = std::move(mismatch.actual);
  finding.exchange = exchange;
  finding.script_at = check.at.file + ":" + std::to_string(check.at.line) + ":" + std::to_string(check.at.column);
  result.findings.push_back(std::move(finding));
}

}  // namespace

const ReplyOrigin& PassiveJudge::origin_of_reply(std::size_t number) {
  const auto [entry, is_new] = origins_.try_emplace(number);
  if (is_new) entry->second = reply_origin(trace_.exchanges[number]);
  return entry->second;
}

const Parts& PassiveJudge::exchange_view(std::size_t number) {
  std::unique_ptr<ExchangeParts>& view = exchanges_[number];
  if (!view) view = std::make_unique<ExchangeParts>(views_, trace_.exchanges[number], now_);
  return *view;
}

const Parts& PassiveJudge::message_view(std::size_t index) {
  std::unique_ptr<MessageParts>& view = messages_[index];
  const Received& received = trace_.received[index];
  if (!view)
    view = std::make_unique<MessageParts>(views_, received, trace_.exchanges[received.exchange],
                                          carrier_view(received.exchange));
  return *view;
}

// What a message came on, without what is heavy: many messages may have come on one stream.
const nlohmann::json& PassiveJudge::carrier_view(std::size_t number) {
  const auto [entry, is_new] = carriers_.try_emplace(number);
  if (is_new) entry->second = views_.carrier(number, now_);
  return entry->second;
}

// Many checks watch the same, and the trace is complete when they do.
const std::vector<PassiveJudge::Subject>& PassiveJudge::subjects(const Check& check) {
  const bool of_shapes = !check.conforms.empty();
  const auto [entry, is_new] = subjects_.try_emplace({check.watch, of_shapes});
  if (is_new)
    entry->second = check.watch == Watch::reply || check.watch == Watch::stream ? replies(check.watch)
                                                                                : messages(check.watch, of_shapes);
  return entry->second;
}

std::vector<PassiveJudge::Subject> PassiveJudge::replies(Watch watch) {
  std::vector<Subject> found;
  for (const Exchange& exchange : trace_.exchanges) {
    // Over stdio the program's output is the stream, and there are no replies.
    const bool is_output = exchange.is_channel() && !exchange.over_http();
    const bool is_reply = !exchange.blocks.empty() && exchange.status() >= 200;
    if (exchange.deliberate ||
        !(watch == Watch::stream ? is_output || (is_reply && exchange.is_event_stream()) : is_reply))
      continue;
    if (origin_of_reply(exchange.number).is_foreign()) continue;
    if (exchange.starved || exchange.is_at_own_limit()) continue;
    found.push_back({&exchange_view(exchange.number), nullptr, "", exchange.number, exchange.revision});
  }
  return found;
}

// What came of requests that no client should send has its shape all the same; see judge_shape.
std::vector<PassiveJudge::Subject> PassiveJudge::messages(Watch watch, bool of_shapes) {
  std::vector<Subject> found;
  std::unordered_map<std::size_t, std::size_t> of_reply;
  std::size_t looked_at = 0;
  for (std::size_t i = 0; i < trace_.received.size() && looked_at < kMessagesJudged; ++i) {
    const Received& received = trace_.received[i];
    const Exchange& exchange = trace_.exchanges[received.exchange];
    const bool deliberate = exchange.deliberate || (received.answers && trace_.exchanges[*received.answers].deliberate);
    const ReplyOrigin& origin = origin_of_reply(received.exchange);
    if (exchange.over_http() && !exchange.is_channel() && (!origin.has_message || origin.is_foreign())) continue;
    if ((deliberate && !of_shapes) || ++of_reply[received.exchange] > kMessagesOfOneReply) continue;
    ++looked_at;
    if (!watches(watch, kind_of_message(received.value))) continue;
    if (of_shapes && is_copy_for_another(trace_, received)) continue;
    const std::string_view asked =
        received.answers ? string_member(trace_.exchanges[*received.answers].message, "method") : "";
    found.push_back(
        {&message_view(i), &received.value.json(), asked, received.exchange, exchange.revision, deliberate});
  }
  return found;
}

// Against the table of shapes, as far as the check is about it. False: it is about nothing in this message. What
// answers a request that no client should send has its shape all the same, where a session says which revision that is.
bool PassiveJudge::judge_shape(const Check& check, const Subject& subject, const std::string& revision, Verdict verdict,
                               JudgeResult& result) {
  if (subject.deliberate && era_of(revision) == Era::stateless) return false;
  std::string method(string_member(*subject.message, "method"));
  if (method.empty()) method = string_member(value_of(*subject.view, "request"), "method");
  const auto [entry, is_new] = shapes_.try_emplace({subject.message, method, revision});
  if (is_new) entry->second = look_at_message(*subject.message, method, revision);
  const ShapeLook& look = entry->second;
  if (!look.is_about(check.conforms)) return false;
  const nlohmann::json& request = value_of(*subject.view, "request");
  for (const ShapeDefect* defect : look.defects_of(check.conforms)) {
    if (subject.deliberate && is_echo(part(request, "params"), defect->actual)) continue;
    keep_finding(result, check, verdict, {defect->path, defect->expected, defect->actual, {}}, subject.exchange);
  }
  return true;
}

JudgeResult PassiveJudge::judge(const Check& check, const Suite& suite,
                                const std::function<Verdict(std::string_view revision)>& severity) {
  JudgeResult result;
  result.nothing = "nothing of the kind was seen";
  const EvalContext context{suite.shapes, suite.variables};
  // Of messages whose content alone was looked at: which are meant by `where`, and which need not be looked at again.
  std::map<std::pair<const nlohmann::json*, std::string_view>, bool> meant;
  std::set<std::tuple<const nlohmann::json*, std::string_view, std::string>> fine;
  for (const Subject& subject : subjects(check)) {
    std::string revision(subject.revision);
    if (revision.empty()) revision = std::string(string_member(value_of(*subject.view, "session"), "revision"));
    if (revision.empty()) revision = agreed_;
    const std::optional<TransportKind> transport = trace_.exchanges[subject.exchange].transport;
    if (!check.binds(revision, transport.value_or(TransportKind::streamable_http))) continue;
    const Shedding afterwards{subject.message == nullptr ? exchanges_.at(subject.exchange).get() : nullptr};
    const Watched chosen(*subject.view), watched(*subject.view);
    const auto known = meant.find({subject.message, subject.asked});
    const bool is_meant = known != meant.end() ? known->second : holds(check.where, chosen, context);
    if (subject.message != nullptr && chosen.saw_only_content())
      meant.emplace(std::pair(subject.message, subject.asked), is_meant);
    if (!is_meant) continue;
    if (!check.conforms.empty() && !judge_shape(check, subject, revision, severity(revision), result)) continue;
    ++result.judged;
    if (subject.deliberate || fine.contains({subject.message, subject.asked, revision})) continue;
    bool holds_all = true;
    const auto add = [&](const Expectations& wanted, Verdict verdict) {
      for (Mismatch& mismatch : evaluate(wanted, watched, context)) {
        holds_all = false;
        keep_finding(result, check, verdict, std::move(mismatch), subject.exchange);
      }
    };
    add(check.expect, severity(revision));
    add(check.prefer, preferred(severity(revision)));
    add(check.mention, Verdict::note);
    if (holds_all && subject.message != nullptr && watched.saw_only_content())
      fine.insert({subject.message, subject.asked, revision});
  }
  return result;
}

}  // namespace mcplumb
