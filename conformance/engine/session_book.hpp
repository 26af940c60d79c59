// The sessions of a run: opens them, remembers what was agreed in each, and leaves none behind.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client/connect/connector.hpp"
#include "client/http/http_client.hpp"
#include "conformance/engine/options.hpp"

namespace mcplumb {

struct OpenSession : Link {
  std::string label;
  bool ended = false;  // by us or by the check

  const Opening& opening() const { return session->opening(); }
  bool usable() const { return opening().problem.empty() && !opening().revision.empty() && !ended; }
};

class SessionBook {
 public:
  SessionBook(HttpClient& http, const RunOptions& options)
      : http_(http), options_(options), connector_(http, options.target) {}

  // Starts and stops the server that the target names, if it names one (Connector). start() comes before all else.
  std::string start() { return connector_.start(); }
  void stop() { connector_.stop(); }

  struct Wish {
    std::string revision;         // empty = what the run proposes. A text that is no revision is of the run's era
    nlohmann::json capabilities;  // null = the run's own profile
    nlohmann::json meta;          // changes to params._meta of the first request, see with_meta
    bool confirm = true;          // send notifications/initialized
    bool retry_supported_version = true;
    SendOptions send;  // purpose, headers, deadline
  };
  // Makes a session and performs its handshake; look at its Opening for how that went. Lives as long as the book.
  OpenSession& open(const Wish& wish);
  // The era that the run is in; unknown before the first session was opened, unless the options say it.
  Era era() const { return options_.revision.empty() ? connector_.era() : era_of(options_.revision); }
  // A transport without a handshake, for raw requests outside any session.
  OpenSession& outside();
  // Ends one session on the server, if it was not ended yet. A program is told to end, and not waited for.
  void end(OpenSession& session, Micros deadline);
  void end_all(Micros deadline);  // waits for programs, too

  const OpenSession* find(std::string_view label) const;
  const std::vector<std::unique_ptr<OpenSession>>& all() const { return sessions_; }
  // What the first open() returned: the open session, or the one whose failure tells why there is none.
  const OpenSession& first() const { return *first_; }
  // Absent until the first session was opened, unless the target says it.
  std::optional<TransportKind> transport() const { return connector_.transport(); }

 private:
  OpenSession& add(Link link, std::string label);
  HttpClient& http_;
  const RunOptions& options_;
  Connector connector_;
  std::vector<std::unique_ptr<OpenSession>> sessions_;
  OpenSession *outside_ = nullptr, *first_ = nullptr;
};

// What the run declares about itself unless a check wishes otherwise.
nlohmann::json run_capabilities();

}  // namespace mcplumb
