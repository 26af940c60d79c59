// What the tool says about its own work, to stderr. Reports go to stdout and never through here.
#pragma once

#include <memory>
#include <string_view>

namespace mcplumb {

class Log {
 public:
  enum class Level { silent, warning, info, debug };
  explicit Log(Level level);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void warning(std::string_view text);
  void info(std::string_view text);
  void debug(std::string_view text);
  bool debugging() const { return level_ == Level::debug; }

 private:
  struct Sink;
  void write(Level level, std::string_view text);
  Level level_;
  std::unique_ptr<Sink> sink_;  // made at the first line
};

}  // namespace mcplumb
