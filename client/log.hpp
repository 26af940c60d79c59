// What the tool says about its own work, to stderr. Reports go to stdout and never through here.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace mcplumb {

class Log {
 public:
  enum class Level { silent, warning, info, debug };
  // `shown` makes of a line what may be shown of it; null: all of it.
  using Shown = std::function<std::string(std::string_view)>;
  explicit Log(Level level, Shown shown = {});
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
  Shown shown_;
  std::unique_ptr<Sink> sink_;  // made at the first line
};

}  // namespace mcplumb
