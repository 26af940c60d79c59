// Sessions for checks that run side by side and need none of their own: each check has one to itself, and leaves it to
// the next.
#pragma once

#include <vector>

#include "conformance/engine/need_probes.hpp"

namespace mcplumb {

class SpareSessions {
 public:
  SpareSessions(SessionPool& sessions, HttpClient& http, const RunOptions& options)
      : sessions_(sessions), http_(http), options_(options) {}

  // One that nobody has. Opens another one if there is none; waits for one if the server lets no more be opened. Null:
  // there will be none.
  OpenSession* take();
  void give_back(OpenSession& session, bool in_good_order);
  void end_all();  // and waits for the answers

 private:
  OpenSession* open();

  SessionPool& sessions_;
  HttpClient& http_;
  const RunOptions& options_;
  std::vector<OpenSession*> idle_, opened_;
  std::size_t taken_ = 0;
  bool no_more_ = false;  // the server refused to open one
};

}  // namespace mcplumb
