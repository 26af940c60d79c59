// What servers ask their clients, in both eras: requests of their own where there is a handshake, and requests inside
// of results where there is none.
#pragma once

#include <string>
#include <vector>

#include "client/trace.hpp"

namespace mcplumb {

struct Question {
  const Received* received = nullptr;
  const nlohmann::json* request = nullptr;       // {method, params}; with an id, it came by itself
  const nlohmann::json* capabilities = nullptr;  // of the client that is asked; null = none were declared
  std::string session;
  std::string revision;  // empty = not known

  std::string_view method() const;
  const nlohmann::json& params() const;  // null if there are none
  bool is_url() const;                   // an elicitation of mode url
};

// What a server said to a client, and what that client had declared.
struct Told {
  const Received* received = nullptr;
  const nlohmann::json* capabilities = nullptr;
  std::string session, revision;
};

// Of the whole run, but for what came of requests that were wrong on purpose.
std::vector<Told> all_told(const Trace& trace);
std::vector<Question> all_questions(const Trace& trace);

}  // namespace mcplumb
