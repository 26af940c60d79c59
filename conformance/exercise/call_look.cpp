#include "conformance/exercise/call_look.hpp"

#include <algorithm>
#include <array>

#include "client/jsonrpc/message.hpp"
#include "client/text/base64.hpp"
#include "client/text/wording.hpp"
#include "client/transport/era.hpp"
#include "conformance/schema/schema.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr int kInternalError = -32603;
constexpr Micros kSlow = 3 * kSecond;

class Look {
 public:
  Look(const Trace& trace, const Answer& answer, const json& tool, const MadeArguments& arguments,
       const std::vector<json>& progress, const std::string& revision)
      : exchange_(trace.exchanges[answer.exchange]),
        answer_(answer),
        response_(answer.received ? trace.received[*answer.received].value : json()),
        tool_(tool),
        arguments_(arguments),
        progress_(progress),
        revision_(revision) {
    if (answer.received) look_.took = trace.received[*answer.received].at - exchange_.request.at;
  }

  CallLook take() {
    look_.answered = answer_.received.has_value();
    if (!look_.answered) {
      blame(ToolFaultKind::unanswered, exchange_.status() >= 500
                                           ? "HTTP " + std::to_string(exchange_.status()) + ": " + answer_.problem
                                           : answer_.problem);
      return std::move(look_);
    }
    const json* result = member(response_, "result");
    look_.refused = result == nullptr || part_at(*result, {"isError"}) == true;
    if (exchange_.status() >= 500)
      blame(ToolFaultKind::unanswered, "the response came with HTTP " + std::to_string(exchange_.status()));
    look_at_error();
    if (result != nullptr) look_at_result(*result);
    look_at_progress();
    return std::move(look_);
  }

 private:
  void blame(ToolFaultKind kind, std::string what) {
    look_.faults.push_back({kind, std::move(what), nullptr, "", 1, exchange_.number});
  }
  void plays(const char* role) { look_.roles.emplace_back(role); }

  void look_at_error() {
    const json* error = member(response_, "error");
    if (error == nullptr) return;
    const std::string_view message = string_member(*error, "message");
    if (const std::string trace = stack_trace_in(serialize(*error)); !trace.empty())
      blame(ToolFaultKind::crashed, "the error holds a stack trace: " + trace);
    else if (part_at(*error, {"code"}) == kInternalError)
      blame(ToolFaultKind::crashed, "internal error -32603: " + shortened(message, 160));
  }

  // A result that is none yet: a question to the client, or a task that goes on.
  bool is_over(const json& result) const {
    const std::string_view type = string_member(result, "resultType");
    return (type.empty() || type == "complete") && member(result, "task") == nullptr;
  }

  void look_at_result(const json& result) {
    if (!is_over(result)) {
      if (string_member(result, "resultType") == "input_required") plays("input-once");
      return;
    }
    if (!look_.refused && !arguments_.fits) blame(ToolFaultKind::accepted, "served although " + arguments_.problem);
    const json& content = part_at(result, {"content"});
    if (content.is_array())
      for (std::size_t i = 0; i < content.size(); ++i) look_at_block(content[i], "content[" + std::to_string(i) + "]");
    if (look_.refused) {
      plays("failing");
      return;
    }
    plays("content");
    look_at_structured(result);
    if (look_.took >= kSlow) plays("slow");
  }

  void look_at_block(const json& block, const std::string& place) {
    const std::string_view type = string_member(block, "type");
    if (type == "text") {
      if (const std::string trace = stack_trace_in(string_member(block, "text")); look_.refused && !trace.empty())
        blame(ToolFaultKind::crashed, place + " holds a stack trace: " + trace);
    } else if (type == "image" || type == "audio") {
      const auto bytes = from_base64(string_member(block, "data"));
      const std::string_view said = string_member(block, "mimeType");
      const std::string seen = bytes ? media_type_of_bytes(*bytes) : "";
      if (!seen.empty() && !said.empty() && seen != said)
        blame(ToolFaultKind::media, place + " says " + shortened(said, 60) + ", and its bytes are " + seen);
      else if (bytes && bytes->empty())
        blame(ToolFaultKind::media, place + " has no bytes");
    }
  }

  void look_at_structured(const json& result) {
    const json* declared = member(tool_, "outputSchema");
    const json* structured = member(result, "structuredContent");
    if (structured != nullptr) plays("structured");
    if (declared == nullptr || revision_ < "2025-06-18") return;
    if (structured == nullptr)
      return blame(ToolFaultKind::structured, "there is an outputSchema, and no structuredContent");
    const auto compiled = schema::Schema::compile(*declared, {});
    if (!compiled) return;
    const schema::Verdict verdict = compiled->check(*structured);
    if (!verdict.invalid()) return;
    const schema::Problem& first = verdict.problems.front();
    blame(ToolFaultKind::structured, "structuredContent" + shortened(first.instance, 80) + " " + first.what);
  }

  void look_at_progress() {
    if (progress_.empty()) return;
    plays("progress");
    const json& total = part_at(progress_.back(), {"total"});
    const json& last = part_at(progress_.back(), {"progress"});
    if (!look_.refused && total.is_number() && last.is_number() && last != total)
      blame(ToolFaultKind::progress,
            "the last progress is " + serialize(last) + " of " + serialize(total) + ", and the call is over");
  }

  const Exchange& exchange_;
  const Answer& answer_;
  json response_;
  const json& tool_;
  const MadeArguments& arguments_;
  const std::vector<json>& progress_;
  const std::string& revision_;
  CallLook look_;
};

}  // namespace

bool CallLook::has(ToolFaultKind kind) const {
  return std::any_of(faults.begin(), faults.end(), [&](const ToolFault& each) { return each.kind == kind; });
}

CallLook look_at_call(const Trace& trace, const Answer& answer, const json& tool, const MadeArguments& arguments,
                      const std::vector<json>& progress, const std::string& revision) {
  return Look(trace, answer, tool, arguments, progress, revision).take();
}

std::string media_type_of_bytes(std::string_view bytes) {
  using namespace std::string_view_literals;
  static constexpr std::pair<std::string_view, std::string_view> kBeginnings[] = {{"\x89PNG\r\n\x1a\n"sv, "image/png"},
                                                                                  {"\xff\xd8\xff"sv, "image/jpeg"},
                                                                                  {"GIF87a"sv, "image/gif"},
                                                                                  {"GIF89a"sv, "image/gif"},
                                                                                  {"BM"sv, "image/bmp"},
                                                                                  {"%PDF-"sv, "application/pdf"},
                                                                                  {"OggS"sv, "audio/ogg"},
                                                                                  {"ID3"sv, "audio/mpeg"},
                                                                                  {"fLaC"sv, "audio/flac"}};
  if (bytes.starts_with("RIFF") && bytes.size() >= 12)
    return bytes.substr(8, 4) == "WAVE" ? "audio/wav" : bytes.substr(8, 4) == "WEBP" ? "image/webp" : "";
  for (const auto& [beginning, type] : kBeginnings)
    if (bytes.starts_with(beginning)) return std::string(type);
  return "";
}

std::string stack_trace_in(std::string_view text) {
  static constexpr std::array<std::string_view, 8> kSigns = {"Traceback (most recent call last)",
                                                             "goroutine ",
                                                             "thread 'main' panicked",
                                                             "panic: ",
                                                             "\n    at ",
                                                             "\\n    at ",
                                                             "java.lang.",
                                                             "\tat "};
  for (const std::string_view sign : kSigns) {
    const std::size_t at = text.find(sign);
    if (at == std::string_view::npos) continue;
    const std::size_t begin = at + std::min(sign.find_first_not_of("\n\t "), sign.size());
    return shortened(text.substr(begin), 80);
  }
  return "";
}

}  // namespace mcplumb
