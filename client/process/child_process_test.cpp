// Programs that behave and programs that do not: all of them end, and their records say how.
#include "client/process/child_process.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <sstream>

using namespace mcplumb;

namespace {

struct ProcessBench : ChildProcess::Observer {
  void on_output(std::string_view bytes) override { output += bytes; }
  void on_output_end() override { ++output_ends; }
  void on_exit() override { ++exits; }

  ChildOptions shell(const std::string& script) {
    ChildOptions options;
    options.command = {"sh", "-c", script};
    options.grace = options.term_grace = 50 * kMillisecond;
    return options;
  }
  // The kernel and init need a moment for what was killed.
  bool gone(long pid) {
    for (int i = 0; i < 3000; ++i) {
      if (::kill(static_cast<pid_t>(-pid), 0) != 0 && errno == ESRCH) return true;
      loop.run_until([] { return false; }, loop.now() + 10 * kMillisecond);
    }
    return false;
  }
  bool until(const std::function<bool()>& done) { return loop.run_until(done, loop.now() + 30 * kSecond); }

  MonotonicClock clock;
  EventLoop loop{clock};
  Trace trace;
  std::string output;
  int output_ends = 0, exits = 0;
};

}  // namespace

TEST_CASE("child process: what is written reaches it, what it writes reaches us, and its status is known") {
  ProcessBench bench;
  ChildProcess child(bench.loop, bench.trace, bench.shell("read line; echo \"got $line\"; echo oops >&2; exit 3"),
                     &bench);
  REQUIRE(child.record().problem == "");
  CHECK(child.write("hello\n"));
  REQUIRE(bench.until([&] { return bench.exits == 1; }));
  CHECK(bench.output == "got hello\n");
  CHECK(bench.output_ends == 1);
  CHECK(child.record().exit_status == 3);
  CHECK(child.record().log.text() == "oops\n");
  CHECK(ending_of(child.record()) == "exited with status 3");
  CHECK_FALSE(child.running());
  CHECK_FALSE(child.write("more"));
}

TEST_CASE("child process: what cannot be started is a problem in its record") {
  struct Row {
    const char* name;
    std::vector<std::string> command;
    const char* directory;
    const char* says;
  };
  const Row rows[] = {
      {"not in PATH", {"mcplumb-no-such-command"}, "", "was not found in any folder of PATH"},
      {"no such file", {"/no/such/command"}, "", "the command /no/such/command was not found"},
      {"no program", {"/etc/passwd"}, "", "may not be executed"},
      {"no such folder", {"sh", "-c", "true"}, "/no/such/folder", "the folder /no/such/folder to start it in"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    ProcessBench bench;
    ChildOptions options;
    options.command = row.command;
    options.directory = row.directory;
    ChildProcess child(bench.loop, bench.trace, options, &bench);
    CHECK_MESSAGE(child.record().problem.find(row.says) != std::string::npos, child.record().problem);
    CHECK_FALSE(child.running());
    CHECK_FALSE(child.write("x"));
    child.end();
  }
}

TEST_CASE("child process: environment and folder are the ones asked for") {
  ProcessBench bench;
  ChildOptions options = bench.shell("echo \"$MCPLUMB_TEST $PWD\"");
  options.environment = {{"MCPLUMB_TEST", "a b=c"}};
  options.directory = "/";
  const ChildProcess child(bench.loop, bench.trace, options, &bench);
  REQUIRE(bench.until([&] { return bench.exits == 1; }));
  CHECK(bench.output == "a b=c /\n");
}

TEST_CASE("child process: the end is EOF, then TERM, then KILL, for the whole group") {
  SUBCASE("it obeys EOF") {
    ProcessBench bench;
    ChildOptions patient = bench.shell("cat >/dev/null");
    patient.grace = 20 * kSecond;
    ChildProcess child(bench.loop, bench.trace, patient, &bench);
    child.end();
    REQUIRE(bench.until([&] { return bench.exits == 1; }));
    CHECK(child.record().exit_status == 0);
  }
  SUBCASE("it obeys TERM") {
    ProcessBench bench;
    ChildProcess child(bench.loop, bench.trace, bench.shell("exec sleep 1000"), &bench);
    child.end();
    REQUIRE(bench.until([&] { return bench.exits == 1; }));
    CHECK(child.record().signal == SIGTERM);
    CHECK(child.record().input_closed != kNever);
    CHECK(child.record().killed == kNever);
    CHECK(ending_of(child.record()) == "was ended by signal 15 (SIGTERM)");
  }
  SUBCASE("it obeys nothing, and has children") {
    ProcessBench bench;
    ChildProcess child(bench.loop, bench.trace,
                       bench.shell("trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & echo up; "
                                   "while :; do sleep 1; done"),
                       &bench);
    REQUIRE(bench.until([&] { return !bench.output.empty(); }));
    child.end();
    REQUIRE(bench.until([&] { return bench.exits == 1; }));
    CHECK(child.record().signal == SIGKILL);
    CHECK(child.record().terminated != kNever);
    CHECK(child.record().killed != kNever);
    CHECK(bench.gone(child.record().pid));
  }
}

TEST_CASE("child process: what it leaves behind is ended with it") {
  ProcessBench bench;
  const ChildProcess child(bench.loop, bench.trace, bench.shell("sleep 1000 & exit 0"), &bench);
  REQUIRE(bench.until([&] { return bench.exits == 1; }));
  CHECK(child.record().exit_status == 0);
  CHECK(bench.gone(child.record().pid));
}

TEST_CASE("child process: destroyed while it runs, it is gone") {
  ProcessBench bench;
  long pid = 0;
  {
    const ChildProcess child(bench.loop, bench.trace, bench.shell("sleep 1000"), &bench);
    pid = child.record().pid;
  }
  CHECK(bench.exits == 0);
  CHECK(bench.trace.processes.front().signal == SIGKILL);
  CHECK(bench.gone(pid));
}

TEST_CASE("child process: one that never reads does not block us") {
  ProcessBench bench;
  ChildProcess child(bench.loop, bench.trace, bench.shell("exec sleep 1000"), &bench);
  const std::string block(1024 * 1024, 'x');
  int taken = 0;
  while (taken < 100 && child.write(block)) ++taken;
  CHECK(taken > 1);
  CHECK(taken < 100);
  child.kill();
  CHECK(bench.until([&] { return bench.exits == 1; }));
}

TEST_CASE("child process: one that closed its stdin takes no more, and we live") {
  ProcessBench bench;
  ChildProcess child(bench.loop, bench.trace, bench.shell("exec <&-; echo closed; exec sleep 1000"), &bench);
  REQUIRE(bench.until([&] { return !bench.output.empty(); }));
  CHECK_FALSE(child.write("hello\n"));
}

TEST_CASE("child process: of a flood only the beginning and the end are kept") {
  ProcessBench bench;
  ChildOptions options = bench.shell("echo first >&2; yes flood | head -c 3000000 >&2; echo last >&2");
  options.log_head = options.log_tail = 1000;
  const ChildProcess child(bench.loop, bench.trace, options, &bench);
  REQUIRE(bench.until([&] { return bench.exits == 1; }));
  const KeptText& log = child.record().log;
  CHECK(log.size == 3000000 + 11);
  CHECK(log.text().size() < 4000);
  CHECK(log.text().starts_with("first\n"));
  CHECK(log.text().ends_with("last\n"));
  CHECK(log.text().find("bytes left out") != std::string::npos);
  CHECK(last_lines(child.record(), 2) == "flood / last");
}

TEST_CASE("child process: a server's stdout goes into its log, and its stdin is empty") {
  ProcessBench bench;
  ChildOptions options = bench.shell("cat; echo out; echo err >&2");
  options.speaks = false;
  const ChildProcess child(bench.loop, bench.trace, options, &bench);
  REQUIRE(bench.until([&] { return bench.exits == 1; }));
  CHECK(bench.output == "");
  CHECK(child.record().log.size == 8);
}

TEST_CASE("child process: what left its group and its session is ended with it, and with what that started") {
  ProcessBench bench;
  const char* const far =
      "setsid sh -c 'setsid sh -c \"echo \\$\\$; exec >/dev/null 2>&1 sleep 1000\"& "
      "echo $$; exec >/dev/null 2>&1 sleep 1000' & ";
  std::string end;
  SUBCASE("it ends by itself") { end = "sleep 0.3"; }
  SUBCASE("it is told to end") { end = "sleep 1000"; }
  ChildProcess child(bench.loop, bench.trace, bench.shell(far + end), &bench);
  REQUIRE(bench.until([&] { return std::count(bench.output.begin(), bench.output.end(), '\n') == 2; }));
  if (end == "sleep 1000") child.end();
  REQUIRE(bench.until([&] { return bench.exits == 1; }));
  std::istringstream numbers(bench.output);
  for (pid_t pid = 0; numbers >> pid;) {
    CAPTURE(pid);
    CHECK((::kill(pid, 0) != 0 && errno == ESRCH));
  }
}

TEST_CASE("child process: with its keeper the program and its group die, and that is how it ended") {
  ProcessBench bench;
  const ChildProcess child(bench.loop, bench.trace, bench.shell("echo $PPID; sleep 1000; :"), &bench);
  REQUIRE(bench.until([&] { return !bench.output.empty(); }));
  const pid_t keeper = std::stoi(bench.output);
  REQUIRE(keeper > 1);
  REQUIRE(keeper != getpid());
  ::kill(keeper, SIGKILL);
  REQUIRE(bench.until([&] { return bench.exits == 1; }));
  CHECK(child.record().signal == SIGKILL);
  CHECK(bench.gone(child.record().pid));
}

TEST_CASE("child process: of our descriptors and signals it gets none") {
  ProcessBench bench;
  const int leaked = open("/", O_RDONLY);  // not closed by exec
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  const ChildProcess child(bench.loop, bench.trace,
                           bench.shell("ls /proc/$$/fd; exec grep -E '^Sig(Blk|Ign)' /proc/self/status"), &bench);
  REQUIRE(bench.until([&] { return bench.exits == 1; }));
  ::signal(SIGPIPE, before);
  close(leaked);
  CHECK(bench.output == "0\n1\n2\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_CASE("child process: a program that stops its keeper ends all the same, and its status is known") {
  SUBCASE("it is ended") {
    for (const char* script :
         {"kill -STOP $PPID; exec sleep 600", "(while kill -STOP $PPID; do :; done) 2>/dev/null & exec sleep 600"}) {
      CAPTURE(std::string(script));
      ProcessBench bench;
      ChildProcess child(bench.loop, bench.trace, bench.shell(script), &bench);
      bench.loop.run_until([] { return false; }, bench.loop.now() + 50 * kMillisecond);
      child.end();
      REQUIRE(bench.until([&] { return bench.exits == 1; }));
      CHECK(child.record().signal != 0);
    }
  }
  SUBCASE("it is let go") {
    ProcessBench bench;
    long pid = 0;
    {
      const ChildProcess child(bench.loop, bench.trace, bench.shell("kill -STOP $PPID; exec sleep 600"), &bench);
      bench.loop.run_until([] { return false; }, bench.loop.now() + 50 * kMillisecond);
      pid = child.record().pid;
    }
    CHECK(bench.gone(pid));
  }
  SUBCASE("it ended by itself") {
    ProcessBench bench;
    ChildProcess child(bench.loop, bench.trace, bench.shell("kill -STOP $PPID; exit 3"), &bench);
    REQUIRE(bench.until([&] { return bench.output_ends == 1; }));
    child.end();
    REQUIRE(bench.until([&] { return bench.exits == 1; }));
    CHECK(child.record().exit_status == 3);
  }
}
