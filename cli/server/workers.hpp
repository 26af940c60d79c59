// Parts of a run, each in a process of its own that hands its Run back as JSON.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "client/loop.hpp"
#include "client/result.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb::cli {

class Workers {
 public:
  // Starts `count` processes; in each, `work` is called with its number. The processes end with this object at the
  // latest. `loop` must outlive it.
  Workers(std::size_t count, const std::function<Run(std::size_t number)>& work, EventLoop& loop);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Waits for all of them. When the loop is stopped they are told to stop, too, and get some seconds to hand over what
  // they have. An Error: the process ended early, or was too late.
  std::vector<Result<Run>> wait(Micros deadline);

 private:
  struct Worker {
    pid_t process = -1;
    int pipe = -1;
    std::string text;
  };
  void read_some(Worker& worker);
  void close_pipe(Worker& worker);
  bool all_read() const;

  EventLoop& loop_;
  std::vector<Worker> workers_;
};

}  // namespace mcplumb::cli
