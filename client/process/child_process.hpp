// A program that we started: in a process group of its own, with its pipes in the loop, its output kept within bounds,
// and an orderly end.
//
// An orderly end is: its stdin is closed; if it still runs after a grace, TERM goes to the whole group; after another
// one, KILL. What it started itself and left behind is killed with it, in the group or not, and so is all of it if we
// die (kept_program.hpp).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/loop.hpp"
#include "client/process/kept_program.hpp"
#include "client/trace.hpp"

namespace mcplumb {

struct ChildOptions {
  std::vector<std::string> command;  // not empty; a name without a slash is looked up in PATH
  std::vector<std::pair<std::string, std::string>> environment;  // beyond our own
  std::string directory;                                         // where it starts; empty = here
  std::string session;                                           // for its record
  bool speaks = true;  // its stdin and stdout are ours; else its stdin is empty and its stdout goes into the log
  Micros grace = 3 * kSecond, term_grace = 2 * kSecond;  // between closing stdin, TERM and KILL
  std::size_t log_head = 16 * 1024, log_tail = 16 * 1024;
};

class ChildProcess {
 public:
  // Called from the loop. A callback may write, end and kill, but not destroy the process.
  class Observer {
   public:
    virtual ~Observer() = default;
    virtual void on_output(std::string_view) {}  // of its stdout, as it comes
    virtual void on_output_end() {}              // it closed its stdout
    virtual void on_exit() {}                    // it has ended and all its output was read; the last call
  };

  // Starts the program; whether that worked says record().problem. Loop, trace and observer must outlive it.
  ChildProcess(EventLoop& loop, Trace& trace, ChildOptions options, Observer* observer = nullptr);
  ~ChildProcess();  // kills it if it still runs; the observer is not called any more
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  const ProcessRecord& record() const { return record_; }
  bool running() const { return program_.pid() > 0; }  // or not all of its output was read yet

  // Queues bytes for its stdin. False: it takes no more, because it ended, was told to end, or never reads.
  bool write(std::string_view bytes);
  // It has read nothing of what was sent, up to now or until its stdin was closed.
  bool input_unread() const;
  void end();   // the orderly end; does not wait for it
  void kill();  // the group, now

 private:
  struct Pipe {
    int fd = -1;
    bool is_log = false;
  };
  void start();
  void watch_all();
  void flush();
  void close_input();
  void read_from(Pipe& pipe);
  void close_pipe(Pipe& pipe);
  void leader_ended();
  void finish_if_over();
  void finish();
  void terminate();
  void after(Micros delay, void (ChildProcess::*what)());
  void let_go();  // of what the program left behind

  EventLoop& loop_;
  ProcessRecord& record_;
  ChildOptions options_;
  Observer* observer_;
  KeptProgram program_;
  int input_ = -1;
  Pipe output_, errors_;
  std::string unwritten_;
  std::size_t written_ = 0;
  bool leader_ended_ = false;
  EventLoop::TimerId timer_ = 0;
};

// The last lines of a program's log, on one line, for a sentence; empty if there are none.
std::string last_lines(const ProcessRecord& process, std::size_t lines = 3);

}  // namespace mcplumb
