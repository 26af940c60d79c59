#include "cli/input/files.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "cli/input/claimed_files.hpp"
#include "cli/input/known_secrets.hpp"
#include "cli/input/usage.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/utf8.hpp"
#include "conformance/record/redact.hpp"

namespace mcplumb::cli {
namespace {

constexpr std::size_t kFileMax = 64 * 1024 * 1024;
constexpr std::chrono::seconds kPatience{10};
constexpr long kPipeMagic = 0x50495045;  // PIPEFS_MAGIC of linux/magic.h

// Reads a file whole. What may never deliver (a named pipe, a terminal, another device) has a deadline; a pipe of the
// shell, as stdin or `<(command)`, has none: its command may be a long run, and ends.
class FileReader {
 public:
  explicit FileReader(const std::string& path) : path_(path) {
    const bool is_stdin = path == "-";
    if (!is_stdin) fd_ = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd_ < 0) throw_if_machine_lacks(errno, "reading " + path);
    if (fd_ < 0) refuse(std::strerror(errno));
    struct stat status {};
    struct statfs system {};
    if (fstat(fd_, &status) != 0 || fstatfs(fd_, &system) != 0) refuse(std::strerror(errno));
    claim_input(status, is_stdin ? "stdin" : path);
    has_deadline_ = !is_stdin && !S_ISREG(status.st_mode) && system.f_type != kPipeMagic;
  }
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;
  ~FileReader() {
    if (fd_ > STDIN_FILENO) close(fd_);
  }

  std::string read() {
    std::string text;
    char block[65536];
    for (;;) {
      wait();
      const ssize_t count = ::read(fd_, block, sizeof block);
      if (count == 0) return text;
      if (count < 0 && errno != EAGAIN && errno != EINTR) refuse(std::strerror(errno));
      if (count > 0 && text.size() + static_cast<std::size_t>(count) > kFileMax)
        throw usage(path_ + " is larger than 64 MiB, mcplumb's own limit for a file");
      if (count > 0) text.append(block, static_cast<std::size_t>(count));
    }
  }

 private:
  void wait() const {
    using std::chrono::milliseconds;
    const auto left = std::chrono::duration_cast<milliseconds>(end_ - std::chrono::steady_clock::now()).count();
    pollfd ready{fd_, POLLIN, 0};
    const int found = poll(&ready, 1, has_deadline_ ? static_cast<int>(std::max<long>(left, 0)) : -1);
    if (has_deadline_ && (found == 0 || left <= 0))
      refuse(
          "it is no file but a pipe or a device, and it did not end within 10 s; is something writing to it? Write "
          "it to a file first");
  }

  [[noreturn]] void refuse(const std::string& why) const { throw usage(path_ + " cannot be read: " + why); }

  std::string path_;
  int fd_ = STDIN_FILENO;
  bool has_deadline_ = false;
  std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + kPatience;
};

}  // namespace

std::string read_file(const std::string& path) { return FileReader(path).read(); }

nlohmann::json read_json_file(const std::string& path) {
  const std::string text = read_file(path);
  std::vector<std::string> twice;
  Result<nlohmann::json> parsed = parse_json(without_byte_order_mark(text), kOwnFile, &twice);
  if (parsed && !twice.empty())
    throw usage(path + " has the key `" + shortened(twice.front(), 60) + "` twice in one object; take one of them out");
  if (parsed) return std::move(*parsed);
  const char* wrong = parsed.error().own_limit ? " is too large: " : " is not JSON: ";
  throw usage(path + wrong + parsed.error().what);
}

Run read_run(const std::string& path) { return run_of(read_json_file(path), path); }

Run run_of(const nlohmann::json& parsed, const std::string& path) {
  Result<Run> run = run_from_json(parsed);
  if (!run) throw usage(path + (run.error().where.empty() ? "" : " at " + run.error().where) + ": " + run.error().what);
  return redact(std::move(*run), known_secrets());
}

}  // namespace mcplumb::cli
