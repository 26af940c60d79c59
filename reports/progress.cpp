#include "reports/progress.hpp"

#include <algorithm>

namespace mcplumb {

std::string progress_line(std::size_t done, std::size_t total, const std::string& id, int width) {
  const std::string all = std::to_string(total);
  std::string count = std::to_string(std::min(done + 1, total));
  count.insert(0, all.size() - std::min(all.size(), count.size()), ' ');
  std::string line = "[" + count + "/" + all + "] " + id;
  // One column stays free: a terminal may break the line after its last one.
  const auto room = static_cast<std::size_t>(std::max(width - 1, 1));
  if (line.size() > room) line.resize(room);
  return line;
}

}  // namespace mcplumb
