#include "conformance/exercise/call_look.hpp"

#include <algorithm>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "client/text/sha256.hpp"
#include "client/transport/era.hpp"
#include "conformance/exercise/result_words.hpp"
#include "conformance/schema/schema.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

// What the checks of these roles can work with: "takes some time", "reports progress for some hundred milliseconds".
constexpr Micros kSlow = kSecond, kSlowAtMost = 15 * kSecond;
constexpr Micros kProgressing = 200 * kMillisecond, kProgressingAtMost = 3 * kSecond;

class Look {
 public:
  explicit Look(const CallInput& input)
      : in_(input),
        exchange_(input.trace.exchanges[input.answer.exchange]),
        response_(input.answer.received ? input.trace.received[*input.answer.received].value.json()
                                        : part_at({}, {"nothing"})) {
    look_.exchange = exchange_.number;
    if (input.answer.received) look_.took = input.trace.received[*input.answer.received].at - exchange_.request.at;
  }

  CallLook take() {
    look_.answered = in_.answer.received.has_value();
    look_.http_error = exchange_.status() >= 400;
    const std::string status = "HTTP " + std::to_string(exchange_.status());
    if (!look_.answered) {
      look_.own_limit = exchange_.own_limit();
      if (!look_.own_limit.empty()) return std::move(look_);
      const bool failed = exchange_.status() >= 500;
      blame(failed || broke_off(exchange_) ? ToolFaultKind::unanswered : ToolFaultKind::silent,
            (failed ? status + ": " : "") + in_.answer.problem);
      return std::move(look_);
    }
    const json* result = member(response_, "result");
    look_.refused = result == nullptr || part_at(*result, {"isError"}) == true;
    if (exchange_.status() >= 500) blame(ToolFaultKind::unanswered, "the response came with " + status);
    if (result == nullptr)
      look_at_error();
    else
      look_at_result(*result);
    look_at_progress();
    return std::move(look_);
  }

 private:
  void blame(ToolFaultKind kind, std::string what) {
    ToolFault& fault = look_.faults.emplace_back();
    fault.kind = kind;
    fault.what = std::move(what);
    fault.exchange = exchange_.number;
  }
  void plays(const char* role) { look_.roles.emplace_back(role); }

  void look_at_error() {
    const json& error = part_at(response_, {"error"});
    if (const std::string line = stack_trace_in(error); !line.empty())
      blame(ToolFaultKind::crashed, "the error holds a stack trace: " + line);
    else if (in_.arguments.fits && part_at(error, {"code"}) == kInternalError)
      blame(ToolFaultKind::crashed, "internal error -32603: " + shortened(string_member(error, "message"), 160));
  }

  // A result that is none yet: a question to the client, or a task that goes on.
  bool is_over(const json& result) const {
    const std::string_view type = string_member(result, "resultType");
    return (type.empty() || type == "complete") && member(result, "task") == nullptr;
  }

  void look_at_result(const json& result) {
    if (!is_over(result)) return look_at_questions(result);
    look_.result = digest_of(result);
    if (!look_.refused && !in_.arguments.fits)
      blame(in_.arguments.extra_member ? ToolFaultKind::extra : ToolFaultKind::accepted,
            "served although " + in_.arguments.problem);
    const json& content = part_at(result, {"content"});
    if (content.is_array())
      for (std::size_t i = 0; i < content.size(); ++i) look_at_block(content[i], "content[" + std::to_string(i) + "]");
    if (look_.refused) {
      if (in_.arguments.fits) plays("failing");
      return;
    }
    look_at_structured(result);
    if (!in_.arguments.fits) return;
    plays("content");
    // Checks cancel it once it has sent progress.
    if (look_.took >= kSlow && look_.took <= kSlowAtMost && in_.progress.times > 0) plays("slow");
  }

  // 2026-07-28, basic/patterns/mrtr: what the result asks the client for.
  void look_at_questions(const json& result) {
    const json& asked = part_at(result, {"inputRequests"});
    if (!asked.is_object()) return;
    for (const json& each : asked)
      if (const std::string role = role_of_question(each); !role.empty()) look_.roles.push_back(role);
  }

 public:
  static std::string role_of_question(const json& request) {
    const std::string_view method = string_member(request, "method");
    if (method == "sampling/createMessage") return "input-sampling";
    if (method != "elicitation/create") return "";
    return part_at(request, {"params", "mode"}) == "url" ? "input-url" : "input";
  }

 private:
  void look_at_block(const json& block, const std::string& place) {
    const std::string_view type = string_member(block, "type");
    if (type == "text") {
      if (!look_.refused) return;
      if (const std::string line = stack_trace_in(part_at(block, {"text"})); !line.empty())
        blame(ToolFaultKind::crashed, place + " holds a stack trace: " + line);
    } else if (const std::string wrong = type.empty() ? "" : wrong_media(block); !wrong.empty()) {
      blame(ToolFaultKind::media, place + " " + wrong);
    }
  }

  void look_at_structured(const json& result) {
    const json* declared = member(in_.tool, "outputSchema");
    const json* structured = member(result, "structuredContent");
    const json& required = part_at(in_.tool, {"inputSchema", "required"});
    if (structured != nullptr && in_.arguments.fits && required.is_array() && !required.empty()) plays("structured");
    if (structured != nullptr) hold_text_against(part_at(result, {"content"}), *structured);
    if (declared == nullptr || in_.revision < "2025-06-18") return;
    if (structured == nullptr)
      return blame(ToolFaultKind::structured, "there is an outputSchema, and no structuredContent");
    const auto compiled = schema::Schema::refer_to(*declared, {.stopped = in_.stopped});
    if (!compiled) return;
    const schema::Verdict verdict = compiled->check(*structured);
    if (!verdict.invalid()) return;
    const schema::Problem& first = verdict.problems.front();
    blame(ToolFaultKind::structured, "structuredContent" + shortened(first.instance, 80) + " " + first.what);
  }

  // A text that is JSON with the same members is meant to be the same thing.
  void hold_text_against(const json& content, const json& structured) {
    if (!content.is_array() || !structured.is_object() || structured.empty()) return;
    bool differs = false;
    for (const json& block : content) {
      const json said = json::parse(string_member(block, "text"), nullptr, false);
      if (said == structured) return;
      differs = differs || has_same_members(said, structured);
    }
    if (differs) blame(ToolFaultKind::text, "a text block has the members of structuredContent, and other values");
  }

  static bool has_same_members(const json& one, const json& other) {
    if (!one.is_object() || one.size() != other.size()) return false;
    return std::all_of(one.items().begin(), one.items().end(),
                       [&](const auto& each) { return other.contains(each.key()); });
  }

  void look_at_progress() {
    if (in_.progress.times == 0 || !in_.arguments.fits) return;
    if (in_.progress.times >= 2 && look_.took >= kProgressing && look_.took <= kProgressingAtMost) plays("progress");
    const json &total = in_.progress.total, &last = in_.progress.last;
    if (!look_.refused && total.is_number() && last.is_number() && last != total)
      blame(ToolFaultKind::progress,
            "the last progress is " + serialize(last) + " of " + serialize(total) + ", and the call is over");
  }

  const CallInput& in_;
  const Exchange& exchange_;
  const json& response_;
  CallLook look_;
};

}  // namespace

bool CallLook::has(ToolFaultKind kind) const {
  return std::any_of(faults.begin(), faults.end(), [&](const ToolFault& each) { return each.kind == kind; });
}

bool broke_off(const Exchange& exchange) {
  const FailureKind ours[] = {FailureKind::deadline, FailureKind::too_large, FailureKind::cancelled};
  if (exchange.failure) return std::find(std::begin(ours), std::end(ours), exchange.failure->kind) == std::end(ours);
  return !exchange.closed_by_us && exchange.ended != kNever;
}

std::string digest_of(const json& value) { return sha256_hex(serialize(value)); }

void SeenProgress::take(const json& params) {
  const auto number_of = [&](const char* name) {
    const json& value = part_at(params, {name});
    return value.is_number() ? value : json();
  };
  ++times;
  last = number_of("progress");
  total = number_of("total");
}

CallLook look_at_call(const CallInput& input) { return Look(input).take(); }

std::vector<std::string> roles_of_messages(const Trace& trace, std::size_t first, const std::string& session) {
  std::set<std::string> roles, levels;
  for (std::size_t i = first; i < trace.received.size(); ++i) {
    const Received& received = trace.received[i];
    if (trace.exchanges[received.exchange].session != session) continue;
    const std::string_view method = string_member(received.value, "method");
    if (method == "notifications/message") levels.emplace(string_member(part_at(received.value, {"params"}), "level"));
    if (method == "notifications/tools/list_changed") roles.insert("change-tools");
    if (method == "notifications/prompts/list_changed") roles.insert("change-prompts");
    if (method == "notifications/resources/list_changed") roles.insert("change-resources");
    roles.insert(Look::role_of_question(received.value));
  }
  if (levels.size() > 1) roles.insert("log");
  roles.erase("");
  return {roles.begin(), roles.end()};
}

}  // namespace mcplumb
