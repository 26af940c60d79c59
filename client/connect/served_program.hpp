// An HTTP server that is started for the run: it counts as up once it answers HTTP, its output is kept in its
// ProcessRecord, and it is stopped with its whole group.
#pragma once

#include <memory>
#include <string>

#include "client/connect/target.hpp"
#include "client/http/http_client.hpp"
#include "client/process/child_process.hpp"

namespace mcplumb {

class ServedProgram {
 public:
  // Loop, trace and target must outlive it. The requests by which it is found to be up are not in the trace.
  ServedProgram(EventLoop& loop, Trace& trace, const Target& target);
  ~ServedProgram();  // kills what still runs

  // Starts target.serve and runs the loop until it answers at the origin of target.url: a status line of any kind will
  // do, except that a gateway which waits for its own server (502, 503, 504) is asked again. The answer says why it is
  // not up, one sentence; empty = it is.
  std::string start();
  void stop();  // TERM, then KILL; runs the loop until it has ended

 private:
  struct Attempt;
  std::string why_taken();
  std::string wait();
  void ask(Attempt& attempt, Micros deadline);
  std::string why_silent() const;  // the line of target.ready_log never came
  std::string why_not_up(const Attempt& last) const;

  EventLoop& loop_;
  Trace& trace_;
  const Target& target_;
  std::unique_ptr<ChildProcess> child_;
};

// Replaces {port} in `serve` and `url` by one free port; nothing happens where it does not occur.
void choose_port(Target& target);

}  // namespace mcplumb
