// What a run knows, or can find out when a check first needs it: capabilities, whether GET gives a stream, and so on.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/connect/session_pool.hpp"
#include "conformance/engine/options.hpp"
#include "conformance/language/check.hpp"

namespace mcplumb {

class NeedProbes {
 public:
  NeedProbes(SessionPool& sessions, HttpClient& http, const RunOptions& options)
      : sessions_(sessions), http_(http), options_(options) {}

  // The run's common session, opened at the first call and again when it was lost.
  OpenSession* shared();
  // After a check that may have hurt it: looks whether the common session still answers, and drops it if not.
  void verify_shared();
  // Leaves the shared session, and opens another one. Null: that is not possible, or of no use.
  OpenSession* begin_anew();
  Answer ping(OpenSession& session, const char* purpose);  // and waits, one deadline long

  // Why a check cannot run here, one sentence; empty = it can.
  std::string unmet(const Check& check);
  // Finds out side by side what these checks need to know and what takes requests.
  void find_out(const std::vector<const Check*>& checks);
  // Why the user does not allow what is needed, one sentence; empty = it is allowed, or not for the user to allow.
  static std::string not_allowed(const Need& need, const RunOptions& options);

  // The server refuses initialize itself. Asked for on a connection, or of a process, of its own: on a server that
  // speaks both eras the first message decides.
  bool stateless_only();

  // Remembers which methods of the exchanges from `first` on were waited for in vain, until a deadline.
  void remember_unanswered(std::size_t first);
  // The exchange that showed it, if the method of this one was waited for in vain before: it is not waited for as long
  // again, and what comes of it tells nothing new.
  std::optional<std::size_t> unanswered_before(const Exchange& exchange) const;
  std::optional<std::size_t> unanswered_before(std::string_view method) const;

 private:
  struct Needs;  // how each need is found out

  std::string unmet_need(const Need& need);
  bool get_stream();
  bool delete_accepted();
  // Why what hangs on an answer to the probe cannot be judged: the server never answers it. One sentence, or empty.
  const std::string& probe_refused();
  bool any_reply(bool (*matches)(const Exchange&)) const;

  SessionPool& sessions_;
  HttpClient& http_;
  const RunOptions& options_;
  OpenSession* shared_ = nullptr;
  std::size_t looked_at_ = 0;  // exchanges already looked through for signs of a lost session
  int reopened_ = 0;
  std::map<std::string, std::size_t, std::less<>> unanswered_;  // method -> the first exchange
  std::map<NeedKind, std::string> doubts_;                      // why it could not be found out, one sentence
  std::optional<bool> get_stream_, delete_accepted_, stateless_only_;
  std::optional<std::string> probe_refused_;
};

}  // namespace mcplumb
