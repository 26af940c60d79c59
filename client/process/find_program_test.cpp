// A program's name without a slash is looked up as a shell does it.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "client/process/child_process.hpp"

using namespace mcplumb;

TEST_CASE("child process: an empty entry of PATH is the folder where the program is looked for from") {
  char folder[] = "/tmp/mcplumb-path-XXXXXX";
  REQUIRE(mkdtemp(folder) != nullptr);
  const std::string program = std::string(folder) + "/here-only", shadowed = std::string(folder) + "/bin";
  std::ofstream(program) << "#!/bin/sh\nexit 7\n";
  chmod(program.c_str(), 0755);
  REQUIRE(mkdir(shadowed.c_str(), 0755) == 0);
  REQUIRE(mkdir((shadowed + "/here-only").c_str(), 0755) == 0);  // a folder of that name is no program
  char before[4096];
  REQUIRE(getcwd(before, sizeof before) != nullptr);
  REQUIRE(chdir(folder) == 0);
  MonotonicClock clock;
  EventLoop loop(clock);
  Trace trace;
  for (const std::string& path : {std::string(":/bin"), shadowed + "::/bin", std::string("/bin:")}) {
    CAPTURE(path);
    ChildOptions options;
    options.command = {"here-only"};
    options.environment = {{"PATH", path}};
    ChildProcess child(loop, trace, options);
    loop.run_until([&] { return !child.running(); }, loop.now() + 10 * kSecond);
    CHECK(child.record().problem == "");
    CHECK(child.record().exit_status == 7);
  }
  CHECK(chdir(before) == 0);
  rmdir((shadowed + "/here-only").c_str());
  rmdir(shadowed.c_str());
  unlink(program.c_str());
  rmdir(folder);
}
