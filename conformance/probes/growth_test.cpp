#include "conformance/probes/growth.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <functional>

#include "conformance/probes/process_usage.hpp"

using namespace mcplumb;

namespace {

// A program that does `work` for each byte it is sent, and answers it.
class Worker {
 public:
  explicit Worker(const std::function<void()>& work) {
    int to[2], from[2];
    REQUIRE(pipe2(to, 0) == 0);
    REQUIRE(pipe2(from, 0) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      setpgid(0, 0);
      close(to[1]);
      for (char byte = 0; read(to[0], &byte, 1) == 1;) {
        work();
        if (write(from[1], &byte, 1) != 1) break;
      }
      _exit(0);
    }
    setpgid(pid_, pid_);
    close(to[0]);
    close(from[1]);
    in_ = to[1];
    out_ = from[0];
  }
  ~Worker() {
    kill(-pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    close(in_);
    close(out_);
  }
  bool once() const {
    char byte = 'x';
    return write(in_, &byte, 1) == 1 && read(out_, &byte, 1) == 1;
  }
  long group() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int in_ = -1, out_ = -1;
};

std::optional<Growth> growth_of(const std::function<void()>& work) {
  MonotonicClock clock;
  EventLoop loop(clock);
  const Worker worker(work);
  return measure_growth(loop, worker.group(), [&] { return worker.once(); });
}

}  // namespace

TEST_CASE("growth: what is kept each time is told, and divided by how often") {
  constexpr std::size_t kSize = 300 * 1024;
  const auto memory = growth_of([] { std::memset(new char[kSize], 1, kSize); });
  REQUIRE(memory);
  CHECK(memory->memory == doctest::Approx(kSize).epsilon(0.25));  // a sanitizer pads what it allocates
  CHECK(memory->times <= 400);
  const auto descriptors = growth_of([] { static_cast<void>(open("/dev/null", O_RDONLY)); });
  REQUIRE(descriptors);
  CHECK(descriptors->descriptors == doctest::Approx(1));
  CHECK(descriptors->processes == 0);
  const auto processes = growth_of([] {
    if (fork() == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      setpgid(0, 0);  // it is found all the same
      pause();
    }
  });
  REQUIRE(processes);
  CHECK(processes->processes == doctest::Approx(1));
}

TEST_CASE("growth: a program that warms up for a while does not grow") {
  const auto cache = growth_of([] {
    static int left = 60;
    constexpr std::size_t kSize = 300 * 1024;
    if (left-- > 0) std::memset(new char[kSize], 1, kSize);
  });
  REQUIRE(cache);
  CHECK(cache->memory < 16 * 1024);
  const auto nothing = growth_of([] {});
  REQUIRE(nothing);
  CHECK(nothing->times <= 60);
  CHECK(nothing->memory < 4 * 1024);
}

TEST_CASE("growth: what fails, or is slow, is not measured") {
  MonotonicClock clock;
  EventLoop loop(clock);
  CHECK_FALSE(measure_growth(loop, getpid(), [] { return false; }));
  int done = 0;
  CHECK_FALSE(measure_growth(loop, getpid(),
                             [&] {
                               ++done;
                               loop.run_until([] { return false; }, loop.now() + 100 * kMillisecond);
                               return true;
                             },
                             {.warm_up = 10, .batch = 25, .most = 400, .time = kSecond}));
  CHECK(done <= 10);
  loop.stop();
  CHECK_FALSE(measure_growth(loop, getpid(), [] { return true; }));
}

TEST_CASE("processor time: a busy program uses a core, even on a busy machine, and an idle one none") {
  MonotonicClock clock;
  EventLoop loop(clock);
  const auto spin = [] {
    for (;;) {
    }
  };
  const auto cores_of = [&](long group, Micros span) {
    const CpuMeter meter(loop, group);
    loop.run_until([] { return false; }, loop.now() + span);
    return meter.cores().value_or(-1);
  };
  const Worker idle([] {});
  CHECK(cores_of(idle.group(), 200 * kMillisecond) < 0.1);
  const auto start = [&] {
    const pid_t pid = fork();
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      setpgid(0, 0);
      spin();
    }
    setpgid(pid, pid);
    return pid;
  };
  const pid_t busy = start();
  std::vector<pid_t> load;
  for (int i = 0; i < 4; ++i) load.push_back(start());
  // How long it waited for a core is known only when it has one again, so that a short look sees little.
  CHECK(cores_of(busy, 2 * kSecond) > 0.9);
  load.push_back(busy);
  for (const pid_t pid : load) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
}
