#include "cli/output/output_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <vector>

#include "cli/input/known_secrets.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "cli/output/written.hpp"

namespace mcplumb::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kReaderPatience = 5000;  // ms, for a reader of a pipe with a name
constexpr int kReaderPause = 20;

// Those that are open now, so that no two of one command are the same file.
std::vector<const OutputFile*>& open_files() {
  static std::vector<const OutputFile*> all;
  return all;
}

// The descriptor that a path such as /dev/fd/3 names.
std::optional<int> descriptor_named(const std::string& path) {
  if (path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (const std::string folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(folder)) continue;
    int number = -1;
    const char* const end = path.data() + path.size();
    const auto [rest, failed] = std::from_chars(path.data() + folder.size(), end, number);
    if (failed == std::errc() && rest == end && number >= 0) return number;
  }
  return std::nullopt;
}

// A new file beside this one, whose name nobody had; -1 and errno.
int open_temporary(const std::string& target, std::string& name) {
  constexpr int kAttempts = 100;
  constexpr std::size_t kNameMax = 200;  // with what is added, no file system finds it too long
  const std::string start = target.substr(0, target.rfind('/') + 1 + kNameMax);
  for (int i = 0; i < kAttempts; ++i) {
    name = start + ".part-" + std::to_string(getpid()) + "-" + std::to_string(i);
    const int fd = open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd >= 0 || errno != EEXIST) return fd;
  }
  return -1;
}

// 0, or why no file can be made beside this one.
int try_beside(const std::string& target) {
  std::string name;
  const int fd = open_temporary(target, name);
  if (fd < 0) return errno;
  unlink(name.c_str());
  close(fd);
  return 0;
}

// Waits, but not for ever, until somebody reads.
int open_pipe(const std::string& path) {
  for (int waited = 0;; waited += kReaderPause) {
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 || errno != ENXIO || waited >= kReaderPatience) return fd;
    poll(nullptr, 0, kReaderPause);
  }
}

void let_block(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK); }

}  // namespace

OutputFile::OutputFile(std::string path, const std::string& option, Replaces replaces)
    : path_(std::move(path)), option_(option) {
  if (path_.empty()) return;
  try {
    look();
    refuse_doubles();
    if (replaces == Replaces::no_input) claimed_.emplace(inode_, option_ + " " + path_);
  } catch (...) {
    if (fd_ >= 0) close(fd_);
    throw;
  }
  open_files().push_back(this);
}

OutputFile::~OutputFile() {
  if (fd_ >= 0) close(fd_);
  std::erase(open_files(), this);
}

void OutputFile::refuse(int error, const std::string& cure) const {
  throw_if_machine_lacks(error, option_ + " " + path_);
  refuse(std::strerror(error), cure);
}

void OutputFile::refuse(const std::string& why, const std::string& cure) const {
  throw usage(option_ + " " + path_ + " cannot be written: " + why + "; " + cure);
}

void OutputFile::look() {
  if (const auto number = descriptor_named(path_)) {
    // What we opened ourselves is closed for programs that we start; what we were started with is not.
    const int flags = fcntl(*number, F_GETFD);
    if (flags < 0 || (flags & FD_CLOEXEC) != 0)
      refuse("nothing is open there", "open it where mcplumb is started, as in 3> FILE");
    if (*number == STDOUT_FILENO)
      path_ = "-";
    else
      fd_ = fcntl(*number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    return;
  }
  if (is_stdout()) return;
  int fd = open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd >= 0) return look_at_file(fd);
  const int error = errno;
  struct stat status {};
  is_pipe_ = error == ENXIO && stat(path_.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
  if (is_pipe_) {
    inode_ = key_of(status);
    return;
  }
  if (error == EISDIR) refuse("it is a folder", "name a file in it");
  if (error != ENOENT) refuse(error, "choose another path, or ask its owner");
  target_ = path_;
  // A link to nothing yet: the system says where it leads, and whether it may be followed.
  if (lstat(path_.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) {
    fd = open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
    if (fd < 0) refuse(errno, "it is a link; look where it leads");
    close(fd);
    target_ = fs::canonical(path_).string();
    unlink(target_.c_str());
  }
  look_at_name();
}

// Of what is there already.
void OutputFile::look_at_file(int fd) {
  struct stat status {};
  fstat(fd, &status);
  fd_ = fd;
  if (!S_ISCHR(status.st_mode)) inode_ = key_of(status);
  if (S_ISREG(status.st_mode)) refuse_screen();
  const bool is_ours = status.st_uid == geteuid() || geteuid() == 0;
  if (!S_ISREG(status.st_mode) || status.st_nlink > 1 || !is_ours) return let_block(fd);
  std::error_code failed;
  target_ = fs::canonical(path_, failed).string();
  if (failed || try_beside(target_) != 0) return target_.clear();
  close(fd);
  fd_ = -1;
  mode_ = status.st_mode & 07777U;
  owner_ = status.st_uid;
  group_ = status.st_gid;
  look_at_name();
}

// What is printed would go into the report, or be lost with the file that it replaces.
void OutputFile::refuse_screen() const {
  for (const int screen : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat status {};
    if (fstat(screen, &status) == 0 && key_of(status) == inode_)
      refuse(screen == STDOUT_FILENO ? "stdout goes there, too" : "stderr goes there, too",
             "choose another path, or - for stdout");
  }
}

void OutputFile::look_at_name() {
  const fs::path target(target_);
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  struct stat status {};
  if (stat(folder.c_str(), &status) == 0) place_ = key_of(status) + "/" + target.filename().string();
  if (mode_ != 0) return;  // it was tried
  if (const int error = try_beside(target_); error != 0)
    refuse(error, "choose a path in a folder that exists and that you may write to");
}

void OutputFile::refuse_doubles() const {
  for (const OutputFile* other : open_files()) {
    if (is_stdout() && other->is_stdout())
      throw usage(other->option_ + " - and " + option_ + " - both want stdout; give one of them a file");
    if ((!place_.empty() && place_ == other->place_) || (!inode_.empty() && inode_ == other->inode_))
      throw usage(other->option_ + " " + other->path_ + " and " + option_ + " " + path_ +
                  " are the same file; give one of them another");
  }
}

bool OutputFile::write(const std::string& text) {
  if (is_stdout()) return print(text);
  return write_bytes(known_secrets().hide(text));
}

bool OutputFile::write_bytes(const std::string& bytes) {
  if (path_.empty()) return true;
  if (is_stdout()) return print_bytes(bytes);
  const int error = write_now(bytes);
  if (error == 0) return true;
  tell_lost("writing " + option_ + " " + path_ +
            " failed: " + (error == ENXIO ? "nobody reads from it" : std::strerror(error)));
  return false;
}

int OutputFile::write_now(const std::string& bytes) {
  if (is_pipe_ && fd_ < 0) {
    fd_ = open_pipe(path_);
    if (fd_ < 0) return errno;
    let_block(fd_);
  }
  if (target_.empty()) return write_in_place(bytes);
  const int error = replace(bytes);
  if (error != EBUSY) return error;
  fd_ = open(target_.c_str(), O_WRONLY | O_CLOEXEC);  // a file that was mounted by itself, into a container say
  return fd_ < 0 ? errno : write_in_place(bytes);
}

int OutputFile::replace(const std::string& bytes) const {
  std::string temporary;
  const int fd = open_temporary(target_, temporary);
  if (fd < 0) return errno;
  int error = write_all(fd, bytes);
  if (mode_ != 0 && error == 0) {
    const bool is_given_away = fchown(fd, owner_, group_) == 0;  // root may; others keep what is theirs
    if (fchmod(fd, is_given_away ? mode_ : mode_ & 0777U) != 0) error = errno;
  }
  if (close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && rename(temporary.c_str(), target_.c_str()) != 0) error = errno;
  if (error != 0) unlink(temporary.c_str());
  return error;
}

int OutputFile::write_in_place(const std::string& bytes) {
  struct stat status {};
  const bool is_whole = !path_.empty() && fstat(fd_, &status) == 0 && S_ISREG(status.st_mode) &&
                        !descriptor_named(path_);  // one that we were given may hold more than ours
  int error = is_whole && ftruncate(fd_, 0) != 0 && errno != EINVAL ? errno : 0;
  if (error == 0) error = write_all(fd_, bytes);
  const int fd = std::exchange(fd_, -1);
  if (close(fd) != 0 && error == 0) error = errno;
  return error;
}

bool write_file(const std::string& path, const std::string& option, const std::string& text) {
  try {
    return OutputFile(path, option, OutputFile::Replaces::anything).write(text);
  } catch (const UsageError& problem) {
    tell_lost(problem.what());
    return false;
  }
}

}  // namespace mcplumb::cli
