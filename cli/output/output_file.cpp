#include "cli/output/output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/input/known_secrets.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"

namespace mcplumb::cli {

OutputFile::OutputFile(std::string path, const std::string& option) : path_(std::move(path)) {
  if (path_.empty() || is_stdout()) return;
  temporary_ = path_ + ".part-" + std::to_string(getpid());
  fd_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd_ < 0 && (errno == EACCES || errno == EROFS || errno == ENXIO)) {
    // A device such as /dev/full or a file in a folder that takes no new names is written in place.
    temporary_.clear();
    fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  }
  if (fd_ < 0)
    throw UsageError("mcplumb: error: " + option + " " + path_ + " cannot be written: " + std::strerror(errno) +
                     "; choose a path in a folder that exists and that you may write to");
}

OutputFile::~OutputFile() {
  if (fd_ >= 0) close(fd_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void OutputFile::write(const std::string& text) {
  if (path_.empty()) return;
  if (is_stdout()) return print(text);
  write_bytes(known_secrets().hide(text));
}

void OutputFile::write_bytes(const std::string& text) {
  if (path_.empty()) return;
  if (is_stdout()) return print_bytes(text);
  const auto refused = [&] { throw std::runtime_error("writing " + path_ + " failed: " + std::strerror(errno)); };
  if (temporary_.empty() && ftruncate(fd_, 0) != 0 && errno != EINVAL) refused();
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = ::write(fd_, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) refused();
    done += static_cast<std::size_t>(count);
  }
  const int fd = fd_;
  fd_ = -1;
  if (close(fd) != 0) refused();
  if (!temporary_.empty() && rename(temporary_.c_str(), path_.c_str()) != 0) refused();
  temporary_.clear();
}

}  // namespace mcplumb::cli
