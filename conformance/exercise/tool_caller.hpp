// Calls tools in a session of its own, and looks whether that one and the common one live on.
#pragma once

#include <functional>

#include "client/allowance.hpp"
#include "conformance/engine/need_probes.hpp"
#include "conformance/exercise/call_look.hpp"

namespace mcplumb {

class ToolCaller {
 public:
  // Waits as a limit of the rate asks for, if that is not too long. True: what met it may be tried again.
  using WaitForLimit = std::function<bool(const Exchange& limited)>;
  ToolCaller(NeedProbes& needs, SessionPool& sessions, HttpClient& http, const RunOptions& options, WaitForLimit wait)
      : needs_(needs), sessions_(sessions), http_(http), options_(options), wait_(std::move(wait)) {}

  // The session that calls are made in, opened anew where the last one is lost. Null: none can be had, or nothing more
  // is to be begun; why_none() says why.
  OpenSession* session();
  const std::string& why_none() const { return why_none_; }

  // One call. It is waited for as long as `patience` after the last sign of progress, or of a large result on its way,
  // three times that in all; then it is cancelled. Once much time was lost so, the others get less of it. Absent: there
  // is no session.
  std::optional<CallLook> call(const nlohmann::json& tool, const MadeArguments& arguments, Micros patience);
  // What was asked met somebody else than the server: a limit of the rate, or one who wants credentials. `waited`: it
  // may be tried again; `closed`: no session can be had any more.
  enum class Barrier { none, waited, closed };
  Barrier barrier(const Exchange& exchange);
  // These calls at the same time, all of one tool: digests of the results as they came, empty where there is none.
  std::vector<std::string> call_together(const nlohmann::json& tool, const std::vector<nlohmann::json>& arguments);

  // Whether these may be kept beside the trace: of one run only so many are.
  bool may_keep(const nlohmann::json& arguments);
  // Of a request with large arguments the trace goes on without these; what was sent stands in its body.
  void forget_large_arguments(std::size_t exchange);
  // What was asked in the session was ended by a bound of ours: over a channel the session cannot go on.
  static void leave_at_limit(OpenSession& session);

  // A ping in the session of the calls; one that is lost is opened anew at the next call. True as well where there was
  // none.
  bool own_alive();
  // The same in the session that the other checks use. Absent: there are no sessions (2026-07-28), or it is a program
  // of its own, or a bound of ours was met.
  std::optional<bool> other_alive();
  // What the server lists now. Null members: not offered.
  Surface lists();
  std::optional<std::size_t> last_exchange() const;
  long program() const;  // the pid of the program that we started and that serves the calls; 0: there is none
  EventLoop& loop() { return http_.loop(); }

 private:
  static constexpr std::size_t kArgumentsKept = 4 * 1024 * 1024;
  std::optional<CallLook> call_once(const nlohmann::json& tool, const MadeArguments& arguments, Micros patience);
  bool alive(OpenSession& session);
  bool last_is_at_limit() const;
  RequestOptions request_options(bool deliberate);

  NeedProbes& needs_;
  SessionPool& sessions_;
  HttpClient& http_;
  const RunOptions& options_;
  const WaitForLimit wait_;
  OpenSession* session_ = nullptr;
  std::string why_none_;
  bool closed_ = false;
  int opened_ = 0;
  std::size_t calls_ = 0;
  Allowance kept_{kArgumentsKept};
  Micros waited_in_vain_ = 0;  // for calls that were given up
};

}  // namespace mcplumb
