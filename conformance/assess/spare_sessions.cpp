#include "conformance/assess/spare_sessions.hpp"

namespace mcplumb {

// A server need not have more than one session. That it refuses another one is no fault.
OpenSession* SpareSessions::open() {
  OpenOptions options;
  options.send.purpose = "handshake";
  options.send.deadline = http_.loop().now() + options_.deadline;
  OpenSession& session = sessions_.open(options);
  if (session.usable()) {
    opened_.push_back(&session);
    return &session;
  }
  no_more_ = true;
  for (Exchange& exchange : http_.trace().exchanges)
    if (exchange.session == session.label) exchange.deliberate = true;
  return nullptr;
}

OpenSession* SpareSessions::take() {
  ++taken_;
  if (idle_.empty() && !no_more_)
    if (OpenSession* session = open()) return session;
  const auto is_decided = [&] { return !idle_.empty() || taken_ == 0; };
  --taken_;  // it waits, and has none
  http_.loop().run_until(is_decided, kNever);
  if (idle_.empty() || http_.loop().stopped()) return nullptr;
  ++taken_;
  OpenSession* session = idle_.back();
  idle_.pop_back();
  return session;
}

void SpareSessions::give_back(OpenSession& session, bool in_good_order) {
  --taken_;
  if (in_good_order && session.usable()) idle_.push_back(&session);
}

void SpareSessions::end_all() {
  const Micros latest = http_.loop().now() + 2 * kSecond;
  for (OpenSession* session : opened_) sessions_.end(*session, latest);
  sessions_.wait_for_end(latest);
}

}  // namespace mcplumb
