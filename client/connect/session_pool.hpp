// The sessions with one target: opens them, remembers what was agreed in each, and leaves none behind.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/connect/connector.hpp"
#include "client/http/http_client.hpp"

namespace mcplumb {

struct OpenSession : Link {
  std::string label;
  bool ended = false;              // by us or by the check
  std::optional<std::size_t> end;  // exchange that told the server so, if SessionPool::end sent one

  const Opening& opening() const { return session->opening(); }
  bool usable() const { return opening().problem.empty() && !opening().revision.empty() && !ended; }
};

// What a session is opened with.
struct OpenOptions {
  std::string revision;         // empty = that of the pool. A text that is no revision is of the pool's era
  nlohmann::json capabilities;  // to declare; null = those of the pool
  nlohmann::json meta;          // changes to params._meta of the first request, see with_meta
  nlohmann::json client_info;   // null = our own
  // What all its requests say, instead of the target's; empty = nothing.
  std::optional<std::string> authorization;
  std::map<std::string, Answerer> answers;  // to what the server asks, by method, instead of the default
  bool confirm = true;                      // send notifications/initialized
  bool retry_supported_version = true;
  bool at_once = false;  // see SessionOptions::at_once
  SendOptions send;      // purpose, headers, deadline
};

class SessionPool {
 public:
  // The client and the target must outlive the pool. `revision` is what is proposed; empty = find out.
  SessionPool(HttpClient& http, const Target& target, std::string revision,
              nlohmann::json capabilities = nlohmann::json::object())
      : http_(http), revision_(std::move(revision)), capabilities_(std::move(capabilities)), connector_(http, target) {}

  // Starts and stops the server that the target names, if it names one (Connector). start() comes before all else.
  std::string start() { return connector_.start(); }
  void stop() { connector_.stop(); }

  // Makes a session and performs its handshake; look at its Opening for how that went. Lives as long as the pool.
  OpenSession& open(const OpenOptions& options);
  // The era that the target is in; unknown before the first session was opened, unless the revision says it.
  Era era() const { return revision_.empty() ? connector_.era() : era_of(revision_); }
  // A transport without a handshake, for raw requests outside any session.
  OpenSession& outside();
  // Ends one session on the server, if it was not ended yet. Nothing is waited for.
  void end(OpenSession& session, Micros deadline);
  void wait_for_end(Micros deadline);  // for the answers of the server to the ends up to now
  void end_all(Micros deadline);       // and waits, for programs, too
  // As end_all, but over HTTP nobody waits for what the server says to it, longer than a near server takes.
  void leave_all(Micros deadline);

  const OpenSession* find(std::string_view label) const;
  const std::vector<std::unique_ptr<OpenSession>>& all() const { return sessions_; }
  // What the first open() returned: the open session, or the one whose failure tells why there is none.
  const OpenSession& first() const { return *first_; }
  // Absent until the first session was opened, unless the target says it.
  std::optional<TransportKind> transport() const { return connector_.transport(); }

 private:
  OpenSession& add(Link link, std::string label);
  // Of a session whose end was told over HTTP.
  bool is_any_end(const std::function<bool(const OpenSession&)>& is) const;
  void wait_for_programs();
  HttpClient& http_;
  std::string revision_;
  nlohmann::json capabilities_;
  Connector connector_;
  std::size_t opened_ = 0;
  std::vector<std::unique_ptr<OpenSession>> sessions_;
  OpenSession *outside_ = nullptr, *first_ = nullptr;
};

}  // namespace mcplumb
