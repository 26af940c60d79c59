#include "client/process/kept_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>

// Between fork and exec, and in all of the keeper, only what is safe after the fork of a process with threads is
// called: nothing that allocates or locks.
namespace mcplumb {
namespace {

constexpr int kCleaningRounds = 400, kRoundSpan = 5;  // ms
constexpr timespec kRound{0, kRoundSpan * 1'000'000};
constexpr int kMostStops = 10'000;  // of a keeper that cleans up, by what it cleans up

struct Notice {  // from the keeper
  int value = 0;
  int by_signal = 0;
};

bool read_whole(int fd, void* into, std::size_t size) {
  ssize_t count = 0;
  while ((count = read(fd, into, size)) < 0 && errno == EINTR) {
  }
  return count == static_cast<ssize_t>(size);
}

void close_but(int kept) {
  const auto fd = static_cast<unsigned>(kept);
  if (fd > 0) syscall(SYS_close_range, 0U, fd - 1, 0U);
  syscall(SYS_close_range, fd + 1, ~0U, 0U);
}

// The parent in the text of /proc/PID/stat, behind the name, which may hold anything; 0 if it cannot be read.
pid_t parent_in(const char* text, ssize_t size) {
  ssize_t at = size - 1;
  while (at >= 0 && text[at] != ')') --at;
  at += 4;  // ") S "
  pid_t parent = 0;
  for (; at > 3 && at < size && text[at] >= '0' && text[at] <= '9'; ++at) parent = parent * 10 + (text[at] - '0');
  return parent;
}

pid_t parent_of(const char* pid) {
  std::array<char, 32> path{};
  std::size_t at = 0;
  for (const char* part : {"/proc/", pid, "/stat"})
    while (*part != '\0' && at + 1 < path.size()) path[at++] = *part++;
  const int fd = open(path.data(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  std::array<char, 512> text{};
  const ssize_t size = read(fd, text.data(), text.size());
  close(fd);
  return parent_in(text.data(), size);
}

pid_t number_in(const char* text) {
  pid_t number = 0;
  for (; *text >= '0' && *text <= '9'; ++text) number = number * 10 + (*text - '0');
  return *text == '\0' ? number : 0;
}

// Those that the program started and that lost their parent, too.
void kill_children() {
  struct Entry {  // getdents64(2)
    std::uint64_t inode;
    std::int64_t next;
    unsigned short size;
    unsigned char kind;
    char name[1];
  };
  alignas(Entry) std::array<char, 16 * 1024> block;
  const pid_t us = getpid();
  const int folder = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  for (long size = 0; (size = syscall(SYS_getdents64, folder, block.data(), block.size())) > 0;)
    for (long at = 0; at < size;) {
      const auto* entry = reinterpret_cast<const Entry*>(block.data() + at);
      at += entry->size;
      const pid_t pid = number_in(entry->name);
      if (pid > 0 && parent_of(entry->name) == us) kill(pid, SIGKILL);
    }
  close(folder);
}

// Whether there is no child any more.
bool reap() {
  pid_t pid = 0;
  while ((pid = waitpid(-1, nullptr, WNOHANG)) > 0) {
  }
  return pid < 0 && errno == ECHILD;
}

// Of one that is killed, the children come to us, and are killed in the next round.
void clean_up(pid_t program) {
  kill(-program, SIGKILL);
  for (int i = 0; i < kCleaningRounds && !reap(); ++i) {
    kill_children();
    if (i > 0 || !reap()) nanosleep(&kRound, nullptr);
  }
}

// Tells how the program ended. It stays a zombie, so that its number is not given away. Others are of no interest.
bool tell_ending(int link, pid_t program) {
  for (siginfo_t info{}; waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0; info = {}) {
    if (info.si_pid != program) {
      waitpid(info.si_pid, nullptr, WNOHANG);
      continue;
    }
    const Notice notice{info.si_status, info.si_code == CLD_EXITED ? 0 : 1};
    return write(link, &notice, sizeof notice) != 0;
  }
  return false;
}

[[noreturn]] void keep(int link, pid_t program) {
  close_but(link);
  sigset_t ended;
  sigemptyset(&ended);
  sigaddset(&ended, SIGCHLD);
  const int signals = signalfd(-1, &ended, SFD_CLOEXEC | SFD_NONBLOCK);
  std::array<pollfd, 2> both{{{link, POLLIN, 0}, {signals, POLLIN, 0}}};
  for (bool told = false;;) {
    if (!told) told = tell_ending(link, program);
    if (told) both[1].fd = -1;
    poll(both.data(), both.size(), -1);
    if (both[0].revents != 0) break;  // whoever started us has let go, or has died
    signalfd_siginfo info;
    while (!told && read(signals, &info, sizeof info) > 0) {
    }
  }
  clean_up(program);
  _exit(0);
}

struct Prepared {
  const char* program;
  char* const* arguments;
  char* const* environment;
  const char* directory;  // null = here
  int input, output, errors;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

void forget_signals() {
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) sigaction(number, &usual, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// In the process that becomes the program. `failed` tells an errno, and closes when it has become it.
[[noreturn]] void become(const Prepared& how, pid_t keeper, int failed) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != keeper) _exit(127);
  forget_signals();
  const int input = how.input >= 0 ? how.input : open("/dev/null", O_RDONLY | O_CLOEXEC);
  const bool can = dup2(input, STDIN_FILENO) >= 0 && dup2(how.output, STDOUT_FILENO) >= 0 &&
                   dup2(how.errors, STDERR_FILENO) >= 0 && (how.directory == nullptr || chdir(how.directory) == 0);
  if (can) {
    syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC: `failed` is needed until then */);
    execve(how.program, how.arguments, how.environment);
  }
  const int error = errno;
  if (write(failed, &error, sizeof error) < 0) _exit(126);
  _exit(127);
}

// In the keeper: says the program's number, or minus an errno.
[[noreturn]] void run_keeper(const Prepared& how, int link, int failed) {
  setpgid(0, 0);  // what is sent to our group, by a terminal say, is not for it
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &usual, nullptr);  // or nobody would tell how the program ended
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_NAME, "mcplumb-keeper");
  const pid_t us = getpid(), program = fork();
  if (program == 0) become(how, us, failed);
  const Notice notice{program < 0 ? -errno : program, 0};
  if (write(link, &notice, sizeof notice) < 0 || program < 0) _exit(1);
  keep(link, program);
}

// Above stdin, stdout and stderr, which the program gets others for.
int moved_up(int fd) {
  const int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int error = errno;
  close(fd);
  errno = error;
  return moved;
}

}  // namespace

int KeptProgram::start(const ProgramStart& how) {
  std::array<int, 2> link{}, failed{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, link.data()) != 0) return errno;
  if (pipe2(failed.data(), O_CLOEXEC) != 0) {
    const int error = errno;
    for (const int fd : link) close(fd);
    return error;
  }
  for (int* fd : {&link[0], &link[1], &failed[0], &failed[1]}) *fd = moved_up(*fd);
  const std::vector<char*> arguments = pointers(how.arguments), environment = pointers(how.environment);
  const Prepared prepared{how.program.c_str(), arguments.data(),
                          environment.data(),  how.directory.empty() ? nullptr : how.directory.c_str(),
                          how.input,           how.output,
                          how.errors};
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // the keeper hears none
  keeper_ = fork();
  if (keeper_ == 0) run_keeper(prepared, link[1], failed[1]);
  int error = keeper_ < 0 ? errno : 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  close(link[1]);
  close(failed[1]);
  link_ = link[0];
  Notice notice;
  if (error == 0 && !read_whole(link_, &notice, sizeof notice)) error = EAGAIN;
  if (error == 0 && notice.value < 0) error = -notice.value;
  if (error == 0) pid_ = notice.value;
  if (int why = 0; error == 0 && read_whole(failed[0], &why, sizeof why)) error = why;
  close(failed[0]);
  if (error != 0) let_go();
  return error;
}

// A keeper that the program has stopped is continued, as often as it takes.
bool KeptProgram::is_told() const {
  pollfd told{link_, POLLIN, 0};
  for (int i = 0; i < kCleaningRounds; ++i) {
    const int ready = poll(&told, 1, kRoundSpan);
    if (ready > 0) return true;
    ::kill(keeper_, SIGCONT);
  }
  return false;
}

// Without a notice the keeper was killed, and the program with it; its group is for us to kill.
KeptProgram::Ending KeptProgram::wait() {
  Notice notice;
  if (link_ >= 0 && is_told() && read_whole(link_, &notice, sizeof notice))
    return {notice.value, notice.by_signal != 0};
  signal(SIGKILL);
  return {SIGKILL, true};
}

void KeptProgram::signal(int number) const {
  if (pid_ <= 0) return;
  ::kill(-pid_, number);
  ::kill(keeper_, SIGCONT);  // or it could not tell what comes of it
}

void KeptProgram::let_go() {
  if (link_ >= 0) close(link_);
  link_ = -1;
  for (int stops = 0; keeper_ > 0;) {
    int status = 0;
    const pid_t found = waitpid(keeper_, &status, WUNTRACED);
    if (found < 0 && errno == EINTR) continue;
    if (found < 0 || !WIFSTOPPED(status)) break;
    ::kill(keeper_, ++stops < kMostStops ? SIGCONT : SIGKILL);
  }
  keeper_ = pid_ = 0;
}

}  // namespace mcplumb
