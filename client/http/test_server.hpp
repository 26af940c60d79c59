// A server for unit tests: each connection is handled by a script of blocking reads and writes, on a thread.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace mcplumb {

class TestServer {
 public:
  // One accepted connection. read_request returns head and body as they came; empty at end of file.
  class Peer {
   public:
    explicit Peer(int fd, TestServer& server) : fd_(fd), server_(server) {}
    std::string read_request() {
      std::size_t end;
      while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
        if (!fill()) return "";
      std::size_t length = 0;
      const std::size_t field = buffer_.find("Content-Length: ");
      if (field < end) length = std::stoul(buffer_.substr(field + 16));
      while (buffer_.size() < end + 4 + length)
        if (!fill()) return "";
      std::string request = buffer_.substr(0, end + 4 + length);
      buffer_.erase(0, request.size());
      const std::lock_guard lock(server_.mutex_);
      server_.requests_.push_back(request);
      return request;
    }
    bool send(std::string_view bytes) {
      return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
    }
    void wait(int milliseconds) { usleep(static_cast<unsigned>(milliseconds) * 1000); }
    bool alive() const { return !server_.stopping_; }

   private:
    bool fill() {
      char block[4096];
      const ssize_t count = ::recv(fd_, block, sizeof block, 0);
      if (count > 0) buffer_.append(block, static_cast<std::size_t>(count));
      return count > 0;
    }
    int fd_;
    TestServer& server_;
    std::string buffer_;
  };
  using Script = std::function<void(Peer&)>;

  explicit TestServer(Script script) : script_(std::move(script)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listener_, 64) != 0)
      throw std::runtime_error("cannot listen on 127.0.0.1");
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~TestServer() {
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : open_) shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    close(listener_);
  }

  void stop_listening() { shutdown(listener_, SHUT_RDWR); }  // what is connected stays so

  std::string url(const std::string& path = "/mcp") const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void accept_all() {
    for (int fd; (fd = accept(listener_, nullptr, nullptr)) >= 0;) {
      const std::lock_guard lock(mutex_);
      open_.push_back(fd);
      threads_.emplace_back([this, fd] {
        Peer peer(fd, *this);
        script_(peer);
        const std::lock_guard guard(mutex_);
        std::erase(open_, fd);
        close(fd);
      });
    }
  }

  Script script_;
  int listener_;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread acceptor_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
};

}  // namespace mcplumb
