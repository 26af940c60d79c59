#include "conformance/runner/process_look.hpp"

#include <unistd.h>

#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace mcplumb {
namespace {

// proc(5): the fields behind the command's name, which may hold anything; the first of them is the state.
std::vector<std::string> stat_fields(const std::filesystem::path& folder) {
  std::ifstream in(folder / "stat");
  std::string line;
  std::getline(in, line);
  const std::size_t end = line.rfind(')');
  if (end == std::string::npos) return {};
  std::istringstream rest(line.substr(end + 1));
  std::vector<std::string> fields;
  for (std::string field; rest >> field;) fields.push_back(field);
  return fields;
}

double number(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

ProcessLook look_at_group(long group) {
  enum Field { kState = 0, kGroup = 2, kUser = 11, kSystem = 12, kResident = 21 };
  ProcessLook look;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::vector<std::string> fields = stat_fields(entry.path());
    if (fields.size() <= kResident || fields[kGroup] != std::to_string(group) || fields[kState] == "Z") continue;
    ++look.processes;
    look.cpu_seconds += (number(fields[kUser]) + number(fields[kSystem])) / static_cast<double>(sysconf(_SC_CLK_TCK));
    look.memory_bytes += number(fields[kResident]) * static_cast<double>(sysconf(_SC_PAGESIZE));
  }
  return look;
}

bool terminate_group(long group) { return group > 0 && kill(-static_cast<pid_t>(group), SIGTERM) == 0; }

}  // namespace mcplumb
