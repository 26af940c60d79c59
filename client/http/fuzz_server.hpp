// A server for fuzzers: in the same event loop as the client, on a socket in the file system, so that one execution is
// fast and two are alike. Every connection is closed after its reply, so nothing ever waits.
#pragma once

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "client/loop.hpp"

namespace mcplumb {

class FuzzServer {
 public:
  // The segments of a reply to a request, head and body as they came; each is sent at a turn of its own.
  using Answer = std::function<std::vector<std::string>(const std::string& request)>;

  FuzzServer(EventLoop& loop, Answer answer) : loop_(loop), answer_(std::move(answer)) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    ::unlink(path().c_str());
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener_, 16) != 0)
      throw std::runtime_error("cannot listen on " + path());
    loop_.watch(listener_, EPOLLIN, [this](std::uint32_t) { accept_one(); });
  }
  ~FuzzServer() {
    while (!peers_.empty()) drop(peers_.begin()->first);
    loop_.unwatch(listener_);
    ::close(listener_);
    ::unlink(path().c_str());
  }
  FuzzServer(const FuzzServer&) = delete;
  FuzzServer& operator=(const FuzzServer&) = delete;

  // For ConnectionOptions::unix_socket; one for each process.
  static const std::string& path() {
    static const std::string kPath = "/tmp/mcplumb-fuzz-" + std::to_string(::getpid());
    return kPath;
  }
  const std::vector<std::string>& requests() const { return requests_; }

 private:
  struct Peer {
    std::string request;
    std::vector<std::string> segments;  // still to be sent, the last one first
  };

  void accept_one() {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    peers_[fd];
    loop_.watch(fd, EPOLLIN, [this, fd](std::uint32_t) { read_from(fd); });
  }

  void read_from(int fd) {
    char block[16 * 1024];
    const ssize_t count = ::recv(fd, block, sizeof block, 0);
    if (count <= 0) return drop(fd);
    Peer& peer = peers_[fd];
    peer.request.append(block, static_cast<std::size_t>(count));
    const std::size_t end = peer.request.find("\r\n\r\n");
    if (end == std::string::npos) return;
    const std::size_t field = peer.request.find("\r\nContent-Length: ");
    const std::size_t length = field < end ? std::stoul(peer.request.substr(field + 18)) : 0;
    if (peer.request.size() < end + 4 + length) return;
    requests_.push_back(peer.request);
    const std::vector<std::string> segments = answer_(peer.request);
    peer.segments.assign(segments.rbegin(), segments.rend());
    loop_.watch(fd, EPOLLOUT, [this, fd](std::uint32_t) { write_to(fd); });
  }

  void write_to(int fd) {
    std::vector<std::string>& segments = peers_[fd].segments;
    if (segments.empty()) return drop(fd);
    const ssize_t count = ::send(fd, segments.back().data(), segments.back().size(), MSG_NOSIGNAL);
    if (count < 0) return drop(fd);
    segments.back().erase(0, static_cast<std::size_t>(count));
    if (segments.back().empty()) segments.pop_back();
  }

  void drop(int fd) {
    loop_.unwatch(fd);
    ::close(fd);
    peers_.erase(fd);
  }

  EventLoop& loop_;
  Answer answer_;
  int listener_ = -1;
  std::map<int, Peer> peers_;
  std::vector<std::string> requests_;
};

// Text in pieces of `step` bytes.
inline std::vector<std::string> in_pieces(std::string_view text, std::size_t step) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size(); at += step) out.emplace_back(text.substr(at, step));
  return out;
}

}  // namespace mcplumb
