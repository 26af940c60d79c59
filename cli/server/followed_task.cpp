#include "cli/server/followed_task.hpp"

#include <algorithm>

#include "cli/output/terminal.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "client/transport/era.hpp"
#include "conformance/record/exit_code.hpp"

namespace mcplumb::cli {
namespace {

using nlohmann::json;

constexpr Micros kUnknownInterval = kSecond, kShortestInterval = 50 * kMillisecond;

std::string text_at(const json& value, const char* name) { return shortened(string_member(value, name), 400); }

}  // namespace

json task_declaration() {
  return {{meta_key("clientCapabilities"), {{"extensions", {{"io.modelcontextprotocol/tasks", json::object()}}}}}};
}

FollowedTask::FollowedTask(ServerSession& server, Micros at_most, OnMessage on_message)
    : server_(server), latest_(server.now() + at_most), on_message_(std::move(on_message)) {}

bool FollowedTask::is_task(const json& result) const {
  if (server_.is_stateless())
    return string_member(result, "resultType") == "task" || (result.contains("taskId") && !result.contains("content"));
  return result.contains("task") && !result.contains("content");
}

bool FollowedTask::is_over() const {
  const std::string_view status = string_member(task_, "status");
  return status == "completed" || status == "failed" || status == "cancelled";
}

std::optional<json> FollowedTask::follow(const json& handle, json* error) {
  const json* nested = member(handle, "task");
  const json& task = server_.is_stateless() || nested == nullptr ? handle : *nested;
  id_ = string_member(task, "taskId");
  if (id_.empty()) {
    complain("mcplumb: error: the call was answered with a task that has no taskId: nothing can be asked for\n");
    exit_ = kFailed;
    return std::nullopt;
  }
  see(task);
  while (!is_over())
    if (!wait_to_poll() || !poll()) return std::nullopt;
  return outcome(error);
}

// Says what is new.
void FollowedTask::see(json task) {
  task_ = std::move(task);
  const std::string message = text_at(task_, "statusMessage");
  const std::string line = "task " + text_at(task_, "status") + (message.empty() ? "" : "  " + message);
  if (line != told_) complain(line + "\n");
  told_ = line;
}

// As long as the server asks for.
bool FollowedTask::wait_to_poll() {
  const json* named = member(task_, server_.is_stateless() ? "pollIntervalMs" : "pollInterval");
  const double longest = static_cast<double>(latest_ - server_.now());
  const double asked = named != nullptr && named->is_number() ? named->get<double>() * kMillisecond : kUnknownInterval;
  if (longest > 0)
    server_.wait(
        static_cast<Micros>(std::clamp(asked, static_cast<double>(kShortestInterval), longest + kMillisecond)));
  if (!server_.is_interrupted() && server_.now() < latest_) return true;
  if (server_.is_interrupted())
    give_up(server_.why_stopped(), kNothingJudged);
  else
    give_up("the task was not over in time", kFailed);
  return false;
}

bool FollowedTask::poll() {
  auto now = ask("tasks/get", {{"taskId", id_}});
  if (!now) return false;
  see(std::move(*now));
  const std::string_view status = string_member(task_, "status");
  if (status != "working" && status != "input_required" && !is_over()) {
    give_up("the task has a status that no revision knows: " + (status.empty() ? "none" : text_at(task_, "status")),
            kFailed);
    return false;
  }
  return status != "input_required" || give_input();
}

// With a handshake the questions come as requests, on the stream of tasks/result; the session answers them.
bool FollowedTask::give_input() {
  if (!server_.is_stateless()) {
    const bool is_answered = ask("tasks/result", {{"taskId", id_}}).has_value();
    if (!is_answered && error_.is_null()) return false;
    auto now = ask("tasks/get", {{"taskId", id_}});
    if (now) see(std::move(*now));
    return now.has_value();
  }
  json fresh = json::object();
  if (const json* wishes = member(task_, "inputRequests"); wishes != nullptr && wishes->is_object())
    for (const auto& [key, wish] : wishes->items())
      if (answered_.count(key) == 0) fresh[key] = wish;
  if (fresh.empty()) return true;
  const std::optional<json> answers = server_.input_for(fresh);
  if (!answers) {
    give_up("the task wants input that nobody here can give: " + text_at(fresh.front(), "method"), kFailed);
    return false;
  }
  for (const auto& [key, answer] : answers->items()) answered_.insert(key);
  return ask("tasks/update", {{"taskId", id_}, {"inputResponses", *answers}}).has_value();
}

std::optional<json> FollowedTask::outcome(json* error) {
  const std::string_view status = string_member(task_, "status");
  if (status == "cancelled") {
    complain("mcplumb: error: the server cancelled the task\n");
    exit_ = kFailed;
    return std::nullopt;
  }
  if (!server_.is_stateless()) {
    auto result = ask("tasks/result", {{"taskId", id_}});
    if (!result && !error_.is_null()) *error = error_;
    return result;
  }
  const json* part = member(task_, status == "completed" ? "result" : "error");
  if (part != nullptr && part->is_object() && status == "completed") return *part;
  if (part != nullptr && part->is_object()) {
    *error = *part;
    return std::nullopt;
  }
  complain("mcplumb: error: the task is " + std::string(status) + ", and has no " +
           (status == "completed" ? "result" : "error") + "\n");
  exit_ = kFailed;
  return std::nullopt;
}

std::optional<json> FollowedTask::ask(const std::string& method, json params) {
  if (server_.is_stateless()) params["_meta"] = task_declaration();
  error_ = nullptr;
  auto result = server_.request(method, std::move(params), std::max<Micros>(latest_ - server_.now(), kSecond),
                                on_message_, &error_);
  if (result) return result;
  exit_ = server_.exit();
  if (server_.is_interrupted()) give_up(server_.why_stopped(), kNothingJudged);
  if (!error_.is_null() && method != "tasks/result") {
    complain("mcplumb: error: " + method + " was answered with the error " + shortened(serialize(error_), 400) + "\n");
    exit_ = kFailed;
  }
  return std::nullopt;
}

// Nobody waits for it any more.
void FollowedTask::give_up(const std::string& why, int code) {
  const bool may_cancel = server_.is_stateless() || server_.declares({"tasks", "cancel"});
  json params = {{"taskId", id_}};
  if (server_.is_stateless()) params["_meta"] = task_declaration();
  if (may_cancel) server_.last_words("tasks/cancel", std::move(params));
  complain("mcplumb: error: " + why + "; " +
           (may_cancel ? "the task was cancelled"
                       : "the task " + shortened(id_, 100) + " goes on: the server offers no way to cancel it") +
           "\n");
  exit_ = code;
}

}  // namespace mcplumb::cli
