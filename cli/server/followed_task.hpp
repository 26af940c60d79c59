// A call that was answered with a task: it is asked for until it is over, and its result is fetched.
// https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks
// https://modelcontextprotocol.io/seps/2663-tasks-extension
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "cli/server/server_session.hpp"

namespace mcplumb::cli {

// What params._meta carries so that a server without handshake may answer with a task.
nlohmann::json task_declaration();

class FollowedTask {
 public:
  using OnMessage = std::function<void(const nlohmann::json& message)>;
  // Progress and log messages of the server go to `on_message`. The session must outlive this.
  FollowedTask(ServerSession& server, Micros at_most, OnMessage on_message);

  // Whether a result of tools/call is a task, or claims to be one.
  bool is_task(const nlohmann::json& result) const;
  // The result that the call has in the end. Absent: the JSON-RPC error that it ended in is in `error`, or null, and it
  // was told what went wrong. A task that nobody waits for any more is cancelled.
  std::optional<nlohmann::json> follow(const nlohmann::json& handle, nlohmann::json* error);
  int exit() const { return exit_; }  // if there is neither a result nor an error

 private:
  bool poll();
  bool give_input();
  bool wait_to_poll();
  std::optional<nlohmann::json> outcome(nlohmann::json* error);
  std::optional<nlohmann::json> ask(const std::string& method, nlohmann::json params);
  void see(nlohmann::json task);
  bool is_over() const;
  void give_up(const std::string& why, int code);

  ServerSession& server_;
  const Micros latest_;
  OnMessage on_message_;
  nlohmann::json task_;
  nlohmann::json error_;  // that the last request was answered with
  std::string id_, told_;
  std::set<std::string> answered_;  // keys of questions
  int exit_ = 0;
};

}  // namespace mcplumb::cli
